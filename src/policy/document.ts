/** What becomes of a tool that no entry lists. */
export type DefaultAction = "allow" | "deny";
export type EntryAction = "allow" | "deny" | "require_approval";
export type Operator = (typeof OPERATORS)[number];
export type LimitWindow = (typeof LIMIT_WINDOWS)[number] | `${number}${"s" | "m" | "h" | "d"}`;
export type LimitAlgorithm = (typeof LIMIT_ALGORITHMS)[number];
export type LimitRefund = (typeof LIMIT_REFUNDS)[number];
export type LimitScope = (typeof LIMIT_SCOPES)[number];
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export const OPERATORS = [
  "eq",
  "neq",
  "lt",
  "lte",
  "gt",
  "gte",
  "in",
  "not_in",
  "exists",
  "regex",
  "contains",
  "path_within",
  "host_in",
] as const;
export const LIMIT_WINDOWS = ["second", "minute", "hour", "day", "week", "month", "session", "in_flight"] as const;
export const LIMIT_SCOPES = ["grant", "session", "global"] as const;
export const LIMIT_ALGORITHMS = ["fixed", "sliding"] as const;
export const LIMIT_REFUNDS = ["not_executed", "rejected", "error"] as const;

/** A JSON Schema, 2020-12 or, where `$schema` says so, draft-07. Unknown keywords are refused. */
export type JsonSchema = boolean | { readonly [keyword: string]: JsonValue };

/** A policy as its author writes it, version "1". */
export interface PolicyDocument {
  /** For editors: the URL or path of `callgate/policy.schema.json`. Means nothing here. */
  readonly $schema?: string;
  readonly version: "1";
  /** For people: what the policy is called, and what it is for. */
  readonly name?: string;
  readonly description?: string;
  readonly default: DefaultAction;
  /** Tools removed from lists and denied when called, by name or pattern. `["*"]` hides every tool. */
  readonly hide?: readonly string[];
  /** Applies to every tool call; lists nothing. */
  readonly all_tools?: AllToolsRules;
  /** Rules by name or pattern of tools. Under `default: "deny"` an entry, `{}` included, lists what it matches. */
  readonly tools?: { readonly [name: string]: ToolRules };
  /** Rules for resources by URI. Without it resources pass. */
  readonly resources?: ClassRules;
  /** Rules for prompts by name. Without it prompts pass. */
  readonly prompts?: ClassRules;
  /** Rules for all other methods, in both directions. */
  readonly methods?: MethodRules;
}

/** Rules for a class of things that are named as tools are. */
export interface ClassRules {
  /** What becomes of a name that no entry lists. */
  readonly default: DefaultAction;
  readonly hide?: readonly string[];
  /** Rules by name or pattern. Under `default: "deny"` an entry, `{}` included, lists what it matches. */
  readonly entries?: { readonly [name: string]: Omit<ToolRules, "args" | "pin"> };
}

export interface MethodRules {
  /** Methods unknown to MCP that are allowed although the policy's default is to deny. */
  readonly allow?: readonly string[];
  /** Methods that are denied, known to MCP or not. It beats `allow`. */
  readonly deny?: readonly string[];
}

/** What holds for every tool call. */
export interface AllToolsRules {
  /** Every rule must hold. */
  readonly require?: readonly RuleDocument[];
  /** No rule may fire. */
  readonly deny_if?: readonly RuleDocument[];
  /** A rule that fires asks for a person's approval. */
  readonly require_approval_if?: readonly RuleDocument[];
  readonly limits?: readonly LimitDocument[];
}

export interface ToolRules extends AllToolsRules {
  /** For people: what the entry is for. */
  readonly description?: string;
  /** The arguments must fit this JSON Schema, or with `"tool"` the `inputSchema` of the tool itself. */
  readonly args?: JsonSchema | "tool";
  /** Under an exact name: the tool must be listed with this definition, whose fingerprint `fingerprintTool` gives. */
  readonly pin?: string;
  readonly action?: EntryAction;
  /** The message of a denial by this entry that has no `on_deny` of its own. */
  readonly reason?: string;
  /** Sugar for a limit: `max` calls in each `window` of that many seconds, or as text: `"10/minute"`, `"5/15m"`. */
  readonly rate_limit?: RateLimitDocument | string;
}

/** A rule: conditions, or a formula in JSON Logic. */
export type RuleDocument = ConditionRuleDocument | LogicRuleDocument;

/** A rule by conditions. */
export interface ConditionRuleDocument {
  /** All of them, together. An empty list is always true. */
  readonly conditions: readonly ConditionDocument[];
  readonly logic?: never;
  readonly on_deny?: string;
}

/** A rule by a formula. */
export interface LogicRuleDocument {
  /** JSON Logic (https://jsonlogic.com) that gives true or false. Nothing is coerced: what cannot be judged is an error. */
  readonly logic: JsonValue;
  readonly conditions?: never;
  readonly on_deny?: string;
}

export interface ConditionDocument {
  readonly path: string;
  readonly op: Operator;
  readonly value: JsonValue;
  /** In `require` only: the condition holds where the path leads nowhere. */
  readonly if_present?: true;
}

export interface LimitDocument {
  /** Tools that name the same counter share it. */
  readonly counter: string;
  /**
   * When the counter starts again at 0: by name, calendar-aligned in UTC (a week from Monday), or a length such as `15m`,
   * whose windows are multiples since 1970. `session` lasts as long as the session; `in_flight` counts calls that run.
   */
  readonly window: LimitWindow;
  /** The most the counter may reach in one window. Without it the counter only counts. */
  readonly max?: number;
  /** The least the counter must have reached before the call. */
  readonly min?: number;
  /** Whose counter it is. Default `grant`; of a `session` window, `session`. */
  readonly scope?: LimitScope;
  /** Paths whose values have a counter each: strings, numbers or booleans. Where one is missing the call is denied. */
  readonly by?: readonly string[];
  /** `sliding`: never more than `max` in any span of the window's length. Default `fixed`. */
  readonly algorithm?: LimitAlgorithm;
  /**
   * When a charge is given back: `not_executed` (default) when the call was never handed on; `rejected` also when the
   * server answers that it did not understand it; `error` also on every error. The last two trust the server.
   */
  readonly refund?: LimitRefund;
  /** Of `in_flight`: how long a call that nobody renews keeps its place. Default `10m`. */
  readonly lease?: string;
  /** What one call adds. Default 1. */
  readonly increment?: number;
  /** Path of the argument that says what the call adds; `increment` where it is missing. */
  readonly increment_from?: string;
  readonly on_deny?: string;
}

export interface RateLimitDocument {
  readonly max: number;
  /** Seconds, 1 to one year. Windows are multiples of it since the epoch. */
  readonly window: number;
}

/**
 * A policy that `parsePolicy` accepted: the document as written, deep-frozen and independent of its source.
 * `JSON.stringify` gives the document back. `revision` (not enumerable) is the SHA-256 of its canonical JSON.
 */
export interface Policy extends PolicyDocument {
  readonly revision: string;
}
