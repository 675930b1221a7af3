import type { CounterName, CounterStore, Reading, Reservation, Reserved, StoreCharge } from "../../counters/store.js";
import { fixedWindow, type Window } from "../../internal/window.js";
import { ContractViolation, same } from "../violation.js";
import type { CounterStoreClaims, CounterStoreSubject } from "./subject.js";

export const MINUTE = 60_000;

/** 40 seconds into a minute, so that its windows are neither at their start nor at their end. */
export const START: number = Date.UTC(2026, 0, 1, 12, 0, 40);

/** The largest amount and the largest max that a policy may have, in millionths. */
export const LARGEST = 9_007_199_254_000_000;

/** How a charge differs from the usual one: the usual window, a grant called `grant`, the key as its own group. */
export type ChargeDetails = Partial<Pick<StoreCharge, "grant" | "group" | "window" | "min">> & {
  /** The length of a fixed window, in place of `window`. */
  readonly windowMs?: number;
};

/** What the tests of the contract work with: a store, its clock, and short words for both. */
export class Bench {
  readonly subject: CounterStoreSubject;
  readonly claims: CounterStoreClaims;
  /** The usual window: a minute, or where the time cannot be set, one that does not end during a test. */
  readonly windowMs: number;
  store: CounterStore;

  private constructor(subject: CounterStoreSubject, claims: CounterStoreClaims, windowMs: number) {
    this.subject = subject;
    this.claims = claims;
    this.store = subject.store;
    this.windowMs = windowMs;
  }

  static async open(subject: CounterStoreSubject, claims: CounterStoreClaims): Promise<Bench> {
    if (claims.settableClock !== false) {
      const bench = new Bench(subject, claims, MINUTE);
      await bench.setTime(START);
      return bench;
    }
    return new Bench(subject, claims, windowAround(await subject.clock.now()));
  }

  async setTime(ms: number): Promise<void> {
    if (this.subject.clock.set === undefined) throw new ContractViolation("the subject's clock has no `set`");
    await this.subject.clock.set(ms);
  }

  async now(): Promise<number> {
    return this.subject.clock.now();
  }

  /** The usual window. */
  get window(): Window {
    return fixedWindow(this.windowMs);
  }

  charge(key: string, amount: number, max?: number, { windowMs, ...details }: ChargeDetails = {}): StoreCharge {
    const window = windowMs === undefined ? this.window : fixedWindow(windowMs);
    const charge = { key, group: key, amount, grant: "grant", window, ...details };
    return max === undefined ? charge : { ...charge, max };
  }

  async reserve(...charges: StoreCharge[]): Promise<Reserved> {
    return this.store.reserve(charges, { now: await this.now() });
  }

  /** Reserves what must pass. */
  async take(...charges: StoreCharge[]): Promise<Reservation> {
    const answer = await this.reserve(...charges).catch((cause: unknown) => {
      throw new ContractViolation(`a reservation that fits failed: ${JSON.stringify(charges)}: ${cause}`, { cause });
    });
    if (!answer.ok) throw new ContractViolation(`a reservation that fits was refused: ${JSON.stringify(charges)}`);
    return answer.reservation;
  }

  /** Reserves what must be refused, by the charge at `refused`. */
  async refuse(refused: number, ...charges: StoreCharge[]): Promise<void> {
    const answer = await this.reserve(...charges);
    same(`${JSON.stringify(charges)} is refused`, outcome(answer), { ok: false, refused });
  }

  async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    await this.store.release(reservation, only);
  }

  async renew(reservation: Reservation): Promise<boolean> {
    return this.store.renew(reservation, { now: await this.now() });
  }

  async read(...counters: CounterName[]): Promise<readonly Reading[]> {
    return this.store.read(counters, { now: await this.now() });
  }

  /** Holds the counters of the usual window to their values. */
  async expectValues(values: { readonly [key: string]: number }, when: string): Promise<void> {
    const readings = await this.read(...Object.keys(values).map((key) => ({ key, window: this.window })));
    const found = Object.fromEntries(Object.keys(values).map((key, index) => [key, readings[index]?.value]));
    same(`the counters ${when}`, found, values);
  }
}

/** The length of windows of months, in the middle of one of which `now` is. */
function windowAround(now: number): number {
  const before = Math.ceil(now / (300 * 24 * 60 * MINUTE));
  return Math.floor(now / (before + 0.5));
}

/** An answer without what every store makes in its own way. */
export function outcome(answer: Reserved): object {
  return answer.ok ? { ok: true } : { ok: false, refused: answer.refused };
}

/** A reading without what a store may add to it. */
export function plain(readings: readonly Reading[]): readonly Reading[] {
  return readings.map(({ value, resetsAt }) => ({ value, resetsAt }));
}

/** Starts `count` of `work` at once, and waits for all. */
export function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

export function passed(answers: readonly Reserved[]): number {
  return answers.filter(({ ok }) => ok).length;
}
