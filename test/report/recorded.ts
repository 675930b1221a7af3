import { type AuditEvent, createGate, type DecisionEvent, NotExecutedError, parsePolicy } from "callgate";
import { createRecordingSink, createSettableClock } from "callgate/testing";

export const MORNING: number = Date.UTC(2026, 2, 2, 9, 0, 0);

const POLICY = parsePolicy({
  version: "1",
  default: "deny",
  hide: ["drop_*"],
  tools: {
    read: {},
    pay: {
      require_approval_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "ask first" }],
      limits: [{ counter: "spend", window: "day", max: 100, increment_from: "args.amount" }],
    },
    send: {
      rate_limit: { max: 2, window: 60 },
      deny_if: [{ conditions: [{ path: "args.to", op: "eq", value: "all" }] }],
    },
  },
});

/** `[seconds, grant, name, arguments]`. */
const CALLS: readonly (readonly [number, string, string, Readonly<Record<string, unknown>>])[] = [
  [0, "ann", "read", {}],
  [1, "ann", "read", {}],
  [2, "bob", "send", { to: "ann" }],
  [3, "bob", "send", { to: "cem" }],
  [4, "bob", "send", { to: "dee" }],
  [5, "bob", "send", { to: "all" }],
  [6, "ann", "pay", { amount: 95 }],
  [7, "ann", "pay", { amount: 500 }],
  [8, "ann", "drop_table", {}],
  [9, "ann", "read", { fails: true }],
];

/** What every event has. */
export const STAMP = { schema: 1, seq: 1, elapsed: 0, time: MORNING } as const;

/** What a gate records of a morning in which every kind of outcome happens. */
export async function recordMorning(): Promise<readonly AuditEvent[]> {
  const clock = createSettableClock(MORNING);
  const audit = createRecordingSink();
  let ids = 0;
  const gate = createGate({ policy: POLICY, audit, clock, server: "desk", ids: () => `id-${++ids}` });
  for (const [seconds, grant, name, args] of CALLS) {
    clock.set(MORNING + seconds * 1_000);
    await gate
      .run({ name, arguments: args }, { grant }, (call) => {
        if (call.arguments.fails === true) throw new NotExecutedError("offline");
      })
      .catch(() => undefined);
  }
  await gate.run({ name: 7 } as never, {}, () => undefined);
  await gate.close();
  return audit.events;
}

/** A decision that allowed a call of `name`, with whatever else a test is about. */
export function decision(event: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    ...STAMP,
    type: "decision",
    argumentsDigest: undefined,
    recorded: undefined,
    latencyMs: 0.1,
    side: "direct",
    server: "",
    id: "id",
    requestId: undefined,
    grant: "default",
    session: undefined,
    kind: "tool",
    name: "read",
    argumentKeys: [],
    outcome: "allow",
    code: "allowed",
    rule: "",
    pointer: "",
    message: "",
    charges: [],
    revision: "sha256-0",
    cause: undefined,
    ...event,
  };
}
