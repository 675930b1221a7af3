import type { CounterName, Reading, Reservation, Reserved, ReserveOptions, StoreCharge } from "callgate";
import type { BadStore } from "./bad-store.js";
import { Backend, type Held, PlainStore } from "./plain-store.js";

const pause = () => Promise.resolve();

class ChargesUntilRefused extends PlainStore {
  override firstRefused(charges: readonly StoreCharge[], time: number): number {
    return charges.findIndex((charge) => {
      if (!this.fits(charge, this.value(charge, time))) return true;
      this.add(charge, time);
      return false;
    });
  }

  override async reserve(charges: readonly StoreCharge[], { now }: ReserveOptions): Promise<Reserved> {
    this.work();
    for (const charge of charges) this.check(charge);
    const time = this.time(now);
    this.makeRoom(charges, time);
    const refused = this.firstRefused(charges, time);
    if (refused !== -1) return { ok: false, refused, readings: this.readings(charges, time) };
    const held = charges.map(({ key, window }) => ({ key, window, part: this.backend.rows.get(key)?.parts.at(-1) }));
    return { ok: true, reservation: this.keep(charges, held), readings: this.readings(charges, time) };
  }
}

class OnlyTheFirstIsCharged extends PlainStore {
  override keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    for (const part of held.slice(1)) this.giveBack(part);
    return super.keep(charges, held.slice(0, 1));
  }
}

class NamesTheLastRefused extends PlainStore {
  override firstRefused(charges: readonly StoreCharge[], time: number): number {
    return charges.findLastIndex((charge) => !this.fits(charge, this.value(charge, time)));
  }
}

class CountsRefusedCalls extends PlainStore {
  override firstRefused(charges: readonly StoreCharge[], time: number): number {
    const refused = super.firstRefused(charges, time);
    if (refused !== -1) for (const charge of charges) this.add(charge, time);
    return refused;
  }
}

class LocksInTheOrderGiven extends PlainStore {
  static readonly #locks = new WeakMap<Backend, Map<string, Promise<void>>>();

  override async reserve(charges: readonly StoreCharge[], options: ReserveOptions): Promise<Reserved> {
    const locks = LocksInTheOrderGiven.#locks.get(this.backend) ?? new Map<string, Promise<void>>();
    LocksInTheOrderGiven.#locks.set(this.backend, locks);
    const unlocks: (() => void)[] = [];
    for (const { key } of charges) {
      while (locks.has(key)) await locks.get(key);
      const lock = new Promise<void>((resolve) => {
        unlocks.push(() => {
          locks.delete(key);
          resolve();
        });
      });
      locks.set(key, lock);
      await pause();
    }
    try {
      return await super.reserve(charges, options);
    } finally {
      for (const unlock of unlocks) unlock();
    }
  }
}

class ReadsThenWrites extends PlainStore {
  override async reserve(charges: readonly StoreCharge[], options: ReserveOptions): Promise<Reserved> {
    this.work();
    for (const charge of charges) this.check(charge);
    const time = this.time(options.now);
    const refused = this.firstRefused(charges, time);
    await pause();
    if (refused !== -1) return { ok: false, refused, readings: this.readings(charges, time) };
    this.makeRoom(charges, time);
    const held = charges.map((charge) => this.add(charge, time));
    return { ok: true, reservation: this.keep(charges, held), readings: this.readings(charges, time) };
  }
}

class CountsPerConnection extends PlainStore {
  readonly #backend = new Backend();

  override async reserve(charges: readonly StoreCharge[], options: ReserveOptions): Promise<Reserved> {
    return new PlainStore(this.#backend, this.claims).reserve(charges, options);
  }

  override async read(counters: readonly CounterName[], options: ReserveOptions): Promise<readonly Reading[]> {
    return new PlainStore(this.#backend, this.claims).read(counters, options);
  }
}

class OverwritesOnRelease extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    this.work();
    this.backend.held.delete(id);
    for (const { key, part } of held ?? []) {
      const row = this.backend.rows.get(key);
      const left = (row?.parts ?? []).filter((one) => one.id !== part?.id);
      await pause();
      if (row !== undefined) row.parts = left;
    }
  }
}

class RemembersTheLargestMax extends PlainStore {
  readonly #largest = new Map<string, number>();

  override fits(charge: StoreCharge, value: number): boolean {
    const max = Math.max(charge.max ?? 0, this.#largest.get(charge.key) ?? 0);
    this.#largest.set(charge.key, max);
    return super.fits(charge.max === undefined ? charge : { ...charge, max }, value);
  }
}

class StopsBelowMax extends PlainStore {
  override fits(charge: StoreCharge, value: number): boolean {
    return charge.max === undefined || value + charge.amount < charge.max;
  }
}

class LetsOneMoreThrough extends PlainStore {
  override fits(charge: StoreCharge, value: number): boolean {
    return charge.max === undefined || value <= charge.max;
  }
}

class NothingToAddAlwaysFits extends PlainStore {
  override fits(charge: StoreCharge, value: number): boolean {
    return charge.amount === 0 || super.fits(charge, value);
  }
}

class TruncatesFractions extends PlainStore {
  override sum(value: number, amount: number): number {
    return value + Math.trunc(amount / 1_000_000) * 1_000_000;
  }
}

class SumsFloats extends PlainStore {
  override sum(value: number, amount: number): number {
    return (value / 1_000_000 + amount / 1_000_000) * 1_000_000;
  }
}

class SumsSinglePrecision extends PlainStore {
  override sum(value: number, amount: number): number {
    return Math.fround(value + amount);
  }
}

class WrapsAround extends PlainStore {
  override fits(charge: StoreCharge, value: number): boolean {
    return charge.max === undefined || super.fits(charge, value);
  }

  override sum(value: number, amount: number): number {
    return Number(BigInt.asIntN(54, BigInt(value) + BigInt(amount)));
  }
}

class MissingMaxIsZero extends PlainStore {
  override fits({ max = 0, ...charge }: StoreCharge, value: number): boolean {
    return super.fits({ ...charge, max }, value);
  }
}

class ReadsSorted extends PlainStore {
  override async read(counters: readonly CounterName[], options: ReserveOptions): Promise<readonly Reading[]> {
    const sorted = [...counters].sort((one, other) => (one.key < other.key ? -1 : 1));
    return super.read(sorted, options);
  }
}

class ReadsText extends PlainStore {
  override async read(counters: readonly CounterName[], options: ReserveOptions): Promise<readonly Reading[]> {
    const readings = await super.read(counters, options);
    return readings.map(({ value, resetsAt }) => ({ value: `${value}` as unknown as number, resetsAt }));
  }
}

class ReadingCounts extends PlainStore {
  override async read(counters: readonly CounterName[], options: ReserveOptions): Promise<readonly Reading[]> {
    const readings = await super.read(counters, options);
    for (const { key } of counters) {
      const row = this.backend.rows.get(key);
      row?.parts.push({ id: 0, start: row.start, amount: 1, endsAt: this.backend.latest + 1 });
    }
    return readings;
  }
}

class IgnoresMin extends PlainStore {
  override reaches(): boolean {
    return true;
  }
}

class CountsItselfForMin extends PlainStore {
  override reaches(min: number | undefined, value: number, amount: number): boolean {
    return super.reaches(min, value + amount, amount);
  }
}

class WantsMoreThanMin extends PlainStore {
  override reaches(min: number | undefined, value: number): boolean {
    return min === undefined || min === 0 || value > min;
  }
}

class WantsOneLessThanMin extends PlainStore {
  override reaches(min: number | undefined, value: number): boolean {
    return min === undefined || value >= min - 1;
  }
}

class AddsBeforeItLooksAtMin extends PlainStore {
  override firstRefused(charges: readonly StoreCharge[], time: number): number {
    const refused = super.firstRefused(charges, time);
    const early = charges[refused]?.min !== undefined;
    if (early) for (const charge of charges.slice(0, refused)) this.add(charge, time);
    return refused;
  }
}

export const BAD_AT_RESERVING: readonly BadStore[] = [
  { promise: 1, fault: "charges one counter after the other until one refuses", store: ChargesUntilRefused },
  { promise: 1, fault: "charges the first counter only", store: OnlyTheFirstIsCharged },
  { promise: 1, fault: "names the last charge that does not fit", store: NamesTheLastRefused },
  { promise: 1, fault: "counts refused calls", store: CountsRefusedCalls },
  {
    promise: 1,
    fault: "locks counters in the order given, so that two callers wait for ever",
    store: LocksInTheOrderGiven,
  },
  { promise: 2, fault: "reads, waits, then writes", store: ReadsThenWrites },
  { promise: 2, fault: "counts each connection by itself", store: CountsPerConnection },
  { promise: 2, fault: "overwrites what others did while it released", store: OverwritesOnRelease },
  { promise: 2, fault: "holds everybody to the largest max it has seen", store: RemembersTheLargestMax },
  { promise: 3, fault: "stops one below max", store: StopsBelowMax },
  { promise: 3, fault: "lets one more through at max", store: LetsOneMoreThrough },
  { promise: 3, fault: "lets an amount of 0 through above max", store: NothingToAddAlwaysFits },
  { promise: 3, fault: "truncates fractions", store: TruncatesFractions },
  { promise: 3, fault: "sums in floating point", store: SumsFloats },
  { promise: 3, fault: "sums in single precision", store: SumsSinglePrecision },
  { promise: 3, fault: "wraps around where numbers end", store: WrapsAround },
  { promise: 3, fault: "takes a missing max for 0", store: MissingMaxIsZero },
  { promise: 3, fault: "reads in another order than asked", store: ReadsSorted },
  { promise: 3, fault: "reads numbers as text", store: ReadsText },
  { promise: 3, fault: "counts reads", store: ReadingCounts },
  { promise: 3, fault: "ignores min", store: IgnoresMin },
  { promise: 3, fault: "counts what a charge adds for its own min", store: CountsItselfForMin },
  { promise: 3, fault: "wants more than min", store: WantsMoreThanMin },
  { promise: 3, fault: "lets one less than min through", store: WantsOneLessThanMin },
  { promise: 3, fault: "keeps the charges before one that is below its min", store: AddsBeforeItLooksAtMin },
];
