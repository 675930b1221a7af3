import type { CounterName, Reading, Reservation, Reserved, ReserveOptions, StoreCharge } from "callgate";
import type { CounterStoreClaims } from "callgate/testing";
import { type BadStore, UNBOUNDED } from "./bad-store.js";
import { Backend, type Held, PlainStore } from "./plain-store.js";

class TrimsKeys extends PlainStore {
  override rowKey({ key }: CounterName): string {
    return key.trim();
  }
}

class FoldsCase extends PlainStore {
  override rowKey({ key }: CounterName): string {
    return key.toLowerCase();
  }
}

class NormalisesKeys extends PlainStore {
  override rowKey({ key }: CounterName): string {
    return key.normalize("NFC");
  }
}

class SplitsKeys extends PlainStore {
  override rowKey({ key }: CounterName): string {
    return key
      .split(/[:/|,.;]/)
      .filter((part) => part !== "")
      .join(":");
  }
}

class CutsKeys extends PlainStore {
  override rowKey({ key }: CounterName): string {
    return key.slice(0, 255);
  }
}

class StopsAtNul extends PlainStore {
  override rowKey({ key }: CounterName): string {
    return key.replace(/\0.*$/s, "");
  }
}

class JoinsKeyAndWindow extends PlainStore {
  override rowKey({ key, window }: CounterName): string {
    return `${key}${window.kind === "fixed" ? window.ms : ""}`;
  }
}

class SucceedsOnError extends PlainStore {
  override async reserve(charges: readonly StoreCharge[], options: ReserveOptions): Promise<Reserved> {
    try {
      return await super.reserve(charges, options);
    } catch {
      return { ok: true, reservation: { charges }, readings: charges.map(() => ({ value: 0, resetsAt: 0 })) };
    }
  }
}

class ReadsZeroOnError extends PlainStore {
  override async read(counters: readonly CounterName[], options: ReserveOptions): Promise<readonly Reading[]> {
    return super.read(counters, options).catch(() => counters.map(() => ({ value: 0, resetsAt: 0 })));
  }
}

class ReleasesSilently extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    await super.release(reservation).catch(() => undefined);
  }
}

class AddsWhatIsNoNumber extends PlainStore {
  override check(charge: StoreCharge): void {
    super.check({ ...charge, amount: 0 });
  }

  override fits({ amount, max = Number.MAX_SAFE_INTEGER }: StoreCharge, value: number): boolean {
    return !(value + amount > max);
  }
}

class NoNumberIsNoMax extends PlainStore {
  override check({ max: _max, ...charge }: StoreCharge): void {
    super.check(charge);
  }

  override fits({ amount, max = Number.MAX_SAFE_INTEGER }: StoreCharge, value: number): boolean {
    return !(value + amount > max);
  }
}

class WindowsOfNothing extends PlainStore {
  override check(charge: StoreCharge): void {
    super.check({ ...charge, window: { kind: "month" } });
  }
}

class TimeOfNothing extends PlainStore {
  override time(now: number): number {
    this.backend.latest = Math.max(this.backend.latest, now);
    return this.backend.latest;
  }
}

class EvictsTheOldest extends PlainStore {
  override makeRoom(charges: readonly StoreCharge[], time: number): void {
    try {
      super.makeRoom(charges, time);
    } catch {
      const [oldest] = this.backend.rows.keys();
      if (oldest !== undefined) this.backend.rows.delete(oldest);
    }
  }
}

class KeepsFiveHundred extends PlainStore {
  override add(charge: StoreCharge, time: number): Held {
    const { rows } = this.backend;
    const [oldest] = rows.keys();
    if (rows.size >= 500 && oldest !== undefined) rows.delete(oldest);
    return super.add(charge, time);
  }
}

class RefusesWhenFull extends PlainStore {
  override async reserve(charges: readonly StoreCharge[], options: ReserveOptions): Promise<Reserved> {
    return super.reserve(charges, options).catch((error: unknown) => {
      if (this.backend.broken || (error as { code?: string }).code !== "store_full") throw error;
      return { ok: false, refused: 0, readings: charges.map(() => ({ value: 0, resetsAt: 0 })) };
    });
  }
}

class NeverMakesRoom extends PlainStore {
  override makeRoom(charges: readonly StoreCharge[]): void {
    super.makeRoom(charges, Number.NEGATIVE_INFINITY);
  }
}

class ForgetsOnDeath extends PlainStore {
  constructor(_backend: Backend, claims: CounterStoreClaims) {
    super(new Backend(), claims);
  }
}

class ForgetsReleasesOnDeath extends PlainStore {
  readonly #givenBack = new Map<string, number>();

  override value(counter: CounterName, time: number): number {
    const start = this.start(counter.window, time);
    return super.value(counter, time) - (this.#givenBack.get(`${start} ${counter.key}`) ?? 0);
  }

  override giveBack({ key, part }: Held): void {
    const name = `${part?.start} ${key}`;
    this.#givenBack.set(name, (this.#givenBack.get(name) ?? 0) + (part?.amount ?? 0));
  }
}

class SharesNothing extends PlainStore {
  override hasRoom(added: readonly StoreCharge[]): boolean {
    return this.backend.rows.size + added.length <= (this.claims.capacity?.maxKeys ?? Number.POSITIVE_INFINITY);
  }
}

class ChecksTheFirstKeyOnly extends PlainStore {
  override hasRoom(added: readonly StoreCharge[]): boolean {
    return super.hasRoom(added.slice(0, 1));
  }
}

class KeepsWhatIsAskedAbout extends PlainStore {
  override makeRoom(charges: readonly StoreCharge[], time: number): void {
    const asCharged = charges.map((charge) => ({ ...charge, amount: 1 }));
    super.makeRoom(asCharged, time);
    for (const { key, grant, group, window } of charges) {
      const start = this.start(window, time);
      const nothing = { id: 0, start, amount: 0, endsAt: this.end(window, time) };
      if (!this.backend.rows.has(key)) this.backend.rows.set(key, { grant, group, window, start, parts: [nothing] });
    }
  }
}

class SharesAreForEver extends PlainStore {
  readonly #everUsed = new Map<string, number>();

  override makeRoom(charges: readonly StoreCharge[], time: number): void {
    super.makeRoom(charges, time);
    const added = charges.filter(({ key }) => !this.backend.rows.has(key));
    for (const { grant } of added) this.#everUsed.set(grant, (this.#everUsed.get(grant) ?? 0) + 1);
  }

  override hasRoom(added: readonly StoreCharge[]): boolean {
    const share = this.claims.capacity?.maxKeysPerGrant ?? Number.POSITIVE_INFINITY;
    const within = ({ grant }: StoreCharge) => (this.#everUsed.get(grant) ?? 0) + added.length <= share;
    return super.hasRoom(added) && added.every(within);
  }
}

class CountsByGrant extends PlainStore {
  override rowKey(counter: CounterName): string {
    return `${"grant" in counter ? counter.grant : "grant"}\n${counter.key}`;
  }
}

export const BAD_AT_KEEPING: readonly BadStore[] = [
  { promise: 8, fault: "trims keys", store: TrimsKeys },
  { promise: 8, fault: "folds the case of keys", store: FoldsCase },
  { promise: 8, fault: "normalises keys", store: NormalisesKeys },
  { promise: 8, fault: "splits keys and joins them again", store: SplitsKeys },
  { promise: 8, fault: "cuts keys at 255 characters", store: CutsKeys },
  { promise: 8, fault: "ends keys at a NUL", store: StopsAtNul },
  { promise: 8, fault: "joins key and window without a separator", store: JoinsKeyAndWindow },
  { promise: 9, fault: "success on error", store: SucceedsOnError },
  { promise: 9, fault: "reads 0 on error", store: ReadsZeroOnError },
  { promise: 9, fault: "is silent about a release that failed", store: ReleasesSilently },
  { promise: 9, fault: "adds what is not a number", store: AddsWhatIsNoNumber },
  { promise: 9, fault: "takes a max that is not a number for none", store: NoNumberIsNoMax },
  { promise: 9, fault: "takes a window of no length", store: WindowsOfNothing },
  { promise: 9, fault: "goes on without a time", store: TimeOfNothing },
  { promise: 10, fault: "evicts the oldest when it is full", store: EvictsTheOldest },
  { promise: 10, fault: "keeps the last five hundred", store: KeepsFiveHundred, claims: UNBOUNDED },
  { promise: 10, fault: "is full without saying so", store: RefusesWhenFull },
  { promise: 10, fault: "never makes room", store: NeverMakesRoom },
  { promise: 11, fault: "forgets charges with its process", store: ForgetsOnDeath, claims: { durable: true } },
  { promise: 11, fault: "forgets releases with its process", store: ForgetsReleasesOnDeath },
  { promise: 13, fault: "one share for all", store: SharesNothing },
  { promise: 13, fault: "holds only the first new counter to the share", store: ChecksTheFirstKeyOnly },
  { promise: 13, fault: "keeps counters that were only asked about", store: KeepsWhatIsAskedAbout },
  { promise: 13, fault: "never frees a share", store: SharesAreForEver },
  { promise: 13, fault: "one counter for each grant that charges it", store: CountsByGrant },
];
