import { withDeadline } from "../internal/deadline.js";
import { isPromiseLike } from "../internal/maybe.js";
import type { Delivery, Drops } from "./delivery.js";
import type { AuditEvent, AuditSink } from "./event.js";
import type { Audit } from "./options.js";
import { flushAll } from "./strict.js";

/** After so many events at a stretch, others have a turn. */
const EVENTS_PER_TURN = 100;

/** Queues events for each sink on its own, so that no call waits for one, nor one sink for another. */
export class QueuedDelivery implements Delivery {
  readonly #queues: readonly Queue[];
  readonly #sinks: readonly AuditSink[];
  readonly #waitMs: number;

  constructor({ sinks, queue }: Audit, waitMs: number, drops: Drops) {
    this.#sinks = sinks;
    this.#waitMs = waitMs;
    this.#queues = sinks.map((sink) => new Queue(sink, queue, waitMs, drops.another()));
  }

  record(event: AuditEvent): undefined {
    this.tell(event);
  }

  tell(event: AuditEvent): void {
    for (const queue of this.#queues) queue.offer(event);
  }

  async flush(): Promise<void> {
    const late = (): Error => new Error("the audit did not take what is queued in time");
    const idle = this.#queues.filter(({ draining }) => draining).map((queue) => queue.idle());
    await Promise.allSettled(idle.map((drained) => withDeadline(drained, this.#waitMs, late)));
    await flushAll(this.#sinks, this.#waitMs);
  }
}

/** The events that wait for one sink, which is given one at a time, in order. */
class Queue {
  readonly #sink: AuditSink;
  readonly #most: number;
  readonly #waitMs: number;
  readonly #drops: Drops;
  readonly #onIdle: (() => void)[] = [];
  #events: AuditEvent[] = [];
  #next = 0;
  #draining = false;

  constructor(sink: AuditSink, most: number, waitMs: number, drops: Drops) {
    this.#sink = sink;
    this.#most = most;
    this.#waitMs = waitMs;
    this.#drops = drops;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Settles when nothing waits any more. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  offer(event: AuditEvent): void {
    if (this.#events.length - this.#next >= this.#most) {
      this.#drops.add();
      return;
    }
    this.#events.push(event);
    if (!this.#draining) void this.#drain();
  }

  /** Runs at once up to the first answer that has to be waited for: a sink that records at once needs no queue. */
  async #drain(): Promise<void> {
    this.#draining = true;
    for (let handed = 1; this.#next < this.#events.length; handed++) {
      const event = this.#events[this.#next++] as AuditEvent;
      const answer = this.#hand(event);
      if (answer !== undefined) await answer;
      if (handed % EVENTS_PER_TURN === 0) await nextTurn();
      if (this.#next >= this.#most) this.#forget();
    }
    this.#forget();
    this.#draining = false;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #hand(event: AuditEvent): Promise<void> | undefined {
    try {
      const answer: unknown = this.#sink(event);
      if (isPromiseLike(answer)) return this.#wait(answer);
      this.#drops.recorded();
    } catch {
      this.#drops.add();
    }
    return undefined;
  }

  #wait(answer: PromiseLike<unknown>): Promise<void> {
    return withDeadline(answer, this.#waitMs, () => new Error("the audit did not answer in time")).then(
      () => this.#drops.recorded(),
      () => this.#drops.add(),
    );
  }

  /** Drops what has been handed on from memory. */
  #forget(): void {
    this.#events = this.#events.slice(this.#next);
    this.#next = 0;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
