import {
  type CounterStore,
  type Reading,
  type Reservation,
  type Reserved,
  type ReserveOptions,
  type StoreCharge,
  StoreError,
} from "callgate";
import { type CounterStoreClaims, type CounterStoreSubject, createSettableClock } from "callgate/testing";

export interface Row {
  readonly grant: string;
  readonly windowMs: number;
  start: number;
  value: number;
}

export interface Held {
  readonly key: string;
  readonly start: number;
  readonly amount: number;
}

/** What outlives a store: its rows, the reservations that are not released, a clock of its own. */
export class Backend {
  readonly rows = new Map<string, Row>();
  readonly held = new Map<number, readonly Held[]>();
  readonly clock = createSettableClock(Date.UTC(2026, 4, 5, 6, 7, 8));
  broken = false;
  latest = Number.NEGATIVE_INFINITY;
  lastId = 0;
}

export type Counted = Pick<StoreCharge, "key" | "windowMs">;
export type StoreClass = new (backend: Backend, claims: CounterStoreClaims) => PlainStore;

/** A store that keeps every promise in the plainest way, in steps that a bad store gets wrong one at a time. */
export class PlainStore implements CounterStore {
  readonly clock: CounterStore["clock"];
  readonly backend: Backend;
  readonly claims: CounterStoreClaims;

  constructor(backend: Backend, claims: CounterStoreClaims) {
    this.clock = claims.clock ?? "caller";
    this.backend = backend;
    this.claims = claims;
  }

  async reserve(charges: readonly StoreCharge[], { now }: ReserveOptions): Promise<Reserved> {
    this.work();
    for (const charge of charges) this.check(charge);
    const time = this.time(now);
    const refused = this.firstRefused(charges, time);
    if (refused !== -1) return { ok: false, refused, readings: this.readings(charges, time) };
    this.makeRoom(charges, time);
    const held = charges.map((charge) => this.add(charge, time));
    return { ok: true, reservation: this.keep(charges, held), readings: this.readings(charges, time) };
  }

  async release(reservation: Reservation): Promise<void> {
    this.work();
    const id = (reservation as { readonly id?: unknown }).id;
    const held = typeof id === "number" ? this.backend.held.get(id) : undefined;
    if (held === undefined) return;
    this.backend.held.delete(id as number);
    for (const part of held) this.giveBack(part);
  }

  async read(counters: readonly Counted[], { now }: ReserveOptions): Promise<readonly Reading[]> {
    this.work();
    return this.readings(counters, this.time(now));
  }

  work(): void {
    if (this.backend.broken) throw new StoreError("store_failed", "the backend is broken");
  }

  check({ amount, max = 0, windowMs }: StoreCharge): void {
    const counts = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
    if (counts(amount, 0) && counts(max, 0) && counts(windowMs, 1)) return;
    throw new StoreError("store_failed", "a charge that cannot be counted");
  }

  time(now: number): number {
    const time = this.clock === "backend" ? this.backend.clock.now() : now;
    if (!Number.isFinite(time)) throw new StoreError("store_failed", "no time");
    this.backend.latest = Math.max(this.backend.latest, time);
    return this.backend.latest;
  }

  start(windowMs: number, time: number): number {
    return Math.floor(time / windowMs) * windowMs;
  }

  rowKey({ key }: StoreCharge | Counted): string {
    return key;
  }

  /** The row of the current window. */
  row(counter: StoreCharge | Counted, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    const start = this.start(counter.windowMs, time);
    if (row !== undefined && row.start !== start) Object.assign(row, { start, value: 0 });
    return row;
  }

  value(counter: StoreCharge | Counted, time: number): number {
    return this.row(counter, time)?.value ?? 0;
  }

  fits({ amount, max }: StoreCharge, value: number): boolean {
    return amount <= (max ?? Number.MAX_SAFE_INTEGER) - value;
  }

  firstRefused(charges: readonly StoreCharge[], time: number): number {
    return charges.findIndex((charge) => !this.fits(charge, this.value(charge, time)));
  }

  add(charge: StoreCharge, time: number): Held {
    const { grant, windowMs, amount } = charge;
    const key = this.rowKey(charge);
    const row = this.row(charge, time) ?? { grant, windowMs, start: this.start(windowMs, time), value: 0 };
    this.backend.rows.set(key, row);
    row.value = this.sum(row.value, amount);
    return { key, start: row.start, amount };
  }

  sum(value: number, amount: number): number {
    return value + amount;
  }

  keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    const id = ++this.backend.lastId;
    this.backend.held.set(id, held);
    return Object.freeze({ charges, id });
  }

  giveBack({ key, start, amount }: Held): void {
    const row = this.backend.rows.get(key);
    if (row?.start === start) row.value -= amount;
  }

  makeRoom(charges: readonly StoreCharge[], time: number): void {
    const { rows } = this.backend;
    const added = charges.filter((charge) => !rows.has(this.rowKey(charge)));
    if (added.length === 0 || this.hasRoom(added)) return;
    for (const [key, { start, windowMs }] of rows) if (start + windowMs <= time) rows.delete(key);
    if (!this.hasRoom(added)) throw new StoreError("store_full", "the store is full");
  }

  hasRoom(added: readonly StoreCharge[]): boolean {
    const { capacity } = this.claims;
    if (capacity === undefined) return true;
    if (this.backend.rows.size + added.length > capacity.maxKeys) return false;
    return added.every(({ grant }) => {
      const kept = [...this.backend.rows.values(), ...added].filter((row) => row.grant === grant);
      return kept.length <= capacity.maxKeysPerGrant;
    });
  }

  readings(counters: readonly (StoreCharge | Counted)[], time: number): Reading[] {
    return counters.map((counter) => ({
      value: this.value(counter, time),
      resetsAt: this.start(counter.windowMs, time) + counter.windowMs,
    }));
  }
}

/** Everything that can be claimed, by the caller's clock. */
export const EVERYTHING: CounterStoreClaims = {
  shared: true,
  durable: true,
  breakable: true,
  capacity: { maxKeys: 100, maxKeysPerGrant: 50 },
};

/** Opens a store on a backend of its own, and offers what is claimed. */
export function subjectOf(Store: StoreClass, claims: CounterStoreClaims): CounterStoreSubject {
  const backend = new Backend();
  const open = () => new Store(backend, claims);
  const clock = claims.clock === "backend" ? backend.clock : createSettableClock(0);
  return {
    store: open(),
    clock: claims.settableClock === false ? { now: clock.now } : clock,
    ...(claims.shared === true ? { connect: open } : {}),
    ...(claims.durable === true ? { reopen: open } : {}),
    ...(claims.breakable === true
      ? {
          breakBackend: () => {
            backend.broken = true;
          },
        }
      : {}),
  };
}
