import {
  acceptedContent,
  inputRequired,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceTemplate,
  Server,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { fixtureTool, fixtureTools, listPage, runTool, text, waitForAbort } from "../fixture.ts";
import type { Ledger } from "../ledger.ts";

export type ServerKind = "McpServer" | "Server";

export type AnyServer = McpServer | Server;

const info = { name: "fixture", version: "1.0.0" };

/** The fixture server of SDK 2.x; the low-level kind lists its tools in pages. */
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
  server.registerPrompt("greet", { argsSchema: z.object({ who: z.string() }) }, ({ who }) => ({
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

/** Tools whose handlers talk to the client while they run; `inputRequired` serves both eras. */
function registerConversation(server: McpServer, ledger: Ledger): void {
  server.registerTool("progress", {}, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      for (const progress of [1, 2, 3]) {
        await ctx.mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: 3 } });
      }
      await ledger.until("proceed");
    }
    await ctx.mcpReq.notify({ method: "notifications/message", params: { level: "info", data: "half way" } });
    return text("done");
  });
  // An SDK client forgets a call's progress once the call is answered: whoever counts it says when it is all there.
  server.registerTool("proceed", {}, async () => {
    ledger.record("proceed");
    return text("proceeding");
  });
  server.registerTool("wait", {}, async (ctx) => {
    ledger.record("wait");
    const progressToken = ctx.mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      await ctx.mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress: 1 } });
    }
    return waitForAbort(ctx.mcpReq.signal, ledger);
  });
  server.registerTool("ask", {}, async (ctx) => {
    ledger.record("ask");
    const answer = acceptedContent(ctx.mcpReq.inputResponses, "name");
    if (answer !== undefined) return text(JSON.stringify(answer));
    const requestedSchema = { type: "object" as const, properties: { name: { type: "string" as const } } };
    return inputRequired({
      inputRequests: { name: inputRequired.elicit({ message: "your name?", requestedSchema }) },
    });
  });
  server.registerTool("sample", {}, async (ctx) => {
    const answer = ctx.mcpReq.inputResponses?.word;
    if (answer !== undefined) return text(JSON.stringify(answer));
    const messages = [{ role: "user" as const, content: { type: "text" as const, text: "a word" } }];
    return inputRequired({ inputRequests: { word: inputRequired.createMessage({ maxTokens: 5, messages }) } });
  });
}

export function createLowServer(ledger: Ledger): Server {
  const server = new Server(info, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", ({ params }) => listPage(params?.cursor));
  server.setRequestHandler("tools/call", ({ params }, ctx) => {
    if (params.name === "wait") {
      ledger.record("wait");
      return waitForAbort(ctx.mcpReq.signal, ledger);
    }
    if (params.name === "whoami") {
      ledger.record(`whoami ${ctx.http?.authInfo?.clientId}`);
      return text(String(ctx.http?.authInfo?.clientId));
    }
    if (params.name === "reject") {
      ledger.record("reject");
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "refused after the effect");
    }
    const tool = fixtureTool(params.name);
    if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
    return runTool(tool, params.arguments ?? {}, ledger);
  });
  return server;
}
