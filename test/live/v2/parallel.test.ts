import { describeParallelLimits } from "../parallel.ts";
import { v2Cells } from "./cells.ts";

describeParallelLimits(v2Cells);
