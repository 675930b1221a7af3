import { randomUUID } from "node:crypto";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { NodeStreamableHTTPServerTransport, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, InMemoryTransport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Cell, Hooks } from "../cell.ts";
import { prepareChild } from "../child.ts";
import { type HttpHandler, listen } from "../http-host.ts";
import { createMemoryLedger } from "../ledger.ts";
import { connectClient, type Era, type V2Connection } from "./client.ts";
import { createServer, type ServerKind } from "./server.ts";

const childScript = new URL("./stdio-server.ts", import.meta.url);

/** A server connected by hand speaks the 2025 protocol; the era of 2026-07-28 is decided by an entry point. */
export async function connectInMemory(kind: ServerKind, hooks: Hooks): Promise<V2Connection> {
  const ledger = createMemoryLedger();
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = hooks.server(createServer(kind, ledger));
  await server.connect(far);
  return connectClient(near, "2025-11-25", hooks, ledger, [() => server.close()]);
}

/** `serveStdio` takes any transport: over an in-memory pair it serves 2026-07-28 in one process. */
export async function connectInMemoryEntry(kind: ServerKind, era: Era, hooks: Hooks): Promise<V2Connection> {
  const ledger = createMemoryLedger();
  const [near, far] = InMemoryTransport.createLinkedPair();
  const entry = serveStdio(() => hooks.server(createServer(kind, ledger)), { transport: far });
  return connectClient(near, era, hooks, ledger, [() => entry.close()]);
}

async function connectStdio(era: Era, hooks: Hooks): Promise<V2Connection> {
  const child = await prepareChild(childScript, hooks.childPolicy);
  const transport = new StdioClientTransport({ command: child.command, args: child.args });
  return connectClient(transport, era, hooks, child.ledger, [() => child.dispose()]);
}

async function connectStateful(kind: ServerKind, hooks: Hooks): Promise<V2Connection> {
  const ledger = createMemoryLedger();
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  const open = async (): Promise<NodeStreamableHTTPServerTransport> => {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await hooks.server(createServer(kind, ledger)).connect(transport);
    return transport;
  };
  const host = await listen(async (request, response) => {
    const transport = sessions.get(String(request.headers["mcp-session-id"])) ?? (await open());
    await transport.handleRequest(request, response);
  });
  const near = new StreamableHTTPClientTransport(host.url);
  return connectClient(near, "2025-11-25", hooks, ledger, [() => host.close()]);
}

async function connectStateless(kind: ServerKind, hooks: Hooks): Promise<V2Connection> {
  const ledger = createMemoryLedger();
  const host = await listen(async (request, response) => {
    const transport = new NodeStreamableHTTPServerTransport();
    const server = hooks.server(createServer(kind, ledger));
    response.on("close", () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  const near = new StreamableHTTPClientTransport(host.url);
  return connectClient(near, "2025-11-25", hooks, ledger, [() => host.close()]);
}

/** One endpoint for both eras: a fresh server for every request. */
export async function connectHandler(kind: ServerKind, era: Era, hooks: Hooks): Promise<V2Connection> {
  const ledger = createMemoryLedger();
  const handler = createMcpHandler(() => hooks.server(createServer(kind, ledger)));
  const host = await listen(toNodeHandler(handler) as HttpHandler);
  const near = new StreamableHTTPClientTransport(host.url);
  return connectClient(near, era, hooks, ledger, [() => host.close(), () => handler.close()]);
}

const legacy = { revision: "2025-11-25", conversation: "requests" } as const;
const modern = { revision: "2026-07-28", conversation: "input_required" } as const;

const legacyCells: readonly Cell<V2Connection>[] = [
  {
    ...legacy,
    name: "v2 on 2025-11-25, in-memory, McpServer",
    server: "McpServer",
    transport: "in-memory",
    connect: (hooks) => connectInMemory("McpServer", hooks),
  },
  {
    ...legacy,
    name: "v2 on 2025-11-25, in-memory, low-level Server",
    server: "Server",
    transport: "in-memory",
    connect: (hooks) => connectInMemory("Server", hooks),
  },
  {
    ...legacy,
    name: "v2 on 2025-11-25, stdio, serveStdio",
    server: "McpServer",
    transport: "stdio",
    connect: (hooks) => connectStdio("2025-11-25", hooks),
  },
  {
    ...legacy,
    name: "v2 on 2025-11-25, Streamable HTTP stateful, McpServer",
    server: "McpServer",
    transport: "http",
    connect: (hooks) => connectStateful("McpServer", hooks),
  },
  {
    ...legacy,
    name: "v2 on 2025-11-25, Streamable HTTP stateless, McpServer",
    server: "McpServer",
    transport: "http",
    conversation: "none",
    connect: (hooks) => connectStateless("McpServer", hooks),
  },
  {
    ...legacy,
    name: "v2 on 2025-11-25, Streamable HTTP through createMcpHandler, low-level Server",
    server: "Server",
    transport: "http",
    conversation: "none",
    connect: (hooks) => connectHandler("Server", "2025-11-25", hooks),
  },
];

const modernCells: readonly Cell<V2Connection>[] = [
  {
    ...modern,
    name: "v2 on 2026-07-28, in-memory through serveStdio, McpServer",
    server: "McpServer",
    transport: "in-memory",
    connect: (hooks) => connectInMemoryEntry("McpServer", "2026-07-28", hooks),
  },
  {
    ...modern,
    name: "v2 on 2026-07-28, in-memory through serveStdio, low-level Server",
    server: "Server",
    transport: "in-memory",
    connect: (hooks) => connectInMemoryEntry("Server", "2026-07-28", hooks),
  },
  {
    ...modern,
    name: "v2 on 2026-07-28, stdio, serveStdio",
    server: "McpServer",
    transport: "stdio",
    connect: (hooks) => connectStdio("2026-07-28", hooks),
  },
  {
    ...modern,
    name: "v2 on 2026-07-28, Streamable HTTP through createMcpHandler, McpServer",
    server: "McpServer",
    transport: "http",
    connect: (hooks) => connectHandler("McpServer", "2026-07-28", hooks),
  },
  {
    ...modern,
    name: "v2 on 2026-07-28, Streamable HTTP through createMcpHandler, low-level Server",
    server: "Server",
    transport: "http",
    connect: (hooks) => connectHandler("Server", "2026-07-28", hooks),
  },
];

export const v2Cells: readonly Cell<V2Connection>[] = [...legacyCells, ...modernCells];
