import type { MaybePromise } from "../internal/maybe.js";
import type { AuditEvent } from "./event.js";

/** How events get from one gate to its sinks. */
export interface Delivery {
  /** Records the decision of an allowed call. In mode `strict` it throws or rejects where a sink does. */
  record(event: AuditEvent): MaybePromise<void>;
  /** Hands on an event that decides nothing any more. Never throws. */
  tell(event: AuditEvent): void;
  /** Settles when everything so far is recorded, or the sinks took too long. Never rejects. */
  flush(): Promise<void>;
}

/**
 * Counts the events that a sink did not record, and reports them as soon as it records again: were another sink's success
 * enough, the report would be dropped too, and reported, without end.
 */
export class Drops {
  readonly #report: (count: number) => void;
  readonly #tally: { total: number };
  #unreported = 0;

  constructor(report: (count: number) => void, tally: { total: number } = { total: 0 }) {
    this.#report = report;
    this.#tally = tally;
  }

  /** Those of all sinks. */
  get total(): number {
    return this.#tally.total;
  }

  /** The count of one sink more, part of the same total. */
  another(): Drops {
    return new Drops(this.#report, this.#tally);
  }

  /** An event was not recorded. */
  add(): void {
    this.#tally.total++;
    this.#unreported++;
  }

  /** An event was recorded. */
  recorded(): void {
    if (this.#unreported === 0) return;
    const count = this.#unreported;
    // Before the report, which is an event itself.
    this.#unreported = 0;
    this.#report(count);
  }
}
