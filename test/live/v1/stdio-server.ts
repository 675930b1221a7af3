import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { wrapServer } from "../../../src/index.ts";
import { createLiveGate, upstream } from "../gate.ts";
import { createFileLedger } from "../ledger.ts";
import { createMcpServer } from "./server.ts";

const [ledgerPath = "", policy] = process.argv.slice(2);

const server = createMcpServer(createFileLedger(ledgerPath));
if (policy !== undefined) wrapServer(server, createLiveGate(policy), upstream);
await server.connect(new StdioServerTransport());
