import { describeMatrix } from "../matrix.ts";
import { v2Cells } from "./cells.ts";

describeMatrix(v2Cells);
