import type { CallKind, CounterScope, DecisionCode } from "../evaluate/decision.js";
import type { MaybePromise } from "../internal/maybe.js";

/** Which end of MCP a call was guarded at; `direct` is `gate.run`. */
export type Side = "client" | "server" | "direct";

/** A counter that a call was held against, in units. */
export interface ChargeRecord {
  readonly counter: string;
  readonly scope: CounterScope;
  readonly rule: string;
  readonly amount: number;
  readonly max: number | undefined;
  /** What is left of `max` after this decision; `undefined` for a plain count, or when no store answered. */
  readonly left: number | undefined;
  /** When the window ends, milliseconds since the epoch; `undefined` when no store answered. */
  readonly resetsAt: number | undefined;
}

interface EventBase {
  /** Milliseconds since the epoch, by the gate's clock. */
  readonly time: number;
  readonly side: Side;
  /** The operator's name for the upstream server; `""` when it has none. */
  readonly server: string;
}

/** What was decided about one call, recorded before the call takes effect. Argument keys only, never values. */
export interface DecisionEvent extends EventBase {
  readonly type: "decision";
  /** Joins the decision to its outcome. */
  readonly id: string;
  readonly requestId: string | number | undefined;
  /** `""` when nobody could be told who asks. */
  readonly grant: string;
  readonly session: string | undefined;
  readonly kind: CallKind;
  readonly name: string;
  /** The top-level keys of the arguments, sorted; at most 64 of at most 128 characters. */
  readonly argumentKeys: readonly string[];
  readonly outcome: "allow" | "deny";
  readonly code: DecisionCode;
  readonly rule: string;
  readonly pointer: string;
  readonly message: string;
  readonly charges: readonly ChargeRecord[];
  readonly revision: string;
  /** What an operator may want to know and an agent must not: the cause of an `unavailable`, say. */
  readonly cause: string | undefined;
}

/**
 * How an allowed call ended. `task` was answered with a task that goes on. `not_executed` was never handed on and gave its charge back; `cancelled` and `closed`
 * may have run, so the charge stays.
 */
export type CallResult =
  | "ok"
  | "task"
  | "tool_error"
  | "protocol_error"
  | "threw"
  | "cancelled"
  | "closed"
  | "not_executed";

/** What became of an allowed call. */
export interface OutcomeEvent extends EventBase {
  readonly type: "outcome";
  readonly id: string;
  readonly result: CallResult;
  readonly refunded: boolean;
}

/** Why a message was not forwarded, or a part of it removed, without a policy being asked. */
export type RefusalCode =
  | "batch"
  | "malformed"
  | "notification_call"
  | "invalid_name"
  | "invalid_arguments"
  | "duplicate_id"
  | "unknown_response"
  | "wrong_direction"
  | "foreign_task"
  | "too_many_pages";

/** A message that was refused for its shape or its place in the protocol. */
export interface RefusalEvent extends EventBase {
  readonly type: "refusal";
  readonly code: RefusalCode;
  readonly method: string | undefined;
  readonly requestId: string | number | undefined;
  readonly message: string;
}

/** Things an operator should know that are not a call: `code` is stable, `message` is for people. */
export type NoticeCode =
  | "grant_not_resolved"
  | "limit_cannot_hold"
  | "tools_removed"
  | "names_removed"
  | "ambiguous_tool"
  | "unfilterable_list"
  | "pin_mismatch"
  | "poisoned_text"
  | "shadowed_tool"
  | "counters_reset"
  | "lease_lost"
  | "release_failed";

export interface NoticeEvent extends EventBase {
  readonly type: "notice";
  readonly code: NoticeCode;
  readonly message: string;
  /** Names of the tools it is about. */
  readonly tools: readonly string[];
}

export type AuditEvent = DecisionEvent | OutcomeEvent | RefusalEvent | NoticeEvent;

/**
 * Receives every event, frozen. An allowed call waits for its decision to be recorded: when the sink throws, rejects
 * or does not settle in time, the call is denied. What a sink does with any other event changes nothing.
 */
export type AuditSink = (event: AuditEvent) => MaybePromise<void>;
