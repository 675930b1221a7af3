import { LRUCache } from "lru-cache";
import { OptionsError, StoreError } from "../errors.js";
import { quote } from "../internal/quote.js";
import type { CounterStore, Reading, Reservation, Reserved, ReserveOptions, StoreCharge } from "./store.js";
import { windowStart } from "./window.js";

export interface MemoryStoreOptions {
  /** The most counters kept at once. Default 100,000. A full store denies new counters; it evicts nothing live. */
  readonly maxKeys?: number;
  /** The most of them one grant may fill. Default a tenth of `maxKeys`. */
  readonly maxKeysPerGrant?: number;
}

interface Counter {
  readonly grant: string;
  readonly windowMs: number;
  start: number;
  value: number;
}

/** What a reservation added to one counter, and to which of its windows. */
interface Held {
  readonly key: string;
  readonly start: number;
  readonly amount: number;
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
  readonly #live = new WeakMap<Reservation, readonly Held[]>();
  /** The latest time seen. Time never goes back from it. */
  #latest = Number.NEGATIVE_INFINITY;

  constructor(maxKeys: number, maxKeysPerGrant: number) {
    this.#maxKeys = maxKeys;
    this.#maxKeysPerGrant = maxKeysPerGrant;
    // `maxSize`, because `max` would allocate for every key there may ever be.
    this.#counters = new LRUCache({ maxSize: maxKeys + 1, sizeCalculation: () => 1 });
  }

  reserve(charges: readonly StoreCharge[], { now }: ReserveOptions): Reserved {
    charges.forEach(checkCharge);
    const time = this.#advance(now);
    const counters = charges.map((charge) => this.#current(charge, time));
    const refused = charges.findIndex(
      ({ amount, max }, index) => amount > (max ?? Number.MAX_SAFE_INTEGER) - valueIn(counters[index]),
    );
    if (refused !== -1) return { ok: false, refused, readings: readingsOf(charges, counters, time) };
    this.#makeRoom(
      charges.filter((_, index) => counters[index] === undefined),
      time,
    );
    const charged = charges.map((charge, index) => this.#add(charge, counters[index], time));
    const reservation: Reservation = Object.freeze({ charges });
    this.#live.set(
      reservation,
      charges.map(({ key, amount }, index) => ({ key, amount, start: (charged[index] as Counter).start })),
    );
    return { ok: true, reservation, readings: readingsOf(charges, charged, time) };
  }

  release(reservation: Reservation): void {
    const held = this.#live.get(reservation);
    if (held === undefined) return;
    this.#live.delete(reservation);
    for (const { key, start, amount } of held) {
      const counter = this.#counters.peek(key);
      if (counter !== undefined && counter.start === start) counter.value -= amount;
    }
  }

  read(counters: readonly Pick<StoreCharge, "key" | "windowMs">[], { now }: ReserveOptions): readonly Reading[] {
    const time = this.#advance(now);
    return readingsOf(
      counters,
      counters.map((counter) => this.#current(counter, time)),
      time,
    );
  }

  #advance(now: number): number {
    if (!Number.isFinite(now)) throw new StoreError("store_failed", "the clock gave no time");
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  /** The counter with the value of the current window; `undefined` where there is none yet. */
  #current({ key, windowMs }: Pick<StoreCharge, "key" | "windowMs">, time: number): Counter | undefined {
    const counter = this.#counters.get(key);
    if (counter === undefined) return undefined;
    const start = windowStart(windowMs, time);
    if (counter.start !== start) {
      counter.start = start;
      counter.value = 0;
    }
    return counter;
  }

  #add({ key, grant, windowMs, amount }: StoreCharge, known: Counter | undefined, time: number): Counter {
    const counter = known ?? { grant, windowMs, start: windowStart(windowMs, time), value: 0 };
    if (known === undefined) {
      this.#counters.set(key, counter);
      this.#keysOf.set(grant, (this.#keysOf.get(grant) ?? 0) + 1);
    }
    counter.value += amount;
    return counter;
  }

  #makeRoom(added: readonly StoreCharge[], time: number): void {
    if (added.length === 0 || this.#hasRoom(added)) return;
    this.#sweep(time);
    if (!this.#hasRoom(added)) throw new StoreError("store_full", "the memory store is full");
  }

  #hasRoom(added: readonly StoreCharge[]): boolean {
    if (this.#counters.size + added.length > this.#maxKeys) return false;
    return added.every(({ grant }) => {
      const ofGrant = added.filter((charge) => charge.grant === grant).length;
      return (this.#keysOf.get(grant) ?? 0) + ofGrant <= this.#maxKeysPerGrant;
    });
  }

  /** Drops expired counters; live ones move to the recent end, so that the next sweep looks at others. */
  #sweep(time: number): void {
    const oldest: string[] = [];
    for (const key of this.#counters.rkeys()) {
      if (oldest.push(key) === SWEEP) break;
    }
    for (const key of oldest) {
      const counter = this.#counters.get(key);
      if (counter !== undefined && counter.start + counter.windowMs <= time) this.#forget(key, counter);
    }
  }

  #forget(key: string, { grant }: Counter): void {
    this.#counters.delete(key);
    const left = (this.#keysOf.get(grant) ?? 1) - 1;
    if (left === 0) this.#keysOf.delete(grant);
    else this.#keysOf.set(grant, left);
  }
}

/** What is not a number would pass every comparison and stay in the counter for good. */
function checkCharge({ amount, max, windowMs }: StoreCharge): void {
  const counts = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  if (counts(amount, 0) && (max === undefined || counts(max, 0)) && counts(windowMs, 1)) return;
  throw new StoreError("store_failed", "a charge that cannot be counted");
}

function valueIn(counter: Counter | undefined): number {
  return counter?.value ?? 0;
}

function readingsOf(
  charges: readonly Pick<StoreCharge, "windowMs">[],
  counters: readonly (Counter | undefined)[],
  time: number,
): readonly Reading[] {
  return charges.map(({ windowMs }, index) => ({
    value: valueIn(counters[index]),
    resetsAt: windowStart(windowMs, time) + windowMs,
  }));
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new OptionsError(`\`${name}\` must be a whole number of 1 or more`);
}
