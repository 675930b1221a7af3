import { describeClientCalls } from "../client-calls.ts";
import { describeClientMessages } from "../client-messages.ts";
import { describeServerCalls } from "../server-calls.ts";
import { describeServerMessages } from "../server-messages.ts";
import { v2LegacyLine, v2ModernLine } from "./line.ts";

for (const line of [v2LegacyLine, v2ModernLine]) {
  describeClientMessages(line);
  describeClientCalls(line);
  describeServerMessages(line);
  describeServerCalls(line);
}
