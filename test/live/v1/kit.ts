import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { unwrapped } from "../cell.ts";
import type { Kit } from "../kit.ts";
import { createMemoryLedger } from "../ledger.ts";
import { connectClient } from "./client.ts";

const info = { name: "kit", version: "1.0.0" };

export const v1Kit: Kit<InMemoryTransport> = {
  name: "v1",
  linkedPair: () => InMemoryTransport.createLinkedPair(),
  mcpServer() {
    const server = new McpServer(info);
    return {
      target: server,
      inner: server.server,
      connect: (far) => server.connect(far),
      close: () => server.close(),
      register(name, run) {
        const tool = server.registerTool(name, {}, async () => run());
        return {
          replace: (other) => tool.update({ callback: async () => other() }),
          rename: (other) => tool.update({ name: other }),
          setEnabled: (enabled) => tool.update({ enabled }),
          describe: (description) => tool.update({ description }),
        };
      },
    };
  },
  lowServer() {
    const server = new Server(info, { capabilities: { tools: {} } });
    return {
      target: server,
      connect: (far) => server.connect(far),
      close: () => server.close(),
      handleCalls: (run) => server.setRequestHandler(CallToolRequestSchema, ({ params }) => run(params.name)),
      handleRest(run) {
        server.fallbackRequestHandler = async ({ method }) => run(method);
      },
    };
  },
  dial: (near) => connectClient(near, unwrapped, createMemoryLedger(), []),
};
