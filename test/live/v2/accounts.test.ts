import { describeAccounts } from "../accounts.ts";
import { v2Cells } from "./cells.ts";

describeAccounts(v2Cells);
