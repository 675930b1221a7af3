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
      const counter = this.#current(charge, time);
      counters.push(counter);
      if (counter === undefined) added.push(charge);
      const { amount, max = Number.MAX_SAFE_INTEGER } = charge;
      if (refused === -1 && amount > max - valueIn(counter)) refused = counters.length - 1;
    }
    if (refused !== -1) return { ok: false, refused, readings: readingsOf(charges, counters, time) };
    this.#makeRoom(added, time);
    const held = new Held(this, charges);
    for (const [index, charge] of charges.entries()) {
      const counter = counters[index] ?? this.#open(charge, time);
      counters[index] = counter;
      held.add(counter, charge.amount);
    }
    return { ok: true, reservation: held, readings: readingsOf(charges, counters, time) };
  }

  release(reservation: Reservation): void {
    if (reservation instanceof Held) reservation.giveBack(this);
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

  #open({ key, grant, windowMs }: StoreCharge, time: number): Counter {
    const counter: Counter = { grant, windowMs, start: windowStart(windowMs, time), value: 0 };
    this.#counters.set(key, counter);
    this.#keysOf.set(grant, (this.#keysOf.get(grant) ?? 0) + 1);
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

/** What was added to which counters, and in which of their windows. */
class Held implements Reservation {
  readonly charges: readonly StoreCharge[];
  readonly #store: MemoryStore;
  readonly #counters: Counter[] = [];
  readonly #starts: number[] = [];
  readonly #amounts: number[] = [];

  constructor(store: MemoryStore, charges: readonly StoreCharge[]) {
    this.#store = store;
    this.charges = charges;
  }

  add(counter: Counter, amount: number): void {
    counter.value += amount;
    this.#counters.push(counter);
    this.#starts.push(counter.start);
    this.#amounts.push(amount);
  }

  /** Once, to the store it came from, and only where the window is still the one that was charged. */
  giveBack(store: MemoryStore): void {
    if (store !== this.#store) return;
    for (const [index, counter] of this.#counters.splice(0).entries()) {
      if (counter.start === this.#starts[index]) counter.value -= this.#amounts[index] ?? 0;
    }
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
