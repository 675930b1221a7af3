import { describeParallelLimits } from "../parallel.ts";
import { v1Cells } from "./cells.ts";

describeParallelLimits(v1Cells);
