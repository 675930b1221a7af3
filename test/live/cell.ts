import type { ServerLike, TransportLike } from "../../src/index.ts";

/** Which end of a connection the gate stands on. */
export type Side = "client" | "server";

export const sides: readonly Side[] = ["client", "server"];

/** Where a cell offers its transport and its servers for wrapping. */
export interface Hooks {
  readonly client: <T extends TransportLike>(transport: T) => T;
  /** Called for every server the cell builds: once a connection, session or request, as the transport demands. */
  readonly server: <S extends ServerLike>(server: S) => S;
  /** The policy text under which a server in a child process wraps itself; it cannot be handed a function. */
  readonly childPolicy: string | undefined;
}

export const unwrapped: Hooks = {
  client: (transport) => transport,
  server: (server) => server,
  childPolicy: undefined,
};

export interface ListedTool {
  readonly name: string;
  readonly [key: string]: unknown;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Asks to go on with a call that was sent before, over Streamable HTTP of the 2025 protocol. */
  readonly resumptionToken?: string;
  readonly onprogress?: (progress: unknown) => void;
}

/** The methods of a client that both SDK lines call the same. */
export interface SharedClient {
  ping(): Promise<unknown>;
  setLoggingLevel(level: "info"): Promise<unknown>;
  listPrompts(): Promise<unknown>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<unknown>;
  listResources(): Promise<unknown>;
  listResourceTemplates(): Promise<unknown>;
  readResource(params: { uri: string }): Promise<unknown>;
  subscribeResource(params: { uri: string }): Promise<unknown>;
  onerror?: ((error: Error) => void) | undefined;
}

/** A real client connected to a real server. */
export interface Connection {
  readonly client: SharedClient;
  /** Log notifications the client got, in order. */
  readonly logs: readonly unknown[];
  callTool(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** Every page of the list. */
  listTools(): Promise<readonly ListedTool[]>;
  /** What the tool handlers executed, in order: the judge of every test. */
  effects(): readonly string[];
  /** Resolves as soon as a tool handler has recorded `effect`. */
  until(effect: string): Promise<void>;
  close(): Promise<void>;
}

/** One combination of SDK, protocol revision, transport and kind of server. */
export interface Cell<C extends Connection = Connection> {
  readonly name: string;
  readonly transport: "in-memory" | "stdio" | "http";
  readonly server: "McpServer" | "Server";
  /** How a server asks its client for something while a call runs, where this transport lets it. */
  readonly conversation: "requests" | "input_required" | "none";
  readonly revision: "2025-11-25" | "2026-07-28";
  connect(hooks: Hooks): Promise<C>;
}

/** Closes in the reverse order of opening and lets every closer run. */
export async function closeAll(closers: readonly (() => unknown)[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
