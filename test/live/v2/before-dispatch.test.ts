import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer, requireScopes } from "@modelcontextprotocol/server";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { wrapServer } from "../../../src/index.ts";
import { closeAll, type Hooks, unwrapped } from "../cell.ts";
import { denial } from "../denial.ts";
import { text } from "../fixture.ts";
import { createLiveGate, guarded, upstream } from "../gate.ts";
import { type HttpHandler, listen } from "../http-host.ts";
import { authOf, bearer } from "../http-line.ts";
import { createMemoryLedger, type Ledger } from "../ledger.ts";
import { callMessage, paramsFor } from "../line.ts";
import { outcomeOf } from "../outcome.ts";
import { connectClient, type V2Connection } from "./client.ts";

const modern = { revision: "2026-07-28" } as const;
const limit = { counter: "route", window: "minute", max: 1, scope: "grant", on_deny: "That is enough." };
const policy = { version: "1", default: "deny", hide: ["vault"], tools: { route: { limits: [limit] } } };

const closers: (() => unknown)[] = [];
afterEach(() => closeAll(closers.splice(0)));

/** A server whose tools the entry point looks into before it dispatches: a header to mirror, a scope to ask for. */
function createServer(ledger: Ledger): McpServer {
  const cacheHints = { "tools/list": { ttlMs: 60_000, cacheScope: "public" } } as const;
  const server = new McpServer({ name: "fixture", version: "1.0.0" }, { cacheHints });
  const inputSchema = z.object({ region: z.string().meta({ "x-mcp-header": "Region" }) });
  server.registerTool("route", { inputSchema }, async ({ region }) => {
    ledger.record("route");
    return text(region);
  });
  const scopeChallenge: ReturnType<typeof requireScopes> = (context) => {
    ledger.record("scope challenge");
    return requireScopes("vault:open")(context);
  };
  server.registerTool("vault", { scopeChallenge }, async () => {
    ledger.record("vault");
    return text("open");
  });
  return server;
}

async function serve(ledger: Ledger, hooks: Hooks): Promise<URL> {
  const handler = createMcpHandler(() => hooks.server(createServer(ledger)));
  const serveNode = toNodeHandler(handler) as HttpHandler;
  const host = await listen((request, response) => {
    const auth = authOf(request.headers.authorization);
    return serveNode(Object.assign(request, auth && { auth }), response);
  });
  closers.push(() => host.close());
  return host.url;
}

async function dial(url: URL, hooks: Hooks, ledger: Ledger): Promise<V2Connection> {
  const connection = await connectClient(new StreamableHTTPClientTransport(url), "2026-07-28", hooks, ledger, []);
  closers.push(() => connection.close());
  return connection;
}

async function post(url: URL, message: object, headers: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": modern.revision,
      ...headers,
    },
    body: JSON.stringify(message),
  });
  return { status: response.status, body: JSON.parse((await response.text()) || "null") };
}

describe("SDK 2.x on 2026-07-28: what happens before a server's gate is asked", () => {
  const serverSide = (): Hooks => guarded("server", createLiveGate(policy));

  it("hazard 20: the retry after a header mismatch is a call of its own for the client's gate", async () => {
    const ledger = createMemoryLedger();
    const url = await serve(ledger, unwrapped);
    const plain = await dial(url, unwrapped, ledger);
    expect(await outcomeOf(plain.callTool("route", { region: "eu" }))).toHaveProperty("result.content.0.text", "eu");
    const gated = await dial(url, guarded("client", createLiveGate(policy)), ledger);
    expect(await outcomeOf(gated.callTool("route", { region: "eu" }))).toHaveProperty(
      ["result", "_meta", "callgate/denial", "code"],
      "rate_limited",
    );
    expect(ledger.effects()).toEqual(["route"]);
  });

  it("mirrors an argument into its header unchanged through the gates of both ends", async () => {
    const ledger = createMemoryLedger();
    const url = await serve(ledger, serverSide());
    const gated = await dial(url, guarded("client", createLiveGate(policy)), ledger);
    expect((await gated.listTools()).map(({ name }) => name)).toEqual(["route"]);
    expect(await outcomeOf(gated.callTool("route", { region: "eu" }))).toHaveProperty("result.content.0.text", "eu");
    expect(ledger.effects()).toEqual(["route"]);
  });

  it("hazard 23: a list the server calls public is private once a gate may have filtered it", async () => {
    const url = await serve(createMemoryLedger(), serverSide());
    const list = { jsonrpc: "2.0", id: 1, method: "tools/list", params: paramsFor(modern, {}) };
    const { body } = await post(url, list, { "mcp-method": "tools/list" });
    expect(body).toHaveProperty("result.cacheScope", "private");
    const open = await post(await serve(createMemoryLedger(), unwrapped), list, { "mcp-method": "tools/list" });
    expect(open.body).toHaveProperty("result.cacheScope", "public");
  });

  it("hazard 26, a documented limit: the scope challenge of a hidden tool runs, and answers, before the gate", async () => {
    const ledger = createMemoryLedger();
    const url = await serve(ledger, serverSide());
    const headers = { "mcp-method": "tools/call", ...bearer("ada") };
    const hidden = await post(url, callMessage(modern, 1, "vault"), { ...headers, "mcp-name": "vault" });
    expect(hidden.status).toBe(403);
    expect(ledger.effects()).toEqual(["scope challenge"]);
    const missing = await post(url, callMessage(modern, 1, "nothing"), { ...headers, "mcp-name": "nothing" });
    expect(missing).toMatchObject({ status: 200, body: { result: { isError: true } } });
  });

  it("hazard 26: a hidden tool that the factory leaves out for this caller is like one that does not exist", async () => {
    const ledger = createMemoryLedger();
    const gate = createLiveGate(policy);
    const handler = createMcpHandler(() =>
      wrapServer(new McpServer({ name: "fixture", version: "1.0.0" }, { capabilities: { tools: {} } }), gate, upstream),
    );
    const host = await listen(toNodeHandler(handler) as HttpHandler);
    closers.push(() => host.close());
    const headers = { "mcp-method": "tools/call", ...bearer("ada") };
    const answers = [];
    for (const name of ["vault", "nothing"]) {
      answers.push(await post(host.url, callMessage(modern, 1, name), { ...headers, "mcp-name": name }));
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({
      body: { result: denial({ code: "not_permitted", message: "this tool is not permitted by policy" }) },
    });
    expect(ledger.effects()).toEqual([]);
  });
});
