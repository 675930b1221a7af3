import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { parsePolicy, wrapTransport } from "callgate";

const notes = { path: "args.path", op: "regex", value: "^notes/[a-z0-9-]+\\.md$" };
const tools = { read_text_file: { require: [{ conditions: [notes] }] } };
const policy = parsePolicy({ version: "1", default: "deny", tools });
const transport = new StdioClientTransport({ command: "npx", args: ["mcp-server-filesystem", "."] });
const client = new Client({ name: "my-agent", version: "1.0.0" });
await client.connect(wrapTransport(transport, { policy })); // the one line
console.log(await client.callTool({ name: "read_text_file", arguments: { path: "secrets/key.txt" } }));
await client.close();
