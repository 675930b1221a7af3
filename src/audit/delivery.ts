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

/** Counts the events that were not recorded, and reports them as soon as one is recorded again. */
export class Drops {
  readonly #report: (count: number) => void;
  #total = 0;
  #unreported = 0;

  constructor(report: (count: number) => void) {
    this.#report = report;
  }

  get total(): number {
    return this.#total;
  }

  /** An event was not recorded. */
  add(): void {
    this.#total++;
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
