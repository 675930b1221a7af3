/** Compiled, never run: what `wrapTransport` and `wrapServer` take and give back for SDK 1.x, without a cast. */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import type { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { WebSocketClientTransport } from "@modelcontextprotocol/sdk/client/websocket.js";
import type { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type Gate, type GateOptions, wrapServer, wrapTransport } from "../../../src/index.ts";
import type { Same } from "../same.ts";

declare const gate: Gate;
declare const options: GateOptions;
declare const client: Client;

declare const transport: Transport;
declare const inMemory: InMemoryTransport;
declare const stdio: StdioClientTransport;
declare const http: StreamableHTTPClientTransport;
declare const sse: SSEClientTransport;
declare const webSocket: WebSocketClientTransport;
declare const stdioServer: StdioServerTransport;

const wrapped = {
  transport: wrapTransport(transport, gate),
  inMemory: wrapTransport(inMemory, gate),
  stdio: wrapTransport(stdio, gate, { server: "files" }),
  http: wrapTransport(http, options),
  sse: wrapTransport(sse, gate),
  webSocket: wrapTransport(webSocket, gate),
  stdioServer: wrapTransport(stdioServer, gate),
};

export const keepsTheTypeOfTransports: [
  Same<typeof wrapped.transport, Transport>,
  Same<typeof wrapped.inMemory, InMemoryTransport>,
  Same<typeof wrapped.stdio, StdioClientTransport>,
  Same<typeof wrapped.http, StreamableHTTPClientTransport>,
  Same<typeof wrapped.sse, SSEClientTransport>,
  Same<typeof wrapped.webSocket, WebSocketClientTransport>,
  Same<typeof wrapped.stdioServer, StdioServerTransport>,
] = [true, true, true, true, true, true, true];

export const isTakenByTheClient: Promise<void>[] = [
  client.connect(wrapped.transport),
  client.connect(wrapped.inMemory),
  client.connect(wrapped.stdio),
  client.connect(wrapped.http),
];

declare const server: Server;
declare const mcpServer: McpServer;
const low = wrapServer(server, gate, { server: "files" });
const high = wrapServer(mcpServer, options);

export const keepsTheTypeOfServers: [Same<typeof low, Server>, Same<typeof high, McpServer>] = [true, true];

// @ts-expect-error a client is not a transport
wrapTransport(client, gate);
// @ts-expect-error a transport is not a server
wrapServer(transport, gate);
// @ts-expect-error a policy is not a gate
wrapTransport(transport, { version: "1", default: "deny" });
