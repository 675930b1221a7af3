import { describeListedSchemas } from "../listed-schemas.ts";
import { v1Cells } from "./cells.ts";

describeListedSchemas(v1Cells);
