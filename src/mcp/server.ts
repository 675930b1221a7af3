import type { Gate } from "../enforce/gate.js";
import type { GateOptions } from "../enforce/options.js";
import { CallgateError, OptionsError } from "../errors.js";
import { hostFor, readTarget, type TargetOptions } from "./host.js";
import { isObject } from "./message.js";
import { guardTransport } from "./proxy.js";

interface LowServerLike {
  connect(transport: never): Promise<void>;
}

/** `Server` or `McpServer` of `@modelcontextprotocol/sdk` 1.x or `@modelcontextprotocol/server` 2.x. */
export type ServerLike = LowServerLike | { readonly server: LowServerLike; connect(transport: never): Promise<void> };

interface LowServer {
  connect(transport: object): Promise<void>;
  readonly transport?: unknown;
}

const wrapped = new WeakSet<object>();

/**
 * Guards everything that is asked of a server: a `tools/call` that the policy does not allow reaches no handler,
 * registered before or after; what the policy hides is gone from `tools/list`. Changes the server in place, so that
 * every transport it connects to from now on is guarded, and returns it.
 *
 * @param gate a gate, or its options. A host that makes a server for each request must share one gate among them.
 * @throws CallgateError `already_wrapped`; `already_connected` when the server has a transport.
 * @throws OptionsError for options that cannot be honoured.
 */
export function wrapServer<S extends ServerLike>(server: S, gate: Gate | GateOptions, target: TargetOptions = {}): S {
  const low = lowServer(server);
  if (wrapped.has(low)) throw new CallgateError("already_wrapped", "this server is wrapped already");
  if (low.transport !== undefined && low.transport !== null) {
    throw new CallgateError("already_connected", "this server is connected: wrap it first, then connect");
  }
  const { server: name } = readTarget(target);
  const host = hostFor(gate, "server", name);
  const connect = low.connect;
  low.connect = function (this: LowServer, transport: object): Promise<void> {
    return connect.call(low, guardTransport(transport, "server", host, name));
  };
  wrapped.add(low);
  return server;
}

function lowServer(server: ServerLike): LowServer {
  const inner: unknown = isObject(server) ? Reflect.get(server, "server") : undefined;
  const low = isObject(inner) && typeof inner.connect === "function" ? inner : server;
  if (isObject(low) && typeof low.connect === "function") return low as unknown as LowServer;
  throw new OptionsError("wrapServer takes a server of an MCP SDK");
}
