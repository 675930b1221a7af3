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
  /** The version of the shape of events, which `callgate/audit.schema.json` describes. */
  readonly schema: 1;
  /** Counts the events of one gate from 1, without a gap: one that is missing from a record was not recorded. */
  readonly seq: number;
  /** Milliseconds since the epoch, by the gate's clock; `NaN`, and so `null` in JSON, when it failed. */
  readonly time: number;
  /** Milliseconds since the gate was made, by its monotonic clock: never less than in the event before. */
  readonly elapsed: number;
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
  /** HMAC-SHA-256 of the arguments in canonical form, in hexadecimal; only with `digestKey`. Equal arguments have equal digests. */
  readonly argumentsDigest: string | undefined;
  /** The values at the paths of `record`, by path; a path that leads nowhere is absent. Only with `record`. */
  readonly recorded: { readonly [path: string]: RecordedValue } | undefined;
  readonly outcome: "allow" | "deny";
  readonly code: DecisionCode;
  readonly rule: string;
  readonly pointer: string;
  readonly message: string;
  readonly charges: readonly ChargeRecord[];
  readonly revision: string;
  /** What an operator may want to know and an agent must not: the cause of an `unavailable`, say. */
  readonly cause: string | undefined;
  /** Milliseconds from the arrival of the call to this decision. */
  readonly latencyMs: number;
}

/** A value of an argument that was asked to be recorded. */
export type RecordedValue =
  | string
  | number
  | boolean
  | null
  /** An object or a list, or a text over 256 characters by its first ones. */
  | { readonly type: "object" | "array" }
  | { readonly start: string; readonly length: number; readonly sha256: string }
  /** What `[*]` leads to, at most 64 of them. */
  | readonly RecordedValue[];

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
  /** Milliseconds from handing the call on to its end; `undefined` when it was never handed on. */
  readonly upstreamMs: number | undefined;
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
  | "release_failed"
  | "events_dropped";

export interface NoticeEvent extends EventBase {
  readonly type: "notice";
  readonly code: NoticeCode;
  readonly message: string;
  /** Names of the tools it is about. */
  readonly tools: readonly string[];
}

/** A gate was made. Told to the sinks of `AuditOptions`. */
export interface StartEvent extends EventBase {
  readonly type: "start";
  /** The revision of its policy; `undefined` where each grant has its own. */
  readonly revision: string | undefined;
}

/** A gate was closed. What still ran then is recorded after it. */
export interface StopEvent extends EventBase {
  readonly type: "stop";
  /** How many times a sink did not record an event of this gate. */
  readonly dropped: number;
}

/** What a store was asked for. */
export type StoreOperation = "reserve" | "read" | "reset";

/** A store gave no usable answer. That a charge could not be given back or a lease renewed are notices. */
export interface StoreFailureEvent extends EventBase {
  readonly type: "store_failure";
  /** The call that was denied for it; `undefined` for `gate.usage` and `gate.reset`. */
  readonly id: string | undefined;
  readonly operation: StoreOperation;
  readonly message: string;
}

export type AuditEvent =
  | DecisionEvent
  | OutcomeEvent
  | RefusalEvent
  | NoticeEvent
  | StoreFailureEvent
  | StartEvent
  | StopEvent;

/**
 * Receives every event, frozen. What it throws, and how long it takes, matters to one event alone: in mode `strict` an
 * allowed call waits for its decision to be recorded, and is denied when the sink throws, rejects or does not settle in time.
 */
export interface AuditSink {
  (event: AuditEvent): MaybePromise<void>;
  /** Asked when the gate closes: settles when everything handed in so far is recorded. */
  readonly flush?: (() => MaybePromise<void>) | undefined;
}
