import type { Connection, Hooks } from "./cell.ts";
import type { Ledger } from "./ledger.ts";
import type { WireMessage, WirePeer, WireTransport } from "./wire.ts";

/**
 * One SDK speaking one protocol revision over an in-memory pair, so that either end can be the SDK's own while the
 * other is driven by hand. `T` is the SDK's transport.
 */
export interface Line<T extends WireTransport = WireTransport> {
  readonly name: string;
  readonly revision: "2025-11-25" | "2026-07-28";
  linkedPair(): readonly [near: T, far: T];
  /** Connects the fixture's low-level server to `far`; resolves to what closes it. */
  serve(far: T, hooks: Hooks, ledger: Ledger): Promise<() => Promise<void>>;
  /** Connects the SDK's client to `near`. */
  dial(near: T, hooks: Hooks, ledger: Ledger): Promise<Connection>;
}

const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "by-hand", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** `params` of a request as the revision of `line` wants them. */
export function paramsFor(line: Pick<Line, "revision">, params: object): Record<string, unknown> {
  return line.revision === "2026-07-28" ? { ...params, _meta: envelope } : { ...params };
}

/** A `tools/call` request as a client of `line` would send it. */
export function callMessage(
  line: Pick<Line, "revision">,
  id: unknown,
  name: unknown,
  args: unknown = {},
): Record<string, unknown> {
  return { jsonrpc: "2.0", id, method: "tools/call", params: paramsFor(line, { name, arguments: args }) };
}

/**
 * The opening that a client of `line` would make, by hand. 2026-07-28 has none, but an entry point makes up its mind
 * on the first request, whatever becomes of it.
 */
export async function openByHand(line: Pick<Line, "revision">, peer: WirePeer): Promise<void> {
  if (line.revision === "2026-07-28") {
    await peer.ask("opening", "prompts/list", paramsFor(line, {}));
    return;
  }
  await peer.ask("opening", "initialize", {
    protocolVersion: line.revision,
    capabilities: {},
    clientInfo: { name: "by-hand", version: "1.0.0" },
  });
  await peer.send({ jsonrpc: "2.0", method: "notifications/initialized" });
}

/** What a server of `line` answers to a client's opening; `undefined` for any other message. */
export function openingAnswer(message: WireMessage): object | undefined {
  const common = { capabilities: { tools: {} } };
  const serverInfo = { name: "by-hand", version: "1.0.0" };
  if (message.method === "initialize") {
    return { jsonrpc: "2.0", id: message.id, result: { ...common, protocolVersion: "2025-11-25", serverInfo } };
  }
  if (message.method !== "server/discover") return undefined;
  const cache = { ttlMs: 0, cacheScope: "private", resultType: "complete" };
  const _meta = { "io.modelcontextprotocol/serverInfo": serverInfo };
  const result = { ...common, ...cache, supportedVersions: ["2026-07-28"], _meta };
  return { jsonrpc: "2.0", id: message.id, result };
}

/** A page of tools with these names, as a server of `line` would send it. */
export function listFor(line: Pick<Line, "revision">, ...names: string[]): Record<string, unknown> {
  const cache = line.revision === "2026-07-28" ? { ttlMs: 0, cacheScope: "private" } : {};
  return resultFor(line, { tools: names.map((name) => ({ name, inputSchema: { type: "object" } })), ...cache });
}

/** A result as the revision of `line` wants it on the wire. */
export function resultFor(line: Pick<Line, "revision">, result: object): Record<string, unknown> {
  return line.revision === "2026-07-28" ? { ...result, resultType: "complete" } : { ...result };
}
