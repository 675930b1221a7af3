import type { PolicyDocument } from "callgate";
import { denied } from "./messages.ts";
import { NOON } from "./raw-transport.ts";

/** At most `max` calls of `ok` in a day, by grant. */
export function dailyLimit(max: number, scope: "grant" | "session" | "global" = "grant"): PolicyDocument {
  return { version: "1", default: "deny", tools: { ok: { limits: [{ counter: "n", window: "day", max, scope }] } } };
}

const TO_MIDNIGHT = Date.UTC(2026, 0, 2) - NOON;

/** The answer to a call over `dailyLimit`. */
export function overLimit(id: string | number): Record<string, unknown> {
  const retry = { retryable: true, retryAfterMs: TO_MIDNIGHT };
  return denied(id, "rate_limited", "a limit of the policy is reached", retry);
}
