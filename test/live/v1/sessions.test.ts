import { describeSessions } from "../sessions.ts";
import { v1Cells } from "./cells.ts";

describeSessions(v1Cells);
