import type { JsonValue } from "../document.js";

/** A policy of Intercept as its author writes it, version "1". As in Intercept, what is null counts as left out. */
export interface InterceptDocument {
  readonly version: "1";
  readonly description?: string | null;
  readonly default?: "allow" | "deny" | null;
  readonly hide?: readonly string[] | null;
  /** Rules by the exact name of a tool; under `"*"` those for every tool. */
  readonly tools?: { readonly [name: string]: InterceptEntry | null } | null;
}

export interface InterceptEntry {
  readonly rules?: readonly InterceptRule[] | null;
}

/** A requirement: a call passes when all its conditions hold, and no call passes `deny`. */
export interface InterceptRule {
  readonly name: string;
  readonly action?: "evaluate" | "deny" | null;
  /** Shorthand for a counter and the condition on it: `5/hour`. */
  readonly rate_limit?: string | null;
  readonly conditions?: readonly InterceptCondition[] | null;
  readonly on_deny?: string | null;
  readonly state?: InterceptState | null;
}

export interface InterceptCondition {
  /** `args.<name>` or `state.<scope>.<counter>`. */
  readonly path: string;
  readonly op: InterceptOperator;
  readonly value: JsonValue;
}

/** What a call adds to the counter `<scope>.<counter>`. */
export interface InterceptState {
  readonly counter: string;
  readonly window: InterceptWindow;
  /** 0 is 1, as if it were left out. */
  readonly increment?: number | null;
  readonly increment_from?: string | null;
}

export type InterceptOperator = (typeof INTERCEPT_OPERATORS)[number];
export type InterceptWindow = (typeof INTERCEPT_WINDOWS)[number];

export const INTERCEPT_OPERATORS = [
  "eq",
  "neq",
  "in",
  "not_in",
  "lt",
  "lte",
  "gt",
  "gte",
  "regex",
  "contains",
  "exists",
] as const;
export const INTERCEPT_WINDOWS = ["minute", "hour", "day"] as const;

/** The entry for every tool, and what its counters are named after. */
export const EVERY_TOOL = "*";
export const GLOBAL_SCOPE = "_global";

/** The roots of Intercept's paths. */
export const ARGS = "args.";
export const STATE = "state.";
