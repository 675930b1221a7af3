import { describeListedSchemas } from "../listed-schemas.ts";
import { v2Cells } from "./cells.ts";

describeListedSchemas(v2Cells);
