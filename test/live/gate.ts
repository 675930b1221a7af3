import { createGate, type Gate, type GateOptions, parsePolicy, wrapServer, wrapTransport } from "../../src/index.ts";
import { type Hooks, type Side, unwrapped } from "./cell.ts";

/** Half a minute past noon: every calendar window that the tests use has half a minute or more to go. */
export const fixedClock = { now: (): number => Date.UTC(2026, 0, 1, 12, 0, 30) };

/** What is left of the current minute by {@link fixedClock}. */
export const REST_OF_THE_MINUTE = 30_000;

/** Every connection of a test goes to the same upstream, by the operator's word. */
export const upstream = { server: "fixture" };

export function createLiveGate(policy: unknown, options: Partial<GateOptions> = {}): Gate {
  return createGate({ policy: parsePolicy(policy), clock: fixedClock, ...options });
}

/** Puts `gate` on one side of a cell; a child process gets the policy and builds a gate of its own. */
export function guarded(side: Side, gate: Gate, policy?: unknown): Hooks {
  if (side === "client") return { ...unwrapped, client: (transport) => wrapTransport(transport, gate, upstream) };
  const childPolicy = policy === undefined ? undefined : JSON.stringify(policy);
  return { ...unwrapped, server: (server) => wrapServer(server, gate, upstream), childPolicy };
}
