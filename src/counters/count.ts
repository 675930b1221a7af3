import { type Window, windowSpan } from "../internal/window.js";

/** What one addition to a counter is known by, to take it back. */
export type Addition = number | Slot;

/** A charge that counts until it is released, or until nobody has renewed it for long. */
export interface Slot {
  readonly amount: number;
  endsAt: number;
}

/** What one counter holds, for one kind of window. Time never goes back from one call to the next. */
export interface Count {
  value(time: number): number;
  /** When some of the value next stops counting. */
  resetsAt(time: number): number;
  /** When nothing is left of it; in the past where everything was given back. */
  endsAt(): number;
  add(amount: number, time: number): Addition;
  /** Changes nothing where the addition does not count any more. */
  remove(addition: Addition, amount: number): void;
  /** False where the addition does not count any more. */
  renew(addition: Addition, time: number): boolean;
  /** Ends what is held: the store has forgotten the counter. */
  forget(): void;
}

export function openCount(window: Window, time: number): Count {
  switch (window.kind) {
    case "fixed":
    case "month":
      return new WindowCount(window, time);
    case "sliding":
      return new SlidingCount(window.ms);
    case "session":
      return new SessionCount(window.idleMs);
    case "in_flight":
      return new HeldCount(window.leaseMs);
    default:
      return window satisfies never;
  }
}

/** When a counter that nobody has charged would next stop counting what is charged now. */
export function firstReset(window: Window, time: number): number {
  switch (window.kind) {
    case "fixed":
    case "month":
      return windowSpan(window, time).end;
    case "sliding":
      return slidingEnd(bucketOf(window.ms, time), window.ms);
    case "session":
      return time + window.idleMs;
    case "in_flight":
      return time + window.leaseMs;
    default:
      return window satisfies never;
  }
}

/** The earliest moment at which a charge makes a counter end at `endsAt`. */
export function chargedFrom(window: Window, endsAt: number): number {
  switch (window.kind) {
    case "fixed":
    case "month":
      return windowSpan(window, endsAt - 1).start;
    case "sliding":
      return Math.ceil((bucketOf(window.ms, endsAt - window.ms - 1) * window.ms) / SLIDING_PARTS);
    case "session":
      return endsAt - window.idleMs;
    case "in_flight":
      return endsAt - window.leaseMs;
    default:
      return window satisfies never;
  }
}

class WindowCount implements Count {
  readonly #window: Window & { readonly kind: "fixed" | "month" };
  #start: number;
  #end: number;
  #value = 0;

  constructor(window: Window & { readonly kind: "fixed" | "month" }, time: number) {
    this.#window = window;
    ({ start: this.#start, end: this.#end } = windowSpan(window, time));
  }

  value(time: number): number {
    if (time >= this.#end) this.#roll(time);
    return this.#value;
  }

  resetsAt(time: number): number {
    if (time >= this.#end) this.#roll(time);
    return this.#end;
  }

  endsAt(): number {
    return this.#value === 0 ? Number.NEGATIVE_INFINITY : this.#end;
  }

  add(amount: number): Addition {
    this.#value += amount;
    return this.#start;
  }

  remove(addition: Addition, amount: number): void {
    if (addition === this.#start) this.#value -= amount;
  }

  renew(): boolean {
    return true;
  }

  forget(): void {}

  #roll(time: number): void {
    ({ start: this.#start, end: this.#end } = windowSpan(this.#window, time));
    this.#value = 0;
  }
}

/**
 * How many parts a sliding window is counted in. A part counts as long as some of it may lie within the window, so
 * that never more than the max falls into any span of the window's length, and at most one part too much is counted.
 */
export const SLIDING_PARTS = 60;

/** The part of a sliding window that `time` falls in, counted from the epoch. */
export function bucketOf(ms: number, time: number): number {
  return Math.floor((time * SLIDING_PARTS) / ms);
}

/** When a part has left the window: `ms` after its last moment. */
export function slidingEnd(bucket: number, ms: number): number {
  return Math.ceil(((bucket + 1) * ms) / SLIDING_PARTS) + ms;
}

class SlidingCount implements Count {
  readonly #ms: number;
  /** Amounts by part, oldest first. */
  readonly #buckets = new Map<number, number>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  value(time: number): number {
    let sum = 0;
    for (const [bucket, amount] of this.#buckets) {
      if (slidingEnd(bucket, this.#ms) <= time) this.#buckets.delete(bucket);
      else sum += amount;
    }
    return sum;
  }

  resetsAt(time: number): number {
    for (const [bucket, amount] of this.#buckets) {
      const end = slidingEnd(bucket, this.#ms);
      if (end > time && amount > 0) return end;
    }
    return slidingEnd(bucketOf(this.#ms, time), this.#ms);
  }

  endsAt(): number {
    let end = Number.NEGATIVE_INFINITY;
    for (const bucket of this.#buckets.keys()) end = slidingEnd(bucket, this.#ms);
    return end;
  }

  add(amount: number, time: number): Addition {
    const bucket = bucketOf(this.#ms, time);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + amount);
    return bucket;
  }

  remove(addition: Addition, amount: number): void {
    const bucket = addition as number;
    const left = (this.#buckets.get(bucket) ?? amount) - amount;
    if (left === 0) this.#buckets.delete(bucket);
    else this.#buckets.set(bucket, left);
  }

  renew(): boolean {
    return true;
  }

  forget(): void {}
}

class SessionCount implements Count {
  readonly #idleMs: number;
  #value = 0;
  #end = Number.NEGATIVE_INFINITY;
  /** Which use of the session's counter it is: one that ended is not the one that follows. */
  #use = 0;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  value(time: number): number {
    if (time >= this.#end && this.#value > 0) {
      this.#value = 0;
      this.#use++;
    }
    return this.#value;
  }

  resetsAt(time: number): number {
    return time < this.#end ? this.#end : time + this.#idleMs;
  }

  endsAt(): number {
    return this.#value === 0 ? Number.NEGATIVE_INFINITY : this.#end;
  }

  add(amount: number, time: number): Addition {
    this.#value += amount;
    this.#end = time + this.#idleMs;
    return this.#use;
  }

  remove(addition: Addition, amount: number): void {
    if (addition === this.#use) this.#value -= amount;
  }

  renew(): boolean {
    return true;
  }

  forget(): void {}
}

class HeldCount implements Count {
  readonly #leaseMs: number;
  readonly #slots = new Set<Slot>();

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  value(time: number): number {
    let sum = 0;
    for (const slot of this.#slots) {
      if (slot.endsAt <= time) this.#slots.delete(slot);
      else sum += slot.amount;
    }
    return sum;
  }

  resetsAt(time: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { endsAt } of this.#slots) if (endsAt > time && endsAt < first) first = endsAt;
    return Number.isFinite(first) ? first : time + this.#leaseMs;
  }

  endsAt(): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const { endsAt } of this.#slots) if (endsAt > last) last = endsAt;
    return last;
  }

  add(amount: number, time: number): Addition {
    const slot: Slot = { amount, endsAt: time + this.#leaseMs };
    if (amount > 0) this.#slots.add(slot);
    return slot;
  }

  remove(addition: Addition): void {
    this.#slots.delete(addition as Slot);
  }

  renew(addition: Addition, time: number): boolean {
    const slot = addition as Slot;
    if (!this.#slots.has(slot) || slot.endsAt <= time) return false;
    slot.endsAt = time + this.#leaseMs;
    return true;
  }

  forget(): void {
    this.#slots.clear();
  }
}
