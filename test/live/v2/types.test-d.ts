/** Compiled, never run: what `wrapTransport` and `wrapServer` take and give back for SDK 2.x, without a cast. */
import type {
  Client,
  Transport as ClientSideTransport,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import type { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import type {
  InMemoryTransport,
  McpServer,
  McpServerFactory,
  PerRequestHTTPServerTransport,
  Server,
  Transport as ServerSideTransport,
} from "@modelcontextprotocol/server";
import { type Gate, type GateOptions, wrapServer, wrapTransport } from "../../../src/index.ts";
import type { Same } from "../same.ts";

declare const gate: Gate;
declare const options: GateOptions;
declare const client: Client;

declare const transport: ClientSideTransport;
declare const serverTransport: ServerSideTransport;
declare const inMemory: InMemoryTransport;
declare const stdio: StdioClientTransport;
declare const http: StreamableHTTPClientTransport;
declare const sse: SSEClientTransport;
declare const node: NodeStreamableHTTPServerTransport;
declare const perRequest: PerRequestHTTPServerTransport;

const wrapped = {
  transport: wrapTransport(transport, gate),
  serverTransport: wrapTransport(serverTransport, gate),
  inMemory: wrapTransport(inMemory, gate),
  stdio: wrapTransport(stdio, gate, { server: "files" }),
  http: wrapTransport(http, options),
  sse: wrapTransport(sse, gate),
  node: wrapTransport(node, gate),
  perRequest: wrapTransport(perRequest, gate),
};

export const keepsTheTypeOfTransports: [
  Same<typeof wrapped.transport, ClientSideTransport>,
  Same<typeof wrapped.serverTransport, ServerSideTransport>,
  Same<typeof wrapped.inMemory, InMemoryTransport>,
  Same<typeof wrapped.stdio, StdioClientTransport>,
  Same<typeof wrapped.http, StreamableHTTPClientTransport>,
  Same<typeof wrapped.sse, SSEClientTransport>,
  Same<typeof wrapped.node, NodeStreamableHTTPServerTransport>,
  Same<typeof wrapped.perRequest, PerRequestHTTPServerTransport>,
] = [true, true, true, true, true, true, true, true];

export const isTakenByTheClient: Promise<void>[] = [
  client.connect(wrapped.transport),
  client.connect(wrapped.stdio),
  client.connect(wrapped.http),
];

declare const server: Server;
declare const mcpServer: McpServer;
const low = wrapServer(server, gate, { server: "files" });
const high = wrapServer(mcpServer, options);

export const keepsTheTypeOfServers: [Same<typeof low, Server>, Same<typeof high, McpServer>] = [true, true];

export const isAFactoryOfAnEntryPoint: McpServerFactory = () => wrapServer(mcpServer, gate);

// @ts-expect-error a client is not a transport
wrapTransport(client, gate);
// @ts-expect-error a transport is not a server
wrapServer(transport, gate);
// @ts-expect-error a policy is not a gate
wrapTransport(transport, { version: "1", default: "deny" });
