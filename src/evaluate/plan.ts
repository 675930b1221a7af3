import type { Path } from "../internal/path.js";
import type { AllowDecision, CounterScope, DenyDecision, Place } from "./decision.js";
import type { Rule } from "./rule.js";
import type { Match } from "./work.js";

/** A policy made ready to decide: one look-up finds all that applies to a call. */
export interface Plan {
  readonly revision: string;
  /** Decides for a hidden tool, by its name; the one under `*` for every tool. */
  readonly hidden: ReadonlyMap<string, DenyDecision>;
  readonly hiddenAll: DenyDecision | undefined;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Applies to a tool without an entry; `undefined` where the default is to deny. */
  readonly unlisted: Entry | undefined;
  /** Decides for a tool that is not listed, under `default: "deny"`. */
  readonly notListed: DenyDecision;
  /** Decides for a call that nothing can object to. */
  readonly allowed: AllowDecision;
}

/** Everything that applies to the calls of one tool. */
export interface Entry {
  /** `action: "deny"`. */
  readonly denied: DenyDecision | undefined;
  readonly require: readonly Rule[];
  readonly denyIf: readonly Rule[];
  /** Every regular expression of the rules, once for each place it looks at. */
  readonly matches: readonly Match[];
  readonly charges: readonly ChargePlan[];
  /** `action: "require_approval"`. */
  readonly approval: (Place & { readonly reason: string }) | undefined;
}

/** All limits of an entry that count with one counter. The call is charged once: the largest of their amounts. */
export interface ChargePlan {
  readonly counter: string;
  readonly scope: CounterScope;
  readonly windowMs: number;
  readonly limits: readonly LimitPlan[];
}

export interface LimitPlan extends Place {
  readonly max: number | undefined;
  /** Where the amount is; `undefined` for a fixed amount. */
  readonly from: Path | undefined;
  /** The fixed amount, or the amount where `from` leads nowhere; `undefined` denies there. */
  readonly increment: number | undefined;
  readonly message: string;
}
