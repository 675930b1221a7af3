import type { CounterStore, Reservation, StoreCharge } from "../counters/store.js";
import type { Clock } from "../internal/clock.js";
import { attempt, chain, type MaybePromise } from "../internal/maybe.js";

/** A lease is renewed when a third of it has passed, so that one failure does not end it. */
const RENEWALS_PER_LEASE = 3;

/**
 * Holds the `in_flight` charges of calls that run. A counter one of whose slots could not be renewed takes no new
 * calls from this gate until the call is over or a renewal succeeds: its slot may be somebody else's by now.
 */
export class Leases {
  readonly #store: CounterStore;
  readonly #clock: Clock;
  /** How many calls that run may have lost their slot, by key. */
  readonly #lost = new Map<string, number>();

  constructor(store: CounterStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether no slot of these counters is in doubt. */
  areKept(charges: readonly StoreCharge[]): boolean {
    return this.#lost.size === 0 || !charges.some(({ key }) => this.#lost.has(key));
  }

  /** Renews the slots of a reservation until what is returned is called; `undefined` where it has none. */
  hold(reservation: Reservation, charges: readonly StoreCharge[], onLost: () => void): (() => void) | undefined {
    const slots = charges.filter(({ window, amount }) => window.kind === "in_flight" && amount > 0);
    if (slots.length === 0) return undefined;
    return new Lease(slots, () => this.#renew(reservation), this.#lost, onLost).end;
  }

  /** Holds the slots of a task for one more lease: it is known to run still. */
  renewOnce(reservation: Reservation): void {
    void attempt<unknown>(
      () => this.#renew(reservation),
      () => undefined,
    );
  }

  #renew(reservation: Reservation): MaybePromise<boolean> {
    return this.#store.renew(reservation, { now: this.#clock.now() });
  }
}

class Lease {
  readonly #slots: readonly StoreCharge[];
  readonly #renew: () => MaybePromise<boolean>;
  readonly #lost: Map<string, number>;
  readonly #onLost: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  /** The number of the last renewal, and of the last one that was answered. */
  #asked = 0;
  #answered = 0;
  #inDoubt = false;
  #ended = false;

  constructor(
    slots: readonly StoreCharge[],
    renew: () => MaybePromise<boolean>,
    lost: Map<string, number>,
    onLost: () => void,
  ) {
    this.#slots = slots;
    this.#renew = renew;
    this.#lost = lost;
    this.#onLost = onLost;
    const shortest = Math.min(...slots.map(({ window }) => (window.kind === "in_flight" ? window.leaseMs : 0)));
    this.#timer = setInterval(() => this.#tick(), Math.max(1, Math.floor(shortest / RENEWALS_PER_LEASE)));
    // A slot must not keep a process alive that has nothing else to do.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  readonly end = (): void => {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#settle(true);
  };

  #tick(): void {
    // What has no answer after a third of a lease may never have one: the slot is in doubt, and asked for again.
    if (this.#answered < this.#asked) this.#settle(false);
    const renewal = ++this.#asked;
    const answered = (kept: boolean): void => {
      // An answer that was overtaken by a later one says nothing new.
      if (this.#ended || renewal < this.#answered) return;
      this.#answered = renewal;
      this.#settle(kept);
    };
    void attempt<void>(
      () => chain(this.#renew(), (kept) => answered(kept === true)),
      () => answered(false),
    );
  }

  #settle(kept: boolean): void {
    if (kept !== this.#inDoubt) return;
    this.#inDoubt = !kept;
    for (const { key } of this.#slots) {
      const calls = (this.#lost.get(key) ?? 0) + (kept ? -1 : 1);
      if (calls === 0) this.#lost.delete(key);
      else this.#lost.set(key, calls);
    }
    if (!kept) this.#onLost();
  }
}
