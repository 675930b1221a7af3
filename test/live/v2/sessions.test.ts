import { describeSessions } from "../sessions.ts";
import { v2Cells } from "./cells.ts";

describeSessions(v2Cells);
