import { describeRefunds } from "../refunds.ts";
import { v1Line } from "./line.ts";

for (const line of [v1Line]) describeRefunds(line);
