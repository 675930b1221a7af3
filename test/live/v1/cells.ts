import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Cell, Hooks } from "../cell.ts";
import { prepareChild } from "../child.ts";
import { listen } from "../http-host.ts";
import { createMemoryLedger } from "../ledger.ts";
import { connectClient, type V1Connection } from "./client.ts";
import { createServer, type ServerKind } from "./server.ts";

const childScript = new URL("./stdio-server.ts", import.meta.url);

export async function connectInMemory(kind: ServerKind, hooks: Hooks): Promise<V1Connection> {
  const ledger = createMemoryLedger();
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = hooks.server(createServer(kind, ledger));
  await server.connect(far);
  return connectClient(near, hooks, ledger, [() => server.close()]);
}

async function connectStdio(hooks: Hooks): Promise<V1Connection> {
  const child = await prepareChild(childScript, hooks.childPolicy);
  const transport = new StdioClientTransport({ command: child.command, args: child.args });
  return connectClient(transport, hooks, child.ledger, [() => child.dispose()]);
}

async function connectStateful(kind: ServerKind, hooks: Hooks): Promise<V1Connection> {
  const ledger = createMemoryLedger();
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await hooks.server(createServer(kind, ledger)).connect(transport);
    return transport;
  };
  const host = await listen(async (request, response) => {
    const transport = sessions.get(sessionOf(request)) ?? (await open());
    await transport.handleRequest(request, response);
  });
  return connectClient(new StreamableHTTPClientTransport(host.url), hooks, ledger, [() => host.close()]);
}

function sessionOf(request: IncomingMessage): string {
  return String(request.headers["mcp-session-id"]);
}

async function connectStateless(kind: ServerKind, hooks: Hooks): Promise<V1Connection> {
  const ledger = createMemoryLedger();
  const host = await listen(async (request, response) => {
    const transport = new StreamableHTTPServerTransport();
    const server = hooks.server(createServer(kind, ledger));
    response.on("close", () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
  return connectClient(new StreamableHTTPClientTransport(host.url), hooks, ledger, [() => host.close()]);
}

const common = { revision: "2025-11-25", conversation: "requests" } as const;

export const v1Cells: readonly Cell<V1Connection>[] = [
  {
    ...common,
    name: "v1, in-memory, McpServer",
    server: "McpServer",
    transport: "in-memory",
    connect: (hooks) => connectInMemory("McpServer", hooks),
  },
  {
    ...common,
    name: "v1, in-memory, low-level Server",
    server: "Server",
    transport: "in-memory",
    connect: (hooks) => connectInMemory("Server", hooks),
  },
  { ...common, name: "v1, stdio, McpServer", server: "McpServer", transport: "stdio", connect: connectStdio },
  {
    ...common,
    name: "v1, Streamable HTTP stateful, McpServer",
    server: "McpServer",
    transport: "http",
    connect: (hooks) => connectStateful("McpServer", hooks),
  },
  {
    ...common,
    name: "v1, Streamable HTTP stateless, McpServer",
    server: "McpServer",
    transport: "http",
    conversation: "none",
    connect: (hooks) => connectStateless("McpServer", hooks),
  },
  {
    ...common,
    name: "v1, Streamable HTTP stateless, low-level Server",
    server: "Server",
    transport: "http",
    conversation: "none",
    connect: (hooks) => connectStateless("Server", hooks),
  },
];
