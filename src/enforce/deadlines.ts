import { StoreError } from "../errors.js";
import { withDeadline } from "../internal/deadline.js";

/** How long each kind of answer is waited for, in milliseconds. */
export interface Timeouts {
  readonly resolve: number;
  readonly store: number;
  readonly audit: number;
}

export type Wait = <T>(work: PromiseLike<T>) => Promise<T>;

/** The waits of one gate: none outlasts its deadline, nor the gate. */
export class Deadlines {
  readonly #timeouts: Timeouts;
  /** One a wait: Node warns of a leak from the eleventh listener of one signal on. */
  readonly #endings = new Set<AbortController>();
  #closed = false;

  constructor(timeouts: Partial<Timeouts> | undefined) {
    this.#timeouts = { resolve: 5_000, store: 250, audit: 1_000, ...timeouts };
  }

  /** How long an audit is waited for. */
  get auditMs(): number {
    return this.#timeouts.audit;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    for (const ending of this.#endings) ending.abort(new Error("the gate is closed"));
  }

  readonly resolver: Wait = (work) =>
    this.#wait(work, this.#timeouts.resolve, () => new Error("a resolver did not answer in time"));

  readonly store: Wait = (work) =>
    this.#wait(work, this.#timeouts.store, () => new StoreError("store_timeout", "the store did not answer in time"));

  readonly audit: Wait = (work) =>
    this.#wait(work, this.#timeouts.audit, () => new Error("the audit did not answer in time"));

  #wait<T>(work: PromiseLike<T>, ms: number, timedOut: () => Error): Promise<T> {
    const ending = new AbortController();
    if (this.#closed) ending.abort(new Error("the gate is closed"));
    else this.#endings.add(ending);
    return withDeadline(work, ms, timedOut, ending.signal).finally(() => this.#endings.delete(ending));
  }
}
