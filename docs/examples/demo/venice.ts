import { readFile } from "node:fs/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";
import { parsePolicy, wrapServer } from "callgate";
import type { Report } from "./report.ts";

const toolsFile = new URL("../../../test/fixtures/venice.tools.json", import.meta.url);
const policyFile = new URL("venice.policy.json", import.meta.url);

const IMAGE = "venice_image_generate";
const MAX = 10;

/** A server with 31 tools that wraps itself in a policy: one tool, ten times a minute. */
export async function guardVenice(report: Report): Promise<void> {
  const { tools } = JSON.parse(await readFile(toolsFile, "utf8")) as { tools: Tool[] };
  const executed: string[] = [];
  const server = new Server({ name: "venice", version: "0.2.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
    executed.push(params.name);
    return { content: [{ type: "text", text: "done" }] };
  });

  // The demo's minute stands still, so that the eleventh call always falls in it.
  const now = Date.now();
  const policy = parsePolicy(await readFile(policyFile, "utf8"));
  wrapServer(server, { policy, audit: report.audit, clock: { now: () => now } });

  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "demo", version: "1.0.0" });
  await server.connect(serverSide);
  await client.connect(clientSide);
  for (let image = 1; image <= MAX + 1; image++) {
    await client.callTool({ name: IMAGE, arguments: { prompt: `a gate, number ${image}` } });
    report.row(`${IMAGE} #${image}`, image <= MAX ? "allowed" : "rate_limited");
  }
  const others = tools.filter((tool) => tool.name !== IMAGE);
  for (const { name } of others) {
    await client.callTool({ name, arguments: {} });
    report.row(name, "not_permitted");
  }
  await client.close();
  report.fact(
    "calls that reached the server",
    `${executed.length} of ${others.length + MAX + 1}`,
    `${MAX} of ${tools.length + MAX}`,
  );
  report.print(`A server with ${tools.length} tools, behind wrapServer and venice.policy.json`);
}
