import { describeRefunds } from "../refunds.ts";
import { v2LegacyLine, v2ModernLine } from "./line.ts";

for (const line of [v2LegacyLine, v2ModernLine]) describeRefunds(line);
