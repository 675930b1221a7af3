import { describeTransparency } from "../transparency.ts";
import { v1Cells } from "./cells.ts";

describeTransparency(v1Cells);
