/** What becomes of a tool that no entry lists. */
export type DefaultAction = "allow" | "deny";
export type EntryAction = "allow" | "deny" | "require_approval";
export type Operator = (typeof OPERATORS)[number];
export type LimitWindow = (typeof LIMIT_WINDOWS)[number];
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
export const LIMIT_WINDOWS = ["minute", "hour", "day"] as const;
export const LIMIT_SCOPES = ["grant", "session", "global"] as const;

/** A JSON Schema, 2020-12 or, where `$schema` says so, draft-07. Unknown keywords are refused. */
export type JsonSchema = boolean | { readonly [keyword: string]: JsonValue };

/** A policy as its author writes it, version "1". */
export interface PolicyDocument {
  readonly version: "1";
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
  readonly entries?: { readonly [name: string]: Omit<ToolRules, "args"> };
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
  /** The arguments must fit this JSON Schema, or with `"tool"` the `inputSchema` of the tool itself. */
  readonly args?: JsonSchema | "tool";
  readonly action?: EntryAction;
  /** The message of a denial by this entry that has no `on_deny` of its own. */
  readonly reason?: string;
  /** Sugar for a limit: `max` calls in each `window` of that many seconds. */
  readonly rate_limit?: RateLimitDocument;
}

export interface RuleDocument {
  /** All of them, together. An empty list is always true. */
  readonly conditions: readonly ConditionDocument[];
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
  /** Calendar-aligned in UTC. */
  readonly window: LimitWindow;
  /** The most the counter may reach in one window. Without it the counter only counts. */
  readonly max?: number;
  /** Whose counter it is. Default `grant`. */
  readonly scope?: LimitScope;
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
