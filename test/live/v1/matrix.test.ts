import { describeMatrix } from "../matrix.ts";
import { v1Cells } from "./cells.ts";

describeMatrix(v1Cells);
