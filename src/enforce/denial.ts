import type { DenyDecision } from "../evaluate/decision.js";

/** What the agent may know of a denial. Rules, values, numbers and causes are the operator's. */
export interface DenialInfo {
  readonly code: DenyDecision["code"];
  /** Whether the same call may pass later without anything being changed. */
  readonly retryable: boolean;
  /** How long to wait, where the caller's own counter says so. */
  readonly retryAfterMs?: number;
}

/** The tool result an agent gets for a denied call: a failed tool call that it can reason about. */
export interface DenialResult {
  readonly isError: true;
  readonly content: readonly [{ readonly type: "text"; readonly text: string }];
  readonly _meta: { readonly "callgate/denial": DenialInfo };
}

/** When a denied call may be tried again. */
export type Retry = Omit<DenialInfo, "code">;

export const NO_RETRY: Retry = { retryable: false };
export const RETRY_LATER: Retry = { retryable: true };

export function denialText(message: string): string {
  return `[POLICY DENIED] ${message}`;
}

/** A fresh object each time, so that whoever gets it may change it. */
export function denialResult({ code, message }: DenyDecision, retry: Retry): DenialResult {
  return {
    isError: true,
    content: [{ type: "text", text: denialText(message) }],
    _meta: { "callgate/denial": { code, ...retry } },
  };
}
