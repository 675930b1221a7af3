import type { AuditEvent, Gate, GateOptions, PolicyDocument, TargetOptions } from "callgate";
import { parsePolicy, wrapServer, wrapTransport } from "callgate";

export type Side = "client" | "server";
export const SIDES: readonly Side[] = ["client", "server"];

type OnMessage = (message: unknown, extra?: unknown) => void;

/** A transport of no SDK. It keeps what was sent through it, and a test puts any value on the wire through `onmessage`. */
export class RawTransport {
  onmessage?: OnMessage | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  sessionId?: string | undefined;
  readonly sent: unknown[] = [];
  readonly options: unknown[] = [];
  starts = 0;
  closes = 0;

  async start(): Promise<void> {
    this.starts += 1;
  }

  async send(message: unknown, options?: unknown): Promise<void> {
    this.sent.push(message);
    this.options.push(options);
  }

  async close(): Promise<void> {
    this.closes += 1;
    this.onclose?.();
  }
}

/** A server of no SDK: it keeps what reached it. */
export class RawServer {
  transport: RawTransport | undefined;
  readonly received: unknown[] = [];
  readonly extras: unknown[] = [];

  async connect(transport: RawTransport): Promise<void> {
    this.transport = transport;
    transport.onmessage = (message, extra) => {
      this.received.push(message);
      this.extras.push(extra);
    };
    await transport.start();
  }
}

/** One guarded connection with a test at both of its ends, the same for either side. */
export interface Bench {
  readonly side: Side;
  /** The transport below the guard. */
  readonly raw: RawTransport;
  /** The transport as the consumer above the guard sees it. */
  readonly guarded: RawTransport;
  /** What the called got. */
  readonly asked: readonly unknown[];
  /** What the caller got. */
  readonly told: readonly unknown[];
  readonly events: readonly AuditEvent[];
  /** What was reported as an error of the transport. */
  readonly errors: readonly Error[];
  /** A message from the caller. */
  ask(message: unknown, extra?: unknown): Promise<void>;
  /** A message from the called. */
  reply(message: unknown): Promise<void>;
}

/** A clock that stands still at noon. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const clock = { now: (): number => NOON };

/** `ok` may be called; `secret` is hidden; the rest is not listed. */
export const OK_ONLY: PolicyDocument = { version: "1", default: "deny", hide: ["secret"], tools: { ok: {} } };

export type BenchOptions = Omit<Partial<GateOptions>, "policy"> & {
  readonly policy?: PolicyDocument | GateOptions["policy"];
};

export async function openBench(
  side: Side,
  options: BenchOptions | Gate = {},
  target: TargetOptions = {},
): Promise<Bench> {
  const bench = prepareBench(side, options, target);
  await bench.open();
  return bench;
}

/** As `openBench`, not started yet. */
export function prepareBench(
  side: Side,
  options: BenchOptions | Gate = {},
  target: TargetOptions = {},
  raw: RawTransport = new RawTransport(),
): Bench & { open(): Promise<void> } {
  const events: AuditEvent[] = [];
  const errors: Error[] = [];
  raw.onerror = (error) => void errors.push(error);
  const gate = Object.hasOwn(options, "run") ? (options as Gate) : gateOptions(options as BenchOptions, events);
  if (side === "client") {
    const told: unknown[] = [];
    const guarded = wrapTransport(raw, gate, target);
    guarded.onmessage = (message) => void told.push(message);
    return {
      ...{ side, raw, guarded, asked: raw.sent, told, events, errors },
      open: () => guarded.start(),
      ask: (message, extra) => guarded.send(message, extra),
      reply: async (message) => raw.onmessage?.(message),
    };
  }
  const server = wrapServer(new RawServer(), gate, target);
  return {
    ...{ side, raw, asked: server.received, told: raw.sent, events, errors },
    get guarded() {
      return server.transport as RawTransport;
    },
    open: () => server.connect(raw),
    ask: async (message, extra) => raw.onmessage?.(message, extra),
    reply: async (message) => server.transport?.send(message),
  };
}

function gateOptions(options: BenchOptions, events: AuditEvent[]): GateOptions {
  const { policy = OK_ONLY, ...rest } = options;
  return {
    clock,
    audit: (event) => void events.push(event),
    ...rest,
    policy: typeof policy === "function" ? policy : parsePolicy(policy),
  };
}

/** Resolves when no microtask is left to run. */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
