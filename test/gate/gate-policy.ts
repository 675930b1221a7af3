import type { AuditEvent, DenialInfo, DenialResult, GateOptions, PolicyDocument } from "callgate";
import { createGate, type Gate, parsePolicy } from "callgate";

/** A clock that stands still at noon. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const clock = { now: (): number => NOON };
export const MIDNIGHT = Date.UTC(2026, 0, 2);

export const NOT_PERMITTED = "this tool is not permitted by policy";
export const UNAVAILABLE = "the policy cannot be consulted now";

/** One tool for each way a call can end. */
export const POLICY: PolicyDocument = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  tools: {
    ok: {},
    pay: { deny_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }], on_deny: "Too much." }] },
    role: { require: [{ conditions: [{ path: "context.role", op: "eq", value: "admin" }] }] },
    asked: { action: "require_approval", reason: "Ask Ann." },
    once: { limits: [{ counter: "n", window: "day", max: 1 }] },
    session: { limits: [{ counter: "s", window: "day", max: 1, scope: "session" }] },
  },
};

export interface Kept {
  readonly gate: Gate;
  readonly events: AuditEvent[];
}

/** A gate whose events are kept. */
export function keptGate(options: Partial<GateOptions> = {}): Kept {
  const events: AuditEvent[] = [];
  const audit = (event: AuditEvent): void => void events.push(event);
  return { events, gate: createGate({ policy: parsePolicy(POLICY), clock, audit, ...options }) };
}

export function denial(
  code: DenialInfo["code"],
  message: string,
  retry: Omit<DenialInfo, "code"> = { retryable: false },
): DenialResult {
  return {
    isError: true,
    content: [{ type: "text", text: `[POLICY DENIED] ${message}` }],
    _meta: { "callgate/denial": { code, ...retry } },
  };
}

/** Something to execute that counts how often it was. */
export interface Effect {
  (): Promise<string>;
  readonly times: number;
}

export function effect(): Effect {
  let times = 0;
  return Object.defineProperty(async () => `ran ${++times}`, "times", { get: () => times }) as Effect;
}

export function boom(): never {
  throw new Error("boom");
}
