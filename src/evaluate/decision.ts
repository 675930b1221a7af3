import type { Window } from "../internal/window.js";

/**
 * What is called: a tool by name, a resource by URI, a prompt by name, or another method. A policy's `default` rules
 * tools, and methods that MCP does not know; resources and prompts pass where it has no section for them.
 */
export type CallKind = "tool" | "resource" | "prompt" | "method";

/** A call as MCP names it in `params`. */
export interface Call {
  readonly name: string;
  readonly arguments?: { readonly [name: string]: unknown } | undefined;
  /** Default `tool`. */
  readonly kind?: CallKind | undefined;
}

/** A tool as its server lists it, as far as a policy may look at it. Untrusted. */
export interface ListedTool {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

/** Who calls, and what the host knows about it. */
export interface CallContext {
  /** The identity that holds the policy. Default `default`. */
  readonly grant?: string | undefined;
  /** The connection's session; without one, a limit with scope `session` denies. */
  readonly session?: string | undefined;
  /** The operator's name for the upstream server. */
  readonly server?: string | undefined;
  /** What rules read as `grant.labels.name`. */
  readonly labels?: { readonly [name: string]: unknown } | undefined;
  /** Milliseconds since the epoch, which rules read as `time.hour` and the like; without it they cannot be judged. */
  readonly now?: number | undefined;
  /** The tool as its server lists it: what `args: "tool"` and `pin` hold the call to. The object must not change later. */
  readonly tool?: ListedTool | undefined;
  /** Facts that rules read as `context.name`. */
  readonly facts?: { readonly [name: string]: unknown } | undefined;
}

/**
 * Why a call has its outcome. The agent sees these codes in `_meta["callgate/denial"].code`; `docs/errors.md` has a
 * heading for each.
 */
export type DecisionCode =
  | "allowed"
  | "not_permitted"
  | "invalid_arguments"
  | "denied"
  | "approval_required"
  | "rate_limited"
  | "unavailable";

/** A place of the policy: `rule` in the documented form, `pointer` exactly. Both are `""` where nothing fired. */
export interface Place {
  readonly rule: string;
  readonly pointer: string;
}

/** Whose counter a limit counts with. */
export type CounterScope = "grant" | "session" | "global";

/** When a charge is given back, beyond the call that was never handed on: never, when it was rejected, on any error. */
export type Refund = "not_executed" | "rejected" | "error";

/** A bound of a counter and the limit that sets it. */
export interface Bound extends Place {
  readonly value: number;
  readonly message: string;
}

/** What a call will add to one counter, once it is reserved. Amounts are in units, with at most six decimals. */
export interface Charge extends Place {
  readonly counter: string;
  readonly scope: CounterScope;
  /** The grant or the session; `""` for scope `global`. */
  readonly owner: string;
  readonly window: Window;
  /** The values of the arguments that the counter is kept by. */
  readonly by: readonly (string | number | boolean)[];
  readonly amount: number;
  /** The most the counter may reach in the window; `undefined` for a plain count. */
  readonly max: number | undefined;
  /** The denial's message when `max` would be passed. */
  readonly message: string;
  /** The least the counter must have reached before; `undefined` where nothing is asked. */
  readonly min: Bound | undefined;
  readonly refund: Refund;
}

/** An approval that a call owes before it may run. */
export interface ApprovalOwed extends Place {
  readonly reason: string;
}

/** What a rule in shadow mode would have done. */
export interface Finding extends Place {
  readonly code: DecisionCode;
}

interface DecisionBase extends Place {
  /** What the agent may read; `""` where nothing fired. */
  readonly message: string;
  readonly charges: readonly Charge[];
  readonly approvals: readonly ApprovalOwed[];
  readonly shadow: readonly Finding[];
  /** Revision of the policy that decided; `""` when there was none. */
  readonly revision: string;
}

/** Allowed if `charges` can be reserved: deciding touches no counter. */
export interface AllowDecision extends DecisionBase {
  readonly outcome: "allow";
  readonly code: "allowed";
}

export interface DenyDecision extends DecisionBase {
  readonly outcome: "deny";
  readonly code: Exclude<DecisionCode, "allowed">;
}

/** Allowed if every approval is given and `charges` can be reserved. */
export interface ApprovalDecision extends DecisionBase {
  readonly outcome: "require_approval";
  readonly code: "approval_required";
}

export type Decision = AllowDecision | DenyDecision | ApprovalDecision;

const NONE: readonly never[] = Object.freeze([]);
const NOWHERE: Place = { rule: "", pointer: "" };

export function allow(revision: string, charges: readonly Charge[]): AllowDecision {
  return Object.freeze({
    outcome: "allow",
    code: "allowed",
    ...NOWHERE,
    message: "",
    charges: charges.length === 0 ? NONE : charges,
    approvals: NONE,
    shadow: NONE,
    revision,
  });
}

export function deny(code: DenyDecision["code"], place: Place, message: string, revision: string): DenyDecision {
  return Object.freeze({
    outcome: "deny",
    code,
    rule: place.rule,
    pointer: place.pointer,
    message,
    charges: NONE,
    approvals: NONE,
    shadow: NONE,
    revision,
  });
}

/** The denial of something that is not a call. */
export function malformedCall(message: string, revision: string): DenyDecision {
  return deny("invalid_arguments", { rule: "(malformed call)", pointer: "" }, message, revision);
}

/** Owed for each of `approvals`, which has at least one; the first is the one to report. */
export function requireApproval(
  approvals: readonly ApprovalOwed[],
  charges: readonly Charge[],
  revision: string,
): ApprovalDecision {
  const first = approvals[0] as ApprovalOwed;
  return Object.freeze({
    outcome: "require_approval",
    code: "approval_required",
    rule: first.rule,
    pointer: first.pointer,
    message: first.reason,
    charges,
    approvals: Object.freeze(approvals),
    shadow: NONE,
    revision,
  });
}
