import type { Addition, Count } from "./count.js";
import type { CounterStore, Reservation, StoreCharge } from "./store.js";

/** What was added to one counter. */
interface Added {
  readonly count: Count;
  readonly amount: number;
  readonly addition: Addition;
}

/** What was added to which counters; `undefined` where it was nothing, or was given back. */
export class Held implements Reservation {
  readonly charges: readonly StoreCharge[];
  readonly #store: CounterStore;
  readonly #added: (Added | undefined)[] = [];

  constructor(store: CounterStore, charges: readonly StoreCharge[]) {
    this.charges = charges;
    this.#store = store;
  }

  add(count: Count | undefined, amount: number, time: number): void {
    const added = count === undefined ? undefined : { count, amount, addition: count.add(amount, time) };
    // Of a charge of nothing there is nothing to give back, and nothing to renew.
    this.#added.push(amount > 0 ? added : undefined);
  }

  /** Each addition once, to the store it came from, and only where it still counts. */
  giveBack(store: CounterStore, only: readonly number[] = [...this.#added.keys()]): void {
    if (store !== this.#store) return;
    for (const index of only) {
      // An index that is none may be a name that anything inherits.
      const added = Object.hasOwn(this.#added, index) ? this.#added[index] : undefined;
      if (added === undefined) continue;
      this.#added[index] = undefined;
      added.count.remove(added.addition, added.amount);
    }
  }

  renew(store: CounterStore, time: number): boolean {
    if (store !== this.#store) return false;
    return this.#added.map((added) => added === undefined || added.count.renew(added.addition, time)).every(Boolean);
  }
}
