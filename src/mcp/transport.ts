import type { Gate } from "../enforce/gate.js";
import type { GateOptions } from "../enforce/options.js";
import { CallgateError, OptionsError } from "../errors.js";
import { hostFor, readTarget, type TargetOptions } from "./host.js";
import { guardTransport } from "./proxy.js";

/** A client transport of `@modelcontextprotocol/sdk` 1.x, `@modelcontextprotocol/client` 2.x, or of the same shape. */
export interface TransportLike {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
  onmessage?: ((message: never, extra?: never) => void) | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
}

const wrapped = new WeakSet<object>();

/**
 * Guards everything a client sends through a transport: a `tools/call` that the policy does not allow never reaches
 * it, and what the policy hides is gone from `tools/list`. Connect the client to what is returned, and let go of the
 * transport: whoever holds it can go around the guard.
 *
 * @param gate a gate, or its options. Clients that are to share counters share a gate, each with its `server` name.
 * @returns the same type, with every member of the transport it wraps.
 * @throws CallgateError `already_wrapped`; `already_connected` when the transport has a message handler.
 * @throws OptionsError for options that cannot be honoured.
 */
export function wrapTransport<T extends TransportLike>(
  transport: T,
  gate: Gate | GateOptions,
  target: TargetOptions = {},
): T {
  if (transport === null || typeof transport !== "object" || typeof transport.send !== "function") {
    throw new OptionsError("wrapTransport takes a transport, as SDK clients connect to");
  }
  if (wrapped.has(transport)) throw new CallgateError("already_wrapped", "this transport is wrapped already");
  if (transport.onmessage !== undefined && transport.onmessage !== null) {
    throw new CallgateError("already_connected", "this transport is connected: wrap it first, then connect");
  }
  const { server } = readTarget(target);
  const guarded = guardTransport(transport, "client", hostFor(gate, "client", server), server);
  wrapped.add(transport);
  wrapped.add(guarded);
  return guarded;
}
