import { describeClasses } from "../classes.ts";
import { v1Cells } from "./cells.ts";

describeClasses(v1Cells);
