import { withDeadline } from "../internal/deadline.js";
import { attempt, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import type { Delivery, Drops } from "./delivery.js";
import type { AuditEvent, AuditSink } from "./event.js";
import type { Audit } from "./options.js";

/** Hands every event to every sink at once, and passes on how that went. */
export class StrictDelivery implements Delivery {
  readonly #sinks: readonly AuditSink[];
  readonly #most: number;
  readonly #waitMs: number;
  readonly #drops: Drops;
  /** How many events no sink has answered yet: what holds memory when one hangs. */
  #unanswered = 0;

  constructor({ sinks, queue }: Audit, waitMs: number, drops: Drops) {
    this.#sinks = sinks;
    this.#most = queue;
    this.#waitMs = waitMs;
    this.#drops = drops;
  }

  record(event: AuditEvent): MaybePromise<void> {
    if (this.#unanswered >= this.#most) {
      this.#drops.add();
      throw new Error(`audit_backpressure: ${this.#most} events wait to be recorded`);
    }
    return attempt<void>(
      () => {
        const handed = handTo(this.#sinks, event);
        if (handed === undefined) {
          this.#drops.recorded();
          return undefined;
        }
        return this.#answer(handed);
      },
      (cause) => {
        this.#drops.add();
        throw cause;
      },
    );
  }

  tell(event: AuditEvent): void {
    void attempt<void>(
      () => this.record(event),
      () => undefined,
    );
  }

  async flush(): Promise<void> {
    await flushAll(this.#sinks, this.#waitMs);
  }

  #answer(handed: Promise<void>): Promise<void> {
    this.#unanswered++;
    return handed
      .finally(() => {
        this.#unanswered--;
      })
      .then(() => this.#drops.recorded());
  }
}

/** Every sink is given the event, whatever those before it did. Throws or rejects when one of them has. */
function handTo(sinks: readonly AuditSink[], event: AuditEvent): Promise<void> | undefined {
  const waits: PromiseLike<unknown>[] = [];
  const failures: unknown[] = [];
  for (const sink of sinks) {
    try {
      const answer: unknown = sink(event);
      if (isPromiseLike(answer)) waits.push(answer);
    } catch (cause) {
      failures.push(cause);
    }
  }
  if (waits.length === 0 && failures.length > 0) throw failures[0];
  if (waits.length === 0) return undefined;
  return Promise.all(waits).then(() => {
    if (failures.length > 0) throw failures[0];
  });
}

/** Flushes each sink that can be flushed, for so long; one that fails keeps none of the others from it. Never rejects. */
export async function flushAll(sinks: readonly AuditSink[], waitMs: number): Promise<void> {
  const flushable = sinks.filter(({ flush }) => flush !== undefined);
  const late = (): Error => new Error("the audit was not flushed in time");
  await Promise.allSettled(flushable.map((sink) => withDeadline(flushed(sink), waitMs, late)));
}

async function flushed(sink: AuditSink): Promise<void> {
  await sink.flush?.();
}
