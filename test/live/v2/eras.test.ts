import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { toNodeHandler } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  InMemoryTransport,
  PerRequestHTTPServerTransport,
  Server,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { describe, expect, it } from "vitest";
import { wrapServer, wrapTransport } from "../../../src/index.ts";
import { type Connection, sides, unwrapped } from "../cell.ts";
import { prepareChild } from "../child.ts";
import { drained, held } from "../deferred.ts";
import { denial } from "../denial.ts";
import { text } from "../fixture.ts";
import { createLiveGate, guarded, upstream } from "../gate.ts";
import { type HttpHandler, listen } from "../http-host.ts";
import { createMemoryLedger } from "../ledger.ts";
import { callMessage, resultFor } from "../line.ts";
import { outcomeOf } from "../outcome.ts";
import { limitedTo, scenarioPolicy } from "../policies.ts";
import { connectInMemory, connectInMemoryEntry } from "./cells.ts";
import { createClient } from "./client.ts";
import { v2ModernHttpLine } from "./http-line.ts";
import { createMcpServer, createServer } from "./server.ts";

const PATIENCE = 30_000;
const modern = { revision: "2026-07-28" } as const;
const notPermitted = denial({ code: "not_permitted", message: "this tool is not permitted by policy" });
const childScript = new URL("./stdio-server.ts", import.meta.url);

describe("SDK 2.x: how a connection comes to its protocol revision", { timeout: PATIENCE }, () => {
  it("offers 2026-07-28 in memory through an entry point only: a server connected by hand does not speak it", async () => {
    const [near, far] = InMemoryTransport.createLinkedPair();
    await createServer("McpServer", createMemoryLedger()).connect(far);
    await expect(createClient("2026-07-28").connect(near)).rejects.toMatchObject({ code: "ERA_NEGOTIATION_FAILED" });
    const entry = await connectInMemoryEntry("McpServer", "2026-07-28", unwrapped);
    expect(entry.client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    const byHand = await connectInMemory("McpServer", unwrapped);
    expect(byHand.client.getNegotiatedProtocolVersion()).toBe(SUPPORTED_PROTOCOL_VERSIONS[0]);
  });

  it.each([
    ["2026-07-28", "entry"],
    ["2025-11-25", "by-hand"],
  ])("negotiates %s by itself through a wrapped stdio transport (server: %s)", async (revision, mode) => {
    const child = await prepareChild(childScript, undefined);
    const client = createClient("2025-11-25");
    client.setVersionNegotiation({ mode: "auto" });
    const transport = new StdioClientTransport({ command: child.command, args: [...child.args, "", mode] });
    await client.connect(wrapTransport(transport, createLiveGate(scenarioPolicy), upstream));
    expect(client.getNegotiatedProtocolVersion()).toBe(revision);
    expect(await outcomeOf(client.callTool({ name: "echo", arguments: { text: "x" } }))).toHaveProperty(
      "result.content.0.text",
      "x",
    );
    expect(await outcomeOf(client.callTool({ name: "unlisted", arguments: {} }))).toEqual({ result: notPermitted });
    expect(child.ledger.effects()).toEqual(["echo"]);
    await client.close();
    child.dispose();
  });

  it("judges the first message of a client that adopts an earlier discovery and makes no handshake", async () => {
    const first = await connectInMemoryEntry("McpServer", "2026-07-28", unwrapped);
    const discover = first.client.getDiscoverResult();
    if (discover === undefined) throw new Error("no discovery to adopt");
    const ledger = createMemoryLedger();
    const [near, far] = InMemoryTransport.createLinkedPair();
    serveStdio(() => createMcpServer(ledger), { transport: far });
    const client = createClient("2026-07-28");
    const wrapped = wrapTransport(near, createLiveGate(scenarioPolicy), upstream);
    await client.connect(wrapped, { prior: { kind: "modern", discover } });
    expect(await outcomeOf(client.callTool({ name: "unlisted", arguments: {} }))).toEqual({ result: notPermitted });
    expect(await outcomeOf(client.callTool({ name: "echo", arguments: { text: "x" } }))).toHaveProperty(
      "result.content.0.text",
      "x",
    );
    expect(ledger.effects()).toEqual(["echo"]);
  });

  it("serves a transport of one HTTP request that is connected by hand", async () => {
    const ledger = createMemoryLedger();
    const serveOne = async (name: string, args: object): Promise<unknown> => {
      const options = { capabilities: { tools: {} }, supportedProtocolVersions: [modern.revision] };
      const server = new Server({ name: "one request", version: "1.0.0" }, options);
      server.setRequestHandler("tools/call", () => {
        ledger.record(name);
        return text(name);
      });
      wrapServer(server, createLiveGate(scenarioPolicy), upstream);
      const classification = { era: "modern", revision: modern.revision } as const;
      const transport = new PerRequestHTTPServerTransport({ classification });
      await server.connect(transport);
      const response = await transport.handleMessage(callMessage(modern, 1, name, args) as never);
      return response.json();
    };
    expect(await serveOne("echo", {})).toHaveProperty("result.content.0.text", "echo");
    expect(await serveOne("unlisted", {})).toEqual({ jsonrpc: "2.0", id: 1, result: resultFor(modern, notPermitted) });
    expect(ledger.effects()).toEqual(["echo"]);
  });

  it("hazard 18: a call whose client hangs up while the server holds it never runs, and costs nothing", async () => {
    const ledger = createMemoryLedger();
    const grant = held<string>();
    let latest: ServerResponse | undefined;
    const { url, close } = await v2ModernHttpLine.host(
      guarded("server", createLiveGate(limitedTo(1), { grant })),
      (response) => {
        latest = response;
        return ledger;
      },
    );
    const connection = await v2ModernHttpLine.dial(url, unwrapped, ledger);
    const abort = new AbortController();
    const call = outcomeOf(connection.callTool("metered", {}, { signal: abort.signal }));
    await grant.entered;
    const hungUp = latest === undefined ? undefined : once(latest, "close");
    abort.abort();
    expect(await call).toHaveProperty("error");
    await hungUp;
    await drained();
    grant.release("someone");
    await grant.answered;
    expect(ledger.effects()).toEqual([]);
    expect(await outcomeOf(connection.callTool("metered"))).toHaveProperty("result.content.0.text", "metered");
    await connection.close();
    await close();
  });

  it("keeps the class of a Streamable HTTP transport, and its flags, behind the gate", () => {
    const transport = new StreamableHTTPClientTransport(new URL("http://127.0.0.1:1/mcp"));
    const wrapped = wrapTransport(transport, createLiveGate(scenarioPolicy), upstream);
    expect(wrapped).toBeInstanceOf(StreamableHTTPClientTransport);
    expect(wrapped.hasPerRequestStream).toBe(transport.hasPerRequestStream);
    expect(wrapped.sessionId).toBe(undefined);
  });
});

describe("SDK 2.x on 2026-07-28: subscriptions", () => {
  it.each(sides)("a client hears of changes to the list it listens to (gate on the %s)", async (side) => {
    const hooks = guarded(side, createLiveGate(scenarioPolicy));
    const handler = createMcpHandler(() => hooks.server(createMcpServer(createMemoryLedger())));
    const host = await listen(toNodeHandler(handler) as HttpHandler);
    const client = createClient("2026-07-28");
    const heard = new Promise<string>((resolve) => {
      client.setNotificationHandler("notifications/tools/list_changed", ({ method }) => resolve(method));
    });
    await client.connect(hooks.client(new StreamableHTTPClientTransport(host.url)));
    const subscription = await client.listen({ toolsListChanged: true });
    handler.notify.toolsChanged();
    expect(await heard).toBe("notifications/tools/list_changed");
    await subscription.close();
    await client.close();
    await handler.close();
    await host.close();
  });
});

describe("SDK 2.x on 2026-07-28: calls of several legs", () => {
  const ask = async (max: number, side: "client" | "server"): Promise<{ outcome: unknown; connection: Connection }> => {
    const limit = { counter: "ask", window: "minute", max, scope: "grant", on_deny: "That is enough." };
    const policy = { version: "1", default: "deny", tools: { ask: { limits: [limit] } } };
    const connection = await connectInMemoryEntry("McpServer", "2026-07-28", guarded(side, createLiveGate(policy)));
    return { outcome: await outcomeOf(connection.callTool("ask")), connection };
  };

  it.each(["client", "server"] as const)(
    "hazard 16, 20: every leg is judged and charged (gate on the %s)",
    async (side) => {
      const both = await ask(2, side);
      expect(both.outcome).toHaveProperty("result.content.0.text", '{"name":"Ada"}');
      expect(both.connection.effects()).toEqual(["ask", "ask"]);
      const one = await ask(1, side);
      expect(one.outcome).toHaveProperty(["result", "_meta", "callgate/denial", "code"], "rate_limited");
      expect(one.connection.effects()).toEqual(["ask"]);
    },
  );
});
