import { describeHttpHosts } from "../http-hosts.ts";
import { v1HttpLine } from "./http-line.ts";

for (const line of [v1HttpLine]) describeHttpHosts(line);
