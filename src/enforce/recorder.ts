import { type Delivery, Drops } from "../audit/delivery.js";
import type {
  AuditEvent,
  AuditSink,
  ChargeRecord,
  DecisionEvent,
  NoticeCode,
  OutcomeEvent,
  RefusalCode,
  Side,
  StoreOperation,
} from "../audit/event.js";
import { type Audit, type AuditOptions, readAudit } from "../audit/options.js";
import { QueuedDelivery } from "../audit/queue.js";
import { recordedValues } from "../audit/recorded.js";
import { redactText } from "../audit/redact.js";
import { StrictDelivery } from "../audit/strict.js";
import type { Reading } from "../counters/store.js";
import type { Charge, Decision } from "../evaluate/decision.js";
import { canonicalJson } from "../internal/canonical-json.js";
import type { Clock } from "../internal/clock.js";
import { deepFreeze } from "../internal/deep-freeze.js";
import { attempt, type MaybePromise } from "../internal/maybe.js";
import { fromMicro } from "../internal/micro.js";
import type { IdSource } from "../internal/random-id.js";
import type { Asked, KnownContext } from "./admission.js";
import { describe } from "./identify.js";

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
  /** When the call arrived, by `elapsed()`. */
  readonly arrived: number;
}

/** What a gate's recorder is made of. */
export interface RecorderParts {
  readonly audit: AuditSink | AuditOptions | undefined;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How long a sink is waited for where no call waits. */
  readonly waitMs: number;
}

/** An event without what every event has. */
type Unstamped<Event extends AuditEvent> = Event extends AuditEvent
  ? Omit<Event, "schema" | "seq" | "time" | "elapsed">
  : never;

/** Builds the events of one gate and hands them, frozen and numbered, to its sinks. Without a sink it does nothing. */
export class Recorder {
  readonly #audit: Audit | undefined;
  readonly #delivery: Delivery | undefined;
  readonly #drops: Drops;
  readonly #clock: Clock;
  readonly #elapsed: () => number;
  readonly #ids: IdSource;
  readonly #noticed = new Set<string>();
  #seq = 0;

  constructor({ audit, clock, ids, waitMs }: RecorderParts) {
    this.#audit = audit === undefined ? undefined : readAudit(audit);
    this.#clock = clock;
    this.#elapsed = stopwatch(clock);
    this.#ids = ids;
    this.#drops = new Drops((count) =>
      this.notice("direct", "", "events_dropped", `${count} ${count === 1 ? "event was" : "events were"} not recorded`),
    );
    this.#delivery = this.#audit === undefined ? undefined : deliveryOf(this.#audit, waitMs, this.#drops);
  }

  get isHeard(): boolean {
    return this.#delivery !== undefined;
  }

  /** An id to join the events of one call; nobody needs it when nobody listens. */
  newId(): string {
    return this.#delivery === undefined ? "" : this.#ids();
  }

  /** Milliseconds since this gate was made; 0 when nobody listens. */
  elapsed(): number {
    return this.#delivery === undefined ? 0 : this.#elapsed();
  }

  /** Records a decision. For an allowed call it throws or rejects when a sink does: it must not run unrecorded. */
  decision(note: DecisionNote): MaybePromise<void> {
    if (this.#audit === undefined || this.#delivery === undefined) return;
    const { asked, decision, context } = note;
    const args = asked.call.arguments;
    const { digest, record } = this.#audit;
    const stamp = this.#stamp();
    // Member by member: an object literal with a spread costs many times as much.
    const event: DecisionEvent = {
      schema: stamp.schema,
      seq: stamp.seq,
      time: stamp.time,
      elapsed: stamp.elapsed,
      type: "decision",
      side: asked.caller.side,
      server: context.server ?? "",
      id: note.id,
      requestId: asked.requestId,
      grant: context.grant,
      session: context.session,
      kind: asked.call.kind ?? "tool",
      name: asked.call.name,
      argumentKeys: argumentKeys(args),
      argumentsDigest: digest?.(canonicalJson(args ?? {})),
      recorded: record.length === 0 ? undefined : recordedValues(record, args),
      outcome: decision.outcome === "allow" ? "allow" : "deny",
      code: decision.code,
      rule: decision.rule,
      pointer: decision.pointer,
      message: decision.message,
      charges: note.charges.map((charge, index) => chargeRecord(charge, note.readings?.[index])),
      revision: decision.revision,
      cause: note.cause === undefined ? undefined : redactText(note.cause),
      latencyMs: microseconds(stamp.elapsed - note.arrived),
    };
    deepFreeze(event);
    if (event.outcome === "allow") return this.#delivery.record(event);
    this.#delivery.tell(event);
  }

  outcome(
    side: Side,
    server: string,
    ended: Pick<OutcomeEvent, "id" | "result" | "refunded"> & { readonly handedOn: number | undefined },
  ): void {
    if (this.#delivery === undefined) return;
    const { id, result, refunded, handedOn } = ended;
    const upstreamMs = handedOn === undefined ? undefined : microseconds(this.#elapsed() - handedOn);
    const { schema, seq, time, elapsed } = this.#stamp();
    const event: OutcomeEvent = {
      schema,
      seq,
      time,
      elapsed,
      type: "outcome",
      side,
      server,
      id,
      result,
      refunded,
      upstreamMs,
    };
    this.#delivery.tell(deepFreeze(event));
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
    this.#tell({ type: "refusal", side, server, ...refused });
  }

  notice(side: Side, server: string, code: NoticeCode, message: string, tools: readonly string[] = []): void {
    this.#tell({ type: "notice", side, server, code, message: redactText(message), tools });
  }

  /** As `notice`, the first time only. */
  noticeOnce(side: Side, server: string, code: NoticeCode, message: string): void {
    if (this.#noticed.has(code)) return;
    this.#noticed.add(code);
    this.notice(side, server, code, message);
  }

  storeFailure(side: Side, server: string, operation: StoreOperation, cause: unknown, id?: string): void {
    const message = redactText(describe(cause) ?? "a failure without an error");
    this.#tell({ type: "store_failure", side, server, id, operation, message });
  }

  /** A function alone hears of calls and of what they meet with; the life of a gate is for those who keep a record. */
  started(server: string, revision: string | undefined): void {
    if (this.#audit?.lifeCycle) this.#tell({ type: "start", side: "direct", server, revision });
  }

  /** Records that the gate is closed, and settles when the sinks have what they were given. Never rejects. */
  async stopped(server: string): Promise<void> {
    if (this.#audit?.lifeCycle) this.#tell({ type: "stop", side: "direct", server, dropped: this.#drops.total });
    await this.#delivery?.flush();
  }

  /** What every event begins with. */
  #stamp(): Pick<AuditEvent, "schema" | "seq" | "time" | "elapsed"> {
    return { schema: 1, seq: ++this.#seq, time: this.#now(), elapsed: this.#elapsed() };
  }

  #now(): number {
    return attempt(
      () => this.#clock.now(),
      () => Number.NaN,
    ) as number;
  }

  /** For events that decide nothing any more: what a sink does with them changes nothing. */
  #tell(event: Unstamped<AuditEvent>): void {
    this.#delivery?.tell(deepFreeze({ ...this.#stamp(), ...event } as AuditEvent));
  }
}

function deliveryOf(audit: Audit, waitMs: number, drops: Drops): Delivery {
  return audit.mode === "strict" ? new StrictDelivery(audit, waitMs, drops) : new QueuedDelivery(audit, waitMs, drops);
}

/** Milliseconds since now, in steps of a microsecond, that never move back; the last answer where the clock fails. */
function stopwatch(clock: Clock): () => number {
  const read = (): number => (clock.monotonic === undefined ? clock.now() : clock.monotonic());
  let origin: number | undefined;
  let last = 0;
  const next = (): number => {
    const now = attempt(read, () => Number.NaN) as number;
    if (!Number.isFinite(now)) return last;
    origin ??= now;
    last = Math.max(last, microseconds(now - origin));
    return last;
  };
  next();
  return next;
}

function microseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
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
