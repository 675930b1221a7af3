import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import {
  CallToolRequestSchema,
  CreateMessageResultSchema,
  ElicitResultSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { fixtureTool, fixtureTools, listPage, runTool, text, waitForAbort } from "../fixture.ts";
import type { Ledger } from "../ledger.ts";

export type ServerKind = "McpServer" | "Server";

export type AnyServer = McpServer | Server;

const info = { name: "fixture", version: "1.0.0" };

/** The fixture server of SDK 1.x; the low-level kind lists its tools in pages. */
export function createServer(kind: ServerKind, ledger: Ledger): AnyServer {
  return kind === "McpServer" ? createMcpServer(ledger) : createLowServer(ledger);
}

export function createMcpServer(ledger: Ledger): McpServer {
  const server = new McpServer(info, { capabilities: { logging: {} } });
  for (const tool of fixtureTools) {
    const config = {
      description: tool.description,
      inputSchema: tool.input,
      ...(tool.output && { outputSchema: tool.output }),
    };
    server.registerTool(tool.name, config, async (args) => runTool(tool, args, ledger));
  }
  registerConversation(server, ledger);
  server.registerPrompt("greet", { argsSchema: { who: z.string() } }, ({ who }) => ({
    messages: [{ role: "user", content: { type: "text", text: `hello ${who}` } }],
  }));
  server.registerResource("note", "note://one", { mimeType: "text/plain" }, (uri) => ({
    contents: [{ uri: uri.href, text: "a note" }],
  }));
  server.registerResource("memo", new ResourceTemplate("memo://{name}", { list: undefined }), {}, (uri) => ({
    contents: [{ uri: uri.href, text: "a memo" }],
  }));
  return server;
}

/** Tools whose handlers talk to the client while they run. */
function registerConversation(server: McpServer, ledger: Ledger): void {
  server.registerTool("progress", {}, async (extra) => {
    const progressToken = extra._meta?.progressToken;
    if (progressToken !== undefined) {
      for (const progress of [1, 2, 3]) {
        await extra.sendNotification({
          method: "notifications/progress",
          params: { progressToken, progress, total: 3 },
        });
      }
      await ledger.until("proceed");
    }
    await extra.sendNotification({ method: "notifications/message", params: { level: "info", data: "half way" } });
    return text("done");
  });
  // An SDK client forgets a call's progress once the call is answered: whoever counts it says when it is all there.
  server.registerTool("proceed", {}, async () => {
    ledger.record("proceed");
    return text("proceeding");
  });
  server.registerTool("wait", {}, async (extra) => {
    ledger.record("wait");
    const progressToken = extra._meta?.progressToken;
    if (progressToken !== undefined) {
      await extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress: 1 } });
    }
    return waitForAbort(extra.signal, ledger);
  });
  server.registerTool("ask", {}, async (extra) => {
    ledger.record("ask");
    const answer = await extra.sendRequest(
      {
        method: "elicitation/create",
        params: {
          mode: "form",
          message: "your name?",
          requestedSchema: { type: "object", properties: { name: { type: "string" } } },
        },
      },
      ElicitResultSchema,
    );
    return text(JSON.stringify(answer));
  });
  server.registerTool("sample", {}, async (extra) => {
    const answer = await extra.sendRequest(
      {
        method: "sampling/createMessage",
        params: { maxTokens: 5, messages: [{ role: "user", content: { type: "text", text: "a word" } }] },
      },
      CreateMessageResultSchema,
    );
    return text(JSON.stringify(answer));
  });
}

export function createLowServer(ledger: Ledger): Server {
  const server = new Server(info, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => listPage(params?.cursor));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => {
    if (params.name === "wait") {
      ledger.record("wait");
      return waitForAbort(extra.signal, ledger);
    }
    if (params.name === "whoami") {
      ledger.record(`whoami ${extra.authInfo?.clientId}`);
      return text(String(extra.authInfo?.clientId));
    }
    if (params.name === "reject") {
      ledger.record("reject");
      throw new McpError(ErrorCode.InvalidParams, "refused after the effect");
    }
    const tool = fixtureTool(params.name);
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    return runTool(tool, params.arguments ?? {}, ledger);
  });
  return server;
}
