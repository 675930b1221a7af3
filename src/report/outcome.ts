import type { DecisionEvent } from "../audit/event.js";

/**
 * What became of a call, as a reader of the record asks: it was let through; a rule or the default refused it; a limit
 * did; it waits for somebody's approval; or nothing could be decided, and it was refused for that.
 */
export type CallOutcome = "allowed" | "denied" | "limited" | "waiting" | "unavailable";

export const CALL_OUTCOMES: readonly CallOutcome[] = ["allowed", "denied", "limited", "waiting", "unavailable"];

/** Codes that are not plain denials. */
const BY_CODE: ReadonlyMap<string, CallOutcome> = new Map([
  ["rate_limited", "limited"],
  ["approval_required", "waiting"],
  ["unavailable", "unavailable"],
]);

export function outcomeOf({ outcome, code }: DecisionEvent): CallOutcome {
  return outcome === "allow" ? "allowed" : (BY_CODE.get(code) ?? "denied");
}

/** How many calls had which outcome. */
export type OutcomeCounts = { readonly [outcome in CallOutcome | "calls"]: number };

/** Counts of one thing, while they are counted. */
export type Tally = { [outcome in CallOutcome | "calls"]: number };

export function newTally(): Tally {
  return { calls: 0, allowed: 0, denied: 0, limited: 0, waiting: 0, unavailable: 0 };
}

export function count(tally: Tally, outcome: CallOutcome): void {
  tally.calls++;
  tally[outcome]++;
}
