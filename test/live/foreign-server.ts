import { type Gate, type GateOptions, wrapTransport } from "../../src/index.ts";
import { type AuditLog, createAuditLog } from "./audit-log.ts";
import { type Connection, unwrapped } from "./cell.ts";
import { text } from "./fixture.ts";
import { createLiveGate, guarded, upstream } from "./gate.ts";
import { createMemoryLedger } from "./ledger.ts";
import { type Line, openingAnswer, resultFor } from "./line.ts";
import { createPeer, type WireMessage, type WirePeer, type WireTransport } from "./wire.ts";

export type Answer = (message: WireMessage, send: (message: unknown) => Promise<void>) => unknown;

/** Both ends by hand; only the transport of the near one is wrapped. */
export async function connectByHand<T extends WireTransport>(
  line: Line<T>,
  policy: unknown,
  options: Partial<GateOptions> = {},
): Promise<{ peer: WirePeer; server: WirePeer; audit: AuditLog; gate: Gate }> {
  const [near, far] = line.linkedPair();
  const audit = createAuditLog();
  const gate = createLiveGate(policy, { audit: audit.sink, ...options });
  const server = await createPeer(far, answerCalls(line));
  const peer = await createPeer(wrapTransport(near, gate, upstream));
  return { peer, server, audit, gate };
}

/** The SDK's client over a wrapped transport, or a bare one without a policy; the server by hand. */
export async function dialForeignServer<T extends WireTransport>(
  line: Line<T>,
  policy: unknown,
  answer: Answer,
  options: Partial<GateOptions> = {},
): Promise<{ connection: Connection; server: WirePeer }> {
  const [near, far] = line.linkedPair();
  const hooks = policy === undefined ? unwrapped : guarded("client", createLiveGate(policy, options));
  const server = await createPeer(far, (message, send) => {
    const opening = openingAnswer(message);
    return opening === undefined ? answer(message, send) : send(opening);
  });
  return { connection: await line.dial(near, hooks, createMemoryLedger()), server };
}

/** A foreign server that runs whatever it is asked to run, but for `wait`, which it leaves unanswered. */
export function answerCalls(line: Pick<Line, "revision">): Answer {
  return (message, send) => {
    if (message.method !== "tools/call" || toolOf(message) === "wait") return undefined;
    return send({ jsonrpc: "2.0", id: message.id, result: resultFor(line, text(String(toolOf(message)))) });
  };
}

export function toolOf({ params }: WireMessage): unknown {
  return (params as { name?: unknown } | undefined)?.name;
}

export function argumentsOf({ params }: WireMessage): unknown {
  return (params as { arguments?: unknown } | undefined)?.arguments;
}

/** The tool calls that reached a server. */
export function callsOf(server: WirePeer): readonly WireMessage[] {
  return server.received.filter(({ method }) => method === "tools/call");
}
