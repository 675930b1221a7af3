import { describeAccounts } from "../accounts.ts";
import { v1Cells } from "./cells.ts";

describeAccounts(v1Cells);
