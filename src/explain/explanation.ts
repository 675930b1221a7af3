import type { Charge, Decision, Place } from "../evaluate/decision.js";
import type { JsonType } from "../evaluate/json-type.js";

/** What a condition or a rule says of a call. An error is neither true nor false, and never lets a call pass. */
export type ExplainedVerdict = "true" | "false" | "error";

/** A value that a condition looked at. */
export interface ExplainedValue {
  /** JSON Pointer below the root of the path: `/args/items/0/price`. */
  readonly pointer: string;
  /** `missing` where the path leads nowhere, `unreachable` where it goes on with nothing to walk into. */
  readonly type: JsonType | "missing" | "unreachable" | "not JSON";
  /** The value itself, only where it was asked for. */
  readonly value?: unknown;
}

export interface ExplainedCondition extends Place {
  readonly path: string;
  readonly op: string;
  /** The operand in the policy. */
  readonly operand: unknown;
  readonly verdict: ExplainedVerdict;
  /** What the path leads to; of `[*]` at most the first 16. */
  readonly found: readonly ExplainedValue[];
}

/** What a step does to the call: nothing, deny it, ask for a person, or count it and deny where the count says so. */
export type ExplainedEffect = "passes" | "denies" | "asks" | "counts";

interface StepBase extends Place {
  readonly effect: ExplainedEffect;
  /** The step is the reason that the decision reports. */
  readonly decided: boolean;
  /** What the agent reads if this step denies; `""` where it cannot. */
  readonly message: string;
}

/** Whether the name may be called at all: hidden, listed by an entry or the default, denied or allowed by an action. */
export interface NameStep extends StepBase {
  readonly stage: "hidden" | "listed" | "action" | "method";
}

/** The definition that the tool must be listed with. */
export interface PinStep extends StepBase {
  readonly stage: "pin";
}

/** The schema that the arguments must fit: that of the entry, or the tool's own. */
export interface ArgumentStep extends StepBase {
  readonly stage: "args";
}

/** One rule, with every condition judged, also those that evaluation would not have come to. */
export interface RuleStep extends StepBase {
  readonly stage: "require" | "deny_if" | "require_approval_if";
  readonly verdict: ExplainedVerdict;
  /** Empty for a JSON Logic rule. */
  readonly conditions: readonly ExplainedCondition[];
}

/** One counter that the call would be charged to. What it has reached is known to the store alone. */
export interface LimitStep extends StepBase {
  readonly stage: "limit";
  /** `undefined` where the amount, a value it is kept by or its owner cannot be told, so that the call is denied. */
  readonly charge: Charge | undefined;
}

export type ExplainedStep = NameStep | PinStep | ArgumentStep | RuleStep | LimitStep;

/** Why a policy decides as it does about one call. `toString` gives the text for a terminal. */
export interface Explanation {
  /** What `decide` says. */
  readonly decision: Decision;
  /** JSON Pointers of the entries that apply, `all_tools` last. */
  readonly entries: readonly string[];
  /** Everything that applies, in the order of evaluation, also what comes after the step that decided. */
  readonly steps: readonly ExplainedStep[];
  toString(): string;
}

export interface ExplainOptions {
  /** Puts the values that conditions looked at into the explanation. Default false: types and places only. */
  readonly values?: boolean | undefined;
}
