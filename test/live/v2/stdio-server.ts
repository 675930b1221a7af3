import type { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { wrapServer } from "../../../src/index.ts";
import { createLiveGate, upstream } from "../gate.ts";
import { createFileLedger } from "../ledger.ts";
import { createMcpServer } from "./server.ts";

/** `by-hand` connects one server without an entry point, which then knows nothing of 2026-07-28. */
const [ledgerPath = "", policy = "", mode = "entry"] = process.argv.slice(2);

const ledger = createFileLedger(ledgerPath);

const gate = policy === "" ? undefined : createLiveGate(policy);

const create = (): McpServer => {
  const server = createMcpServer(ledger);
  return gate === undefined ? server : wrapServer(server, gate, upstream);
};

if (mode === "by-hand") await create().connect(new StdioServerTransport());
else serveStdio(create);
