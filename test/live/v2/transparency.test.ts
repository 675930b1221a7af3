import { describeTransparency } from "../transparency.ts";
import { v2Cells } from "./cells.ts";

describeTransparency(v2Cells);
