import { createServer, type RequestListener } from "node:http";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { createGate, parsePolicy, wrapServer } from "callgate";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: { ping: { rate_limit: { max: 10, window: 86_400 } } },
});
// One gate for all requests: what it counts must outlive the server that each request gets.
const gate = createGate({ policy, server: "pinger" });
const handler = createMcpHandler(() => {
  const server = wrapServer(new McpServer({ name: "pinger", version: "1.0.0" }), gate);
  server.registerTool("ping", {}, () => ({ content: [{ type: "text", text: "pong" }] }));
  return server;
});
const http = createServer(toNodeHandler(handler) as RequestListener);
http.listen(Number(process.argv[2] ?? 3000), "127.0.0.1", () => {
  const address = http.address();
  if (address !== null && typeof address === "object") console.log(`http://127.0.0.1:${address.port}/mcp`);
});
