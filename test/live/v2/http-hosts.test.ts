import { describeHttpHosts } from "../http-hosts.ts";
import { v2LegacyHttpLine, v2ModernHttpLine } from "./http-line.ts";

for (const line of [v2LegacyHttpLine, v2ModernHttpLine]) describeHttpHosts(line);
