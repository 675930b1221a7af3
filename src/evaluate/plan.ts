import type { Path } from "../internal/path.js";

import type { Window } from "../internal/window.js";
import type { Validator } from "../json-schema/validator.js";
import type { AllowDecision, ApprovalOwed, CounterScope, DenyDecision, Place, Refund } from "./decision.js";

import type { Rule } from "./rule.js";
import type { Match } from "./work.js";

/** A policy made ready to decide. */
export interface Plan {
  readonly revision: string;
  readonly tools: ClassPlan;
  /** `undefined` where the policy has no such section, and everything of the class passes. */
  readonly resources: ClassPlan | undefined;
  readonly prompts: ClassPlan | undefined;
  readonly methods: MethodPlan;
  /** Some entry looks at the tool as it is listed: at its schema, or at its whole definition. */
  readonly needsListedTools: boolean;
  /** Some entry has a pin. */
  readonly hasPins: boolean;
  /** Every counter that a limit anywhere counts with, and all its limits. */
  counters(): readonly ChargePlan[];
  /** Decides for a call that nothing can object to. */
  readonly allowed: AllowDecision;
}

/** What a policy says of one class of things that are called by name. */
export interface ClassPlan {
  /** The denial of what the policy hides; `undefined` for what it does not. */
  hiddenBy(name: string): DenyDecision | undefined;
  /** Whether the name stands in the document itself, and is not only matched by patterns. */
  isNamed(name: string): boolean;
  /** All that applies to a name that is listed, as one entry; `undefined` where no entry lists it. */
  entryFor(name: string): Entry | undefined;
  /** Applies to a name without an entry; `undefined` where the default is to deny. */
  readonly unlisted: Entry | undefined;
  /** Decides for a name that is not listed, where the default is to deny. */
  readonly notListed: DenyDecision;
}

/** What a policy says of methods that are neither tools, nor resources, nor prompts. */
export interface MethodPlan {
  /** Whether the policy has a section for them. */
  readonly rules: boolean;
  /** The denial of what the policy denies by name, known to MCP or not. */
  deniedBy(method: string): DenyDecision | undefined;
  /** The denial of a method because MCP does not know it, where no list allows it. */
  unknownDeniedBy(method: string): DenyDecision | undefined;
}

/** Everything that applies to the calls of one name: in each list specific entries, then patterns, then what is for all. */
export interface Entry {
  readonly pin: Pin | undefined;
  /** `action: "deny"`. */
  readonly denied: DenyDecision | undefined;
  readonly args: readonly ArgumentSchema[];
  readonly require: readonly Rule[];
  readonly denyIf: readonly Rule[];
  readonly approvalIf: readonly Rule[];
  /** Every regular expression of the rules, once for each place it looks at. */
  readonly matches: readonly Match[];
  readonly charges: readonly ChargePlan[];
  /** `action: "require_approval"`. */
  readonly approvals: readonly ApprovalOwed[];
}

/** The definition that a tool must be listed with. */
export interface Pin {
  readonly fingerprint: string;
  /** The denial where it is listed with another, and where nobody knows with which. */
  readonly differs: DenyDecision;
  readonly unknown: DenyDecision;
}

/** A schema that the arguments of a call must fit. */
export interface ArgumentSchema {
  readonly place: Place;
  /** `"tool"` for the one that the tool itself has. */
  readonly validator: Validator | "tool";
  /** The message of a denial, where the author wrote one. */
  readonly message: string | undefined;
}

/** All limits of an entry that count with one counter. The call is charged once: the largest of their amounts. */
export interface ChargePlan {
  readonly counter: string;
  readonly scope: CounterScope;
  readonly window: Window;
  /** The values that have a counter each. */
  readonly by: readonly Path[];
  readonly limits: readonly LimitPlan[];
}

export interface LimitPlan extends Place {
  readonly max: number | undefined;
  readonly min: number | undefined;
  readonly refund: Refund;
  /** Where the amount is; `undefined` for a fixed amount. */
  readonly from: Path | undefined;
  /** The fixed amount, or the amount where `from` leads nowhere; `undefined` denies there. */
  readonly increment: number | undefined;
  /** The message where `max` would be passed, and where `min` is not reached. */
  readonly message: string;
  readonly early: string;
}
