import { describeClasses } from "../classes.ts";
import { v2Cells } from "./cells.ts";

describeClasses(v2Cells);
