import { LRUCache } from "lru-cache";
import { OptionsError, StoreError } from "../errors.js";
import { quote } from "../internal/quote.js";
import { changes, checkCharge, fits } from "./charge.js";
import { type Count, firstReset, openCount } from "./count.js";
import { Held } from "./held.js";
import type {
  CounterName,
  CounterStore,
  Reading,
  Reservation,
  Reserved,
  ReserveOptions,
  StoreCharge,
} from "./store.js";

export interface MemoryStoreOptions {
  /** The most counters kept at once. Default 100,000. A full store denies new counters; it evicts nothing live. */
  readonly maxKeys?: number;
  /** The most of them one grant may fill. Default a tenth of `maxKeys`. */
  readonly maxKeysPerGrant?: number;
}

interface Counter {
  readonly grant: string;
  readonly group: string;
  readonly count: Count;
}

const OPTIONS: ReadonlySet<string> = new Set(["maxKeys", "maxKeysPerGrant"]);

/** How many of the least recently used counters one call looks at for expired ones. */
const SWEEP = 1_000;

/**
 * A counter store in this process's memory: bounded, synchronous, by the caller's clock.
 *
 * Its counters are lost when the process ends, and every process has its own: with several replicas, a limit admits
 * its `max` in each of them.
 *
 * @throws OptionsError for bounds that are not positive whole numbers.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): CounterStore {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.has(name))
      throw new OptionsError(`unknown option ${quote(name)}: there are ${[...OPTIONS].join(", ")}`);
  }
  const maxKeys = positive("maxKeys", options.maxKeys ?? 100_000);
  const share = positive("maxKeysPerGrant", options.maxKeysPerGrant ?? Math.ceil(maxKeys / 10));
  return new MemoryStore(maxKeys, share);
}

class MemoryStore implements CounterStore {
  readonly clock = "caller";
  readonly #maxKeys: number;
  readonly #maxKeysPerGrant: number;
  // INVARIANT: the cache's own bound is never reached, so it never evicts: `#makeRoom` runs before each new key.
  readonly #counters: LRUCache<string, Counter>;
  readonly #keysOf = new Map<string, number>();
  /** The latest time seen. Time never goes back from it. */
  #latest = Number.NEGATIVE_INFINITY;

  constructor(maxKeys: number, maxKeysPerGrant: number) {
    this.#maxKeys = maxKeys;
    this.#maxKeysPerGrant = maxKeysPerGrant;
    // `maxSize`, because `max` would allocate for every key there may ever be.
    this.#counters = new LRUCache({ maxSize: maxKeys + 1, sizeCalculation: () => 1 });
  }

  reserve(charges: readonly StoreCharge[], { now }: ReserveOptions): Reserved {
    const time = this.#advance(now);
    const counters: (Counter | undefined)[] = [];
    const added: StoreCharge[] = [];
    let refused = -1;
    for (const charge of charges) {
      checkCharge(charge);
      const counter = this.#counters.get(charge.key);
      counters.push(counter);
      if (counter === undefined && charge.amount > 0) added.push(charge);
      if (refused === -1 && !fits(charge, valueIn(counter, time))) refused = counters.length - 1;
    }
    if (refused !== -1) return { ok: false, refused, readings: readingsOf(charges, counters, time) };
    this.#makeRoom(added, charges, time);
    const held = new Held(this, charges);
    for (const [index, charge] of charges.entries()) {
      // A counter that nothing is added to needs no room: asking about it must not fill anybody's share.
      const changed = changes(charge, valueIn(counters[index], time));
      if (changed) counters[index] ??= this.#open(charge, time);
      held.add(changed ? counters[index]?.count : undefined, charge.amount, time);
    }
    return { ok: true, reservation: held, readings: readingsOf(charges, counters, time) };
  }

  release(reservation: Reservation, only?: readonly number[]): void {
    if (reservation instanceof Held) reservation.giveBack(this, only);
  }

  renew(reservation: Reservation, { now }: ReserveOptions): boolean {
    return reservation instanceof Held && reservation.renew(this, this.#advance(now));
  }

  read(counters: readonly CounterName[], { now }: ReserveOptions): readonly Reading[] {
    const time = this.#advance(now);
    return readingsOf(
      counters,
      counters.map(({ key }) => this.#counters.get(key)),
      time,
    );
  }

  reset(groups: readonly string[]): void {
    const forgotten = new Set(groups);
    for (const [key, counter] of [...this.#counters.entries()]) {
      if (forgotten.has(counter.group)) this.#forget(key, counter);
    }
  }

  #advance(now: number): number {
    if (!Number.isFinite(now)) throw new StoreError("store_failed", "the clock gave no time");
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  #open({ key, grant, group, window }: StoreCharge, time: number): Counter {
    const counter: Counter = { grant, group, count: openCount(window, time) };
    this.#counters.set(key, counter);
    this.#keysOf.set(grant, (this.#keysOf.get(grant) ?? 0) + 1);
    return counter;
  }

  #makeRoom(added: readonly StoreCharge[], charges: readonly StoreCharge[], time: number): void {
    if (added.length === 0 || this.#hasRoom(added)) return;
    this.#sweep(time, new Set(charges.map(({ key }) => key)));
    if (!this.#hasRoom(added)) throw new StoreError("store_full", "the memory store is full");
  }

  #hasRoom(added: readonly StoreCharge[]): boolean {
    if (this.#counters.size + added.length > this.#maxKeys) return false;
    return added.every(({ grant }) => {
      const ofGrant = added.filter((charge) => charge.grant === grant).length;
      return (this.#keysOf.get(grant) ?? 0) + ofGrant <= this.#maxKeysPerGrant;
    });
  }

  /**
   * Drops expired counters; live ones move to the recent end, so that the next sweep looks at others. One that is about to be charged
   * stays: what is added to a counter that was dropped would count for nobody.
   */
  #sweep(time: number, charged: ReadonlySet<string>): void {
    const oldest: string[] = [];
    for (const key of this.#counters.rkeys()) {
      if (oldest.push(key) === SWEEP) break;
    }
    for (const key of oldest) {
      const counter = this.#counters.get(key);
      if (counter === undefined || charged.has(key)) continue;
      if (counter.count.endsAt() <= time) this.#forget(key, counter);
    }
  }

  #forget(key: string, { grant, count }: Counter): void {
    count.forget();
    this.#counters.delete(key);
    const left = (this.#keysOf.get(grant) ?? 1) - 1;
    if (left === 0) this.#keysOf.delete(grant);
    else this.#keysOf.set(grant, left);
  }
}

function valueIn(counter: Counter | undefined, time: number): number {
  return counter === undefined ? 0 : counter.count.value(time);
}

function readingsOf(
  names: readonly CounterName[],
  counters: readonly (Counter | undefined)[],
  time: number,
): readonly Reading[] {
  return names.map(({ window }, index) => {
    const count = counters[index]?.count;
    if (count === undefined) return { value: 0, resetsAt: firstReset(window, time) };
    return { value: count.value(time), resetsAt: count.resetsAt(time) };
  });
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new OptionsError(`\`${name}\` must be a whole number of 1 or more`);
}
