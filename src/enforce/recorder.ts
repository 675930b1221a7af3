import type {
  AuditEvent,
  AuditSink,
  CallResult,
  ChargeRecord,
  DecisionEvent,
  NoticeCode,
  RefusalCode,
  Side,
} from "../audit/event.js";
import type { Reading } from "../counters/store.js";
import type { Charge, Decision } from "../evaluate/decision.js";
import type { Clock } from "../internal/clock.js";
import { deepFreeze } from "../internal/deep-freeze.js";
import { attempt, type MaybePromise } from "../internal/maybe.js";
import { fromMicro } from "../internal/micro.js";
import type { IdSource } from "../internal/random-id.js";
import type { Asked, KnownContext } from "./admission.js";

const MOST_KEYS = 64;
const LONGEST_KEY = 128;

/** Everything a decision event tells that the decision itself does not. */
export interface DecisionNote {
  readonly id: string;
  readonly asked: Asked;
  readonly decision: Decision;
  readonly context: KnownContext;
  readonly charges: readonly Charge[];
  readonly readings: readonly Reading[] | undefined;
  readonly cause: string | undefined;
}

/** Builds the events of one gate and hands them, frozen, to its sink. Without a sink it does nothing. */
export class Recorder {
  readonly #sink: AuditSink | undefined;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #noticed = new Set<string>();

  constructor(sink: AuditSink | undefined, clock: Clock, ids: IdSource) {
    this.#sink = sink;
    this.#clock = clock;
    this.#ids = ids;
  }

  get isHeard(): boolean {
    return this.#sink !== undefined;
  }

  /** An id to join the events of one call; nobody needs it when nobody listens. */
  newId(): string {
    return this.#sink === undefined ? "" : this.#ids();
  }

  /** Records a decision. Throws or rejects when the sink does: an allowed call must not run unrecorded. */
  decision(note: DecisionNote): MaybePromise<void> {
    if (this.#sink === undefined) return;
    const { asked, decision, context } = note;
    const event: DecisionEvent = {
      type: "decision",
      time: this.#clock.now(),
      side: asked.caller.side,
      server: context.server ?? "",
      id: note.id,
      requestId: asked.requestId,
      grant: context.grant,
      session: context.session,
      kind: asked.call.kind ?? "tool",
      name: asked.call.name,
      argumentKeys: argumentKeys(asked.call.arguments),
      outcome: decision.outcome === "allow" ? "allow" : "deny",
      code: decision.code,
      rule: decision.rule,
      pointer: decision.pointer,
      message: decision.message,
      charges: note.charges.map((charge, index) => chargeRecord(charge, note.readings?.[index])),
      revision: decision.revision,
      cause: note.cause,
    };
    return this.#sink(deepFreeze(event));
  }

  outcome(side: Side, server: string, id: string, result: CallResult, refunded: boolean): void {
    if (this.#sink !== undefined)
      this.#tell({ type: "outcome", time: this.#now(), side, server, id, result, refunded });
  }

  refusal(
    side: Side,
    server: string,
    refused: {
      readonly code: RefusalCode;
      readonly method: string | undefined;
      readonly requestId: string | number | undefined;
      readonly message: string;
    },
  ): void {
    if (this.#sink !== undefined) this.#tell({ type: "refusal", time: this.#now(), side, server, ...refused });
  }

  notice(side: Side, server: string, code: NoticeCode, message: string, tools: readonly string[] = []): void {
    if (this.#sink !== undefined) this.#tell({ type: "notice", time: this.#now(), side, server, code, message, tools });
  }

  /** As `notice`, the first time only. */
  noticeOnce(side: Side, server: string, code: NoticeCode, message: string): void {
    if (this.#noticed.has(code)) return;
    this.#noticed.add(code);
    this.notice(side, server, code, message);
  }

  #now(): number {
    return attempt(
      () => this.#clock.now(),
      () => Number.NaN,
    ) as number;
  }

  /** For events that decide nothing any more: what the sink does with them changes nothing. */
  #tell(event: AuditEvent): void {
    void attempt<void>(
      () => this.#sink?.(deepFreeze(event)),
      () => undefined,
    );
  }
}

function argumentKeys(args: object | undefined): readonly string[] {
  if (args === undefined) return [];
  return Object.keys(args)
    .sort()
    .slice(0, MOST_KEYS)
    .map((key) => key.slice(0, LONGEST_KEY));
}

function chargeRecord(charge: Charge, reading: Reading | undefined): ChargeRecord {
  const { counter, scope, rule, amount, max } = charge;
  const left = max === undefined || reading === undefined ? undefined : Math.max(0, leftOf(max, reading.value));
  return { counter, scope, rule, amount, max, left, resetsAt: reading?.resetsAt };
}

function leftOf(max: number, valueMicro: number): number {
  return fromMicro(Math.round(max * 1_000_000) - valueMicro);
}
