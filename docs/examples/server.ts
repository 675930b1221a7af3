import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { parsePolicy, wrapServer } from "callgate";
import { z } from "zod";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: { greet: { rate_limit: { max: 10, window: 60 } } },
});
const server = wrapServer(new McpServer({ name: "greeter", version: "1.0.0" }), { policy });
server.registerTool("greet", { inputSchema: { name: z.string() } }, ({ name }) => ({
  content: [{ type: "text", text: `Hello, ${name}` }],
}));
await server.connect(new StdioServerTransport());
