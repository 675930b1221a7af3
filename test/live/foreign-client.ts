import type { GateOptions } from "../../src/index.ts";
import { type AuditLog, createAuditLog } from "./audit-log.ts";
import type { Hooks } from "./cell.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { createMemoryLedger, type Ledger } from "./ledger.ts";
import { type Line, openByHand, paramsFor } from "./line.ts";
import { createPeer, type WireMessage, type WirePeer, type WireTransport } from "./wire.ts";

export interface Served {
  /** The client's end, driven by hand. */
  readonly peer: WirePeer;
  readonly ledger: Ledger;
}

/** The SDK's server at the far end, a client by hand at the near one. */
export async function serveForeignClient<T extends WireTransport>(line: Line<T>, hooks: Hooks): Promise<Served> {
  const [near, far] = line.linkedPair();
  const ledger = createMemoryLedger();
  await line.serve(far, hooks, ledger);
  const peer = await createPeer(near);
  await openByHand(line, peer);
  return { peer, ledger };
}

/** The same with the server behind a gate. */
export async function serveGated<T extends WireTransport>(
  line: Line<T>,
  policy: unknown,
  options: Partial<GateOptions> = {},
): Promise<Served & { readonly audit: AuditLog }> {
  const audit = createAuditLog();
  const gate = createLiveGate(policy, { audit: audit.sink, ...options });
  return { ...(await serveForeignClient(line, guarded("server", gate))), audit };
}

/** Calls a tool as a client of `line` would, and waits for the answer. */
export function call(
  line: Pick<Line, "revision">,
  peer: WirePeer,
  id: number | string,
  name: string,
  args: object = {},
): Promise<WireMessage> {
  return peer.ask(id, "tools/call", paramsFor(line, { name, arguments: args }));
}

/** A call that passes everywhere: what was sent before it has been dealt with once it is answered. */
export function barrier(line: Pick<Line, "revision">, peer: WirePeer): Promise<WireMessage> {
  return call(line, peer, "barrier", "echo", { text: "after" });
}
