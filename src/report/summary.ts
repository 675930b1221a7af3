import type { CallResult, ChargeRecord, DecisionEvent } from "../audit/event.js";
import type { CallOutcome, OutcomeCounts } from "./outcome.js";
import type { CallSeries } from "./series.js";

/** How often one tool, resource, prompt or method was called. */
export interface NameUse extends OutcomeCounts {
  readonly server: string;
  readonly kind: DecisionEvent["kind"];
  readonly name: string;
}

/** How much one grant called. */
export interface GrantUse extends OutcomeCounts {
  /** `""` where nobody could be told. */
  readonly grant: string;
  /** How many different things it called. */
  readonly names: number;
}

/** How often one rule decided that a call does not run. */
export interface RuleUse {
  readonly rule: string;
  readonly outcome: Exclude<CallOutcome, "allowed">;
  readonly calls: number;
  /** What it decided about, the most frequent first; at most five. */
  readonly names: readonly string[];
}

/** How near one counter of one owner came to its limit. */
export interface LimitUse {
  readonly server: string;
  readonly rule: string;
  readonly counter: string;
  readonly scope: ChargeRecord["scope"];
  /** The grant or the session; `""` for scope `global`. */
  readonly owner: string;
  readonly max: number;
  /** The least that was left of `max`. */
  readonly left: number;
  /** The share of `max` that was used then: 0 to 1. */
  readonly used: number;
  /** When that was, milliseconds since the epoch. */
  readonly time: number;
  /** Calls that this limit refused. */
  readonly refused: number;
}

/** What a rule in shadow mode would have refused. */
export interface ShadowUse {
  readonly rule: string;
  readonly code: string;
  readonly calls: number;
  /** What it would have refused, the most frequent first; at most five. */
  readonly names: readonly string[];
}

/** Messages that were refused for their shape, or things that an operator should know. */
export interface IncidentUse {
  readonly type: "refusal" | "notice";
  readonly code: string;
  readonly events: number;
  /** Of the last one. */
  readonly message: string;
}

/** What a record says, counted. Lists begin with the most frequent; names and messages in it are data of others. */
export interface AuditSummary {
  /** How many events were read, those of unknown types included. */
  readonly events: number;
  /** When the first call was decided, milliseconds since the epoch; `undefined` where there is none. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly total: OutcomeCounts;
  readonly series: CallSeries;
  readonly names: readonly NameUse[];
  readonly grants: readonly GrantUse[];
  readonly rules: readonly RuleUse[];
  /** Every limit that a call was held against: those that refused calls first, then the nearest to its end. */
  readonly limits: readonly LimitUse[];
  readonly shadow: readonly ShadowUse[];
  /** Names of the given tools that nobody called; `undefined` where no tools were given. */
  readonly unused: readonly string[] | undefined;
  /** How the allowed calls ended. Calls whose end is not in the record are in none of them. */
  readonly results: readonly { readonly result: CallResult; readonly calls: number }[];
  readonly incidents: readonly IncidentUse[];
}
