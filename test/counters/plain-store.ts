import {
  type CounterName,
  type CounterStore,
  type Reading,
  type Reservation,
  type Reserved,
  type ReserveOptions,
  type StoreCharge,
  StoreError,
  type Window,
} from "callgate";
import { type CounterStoreClaims, type CounterStoreSubject, createSettableClock } from "callgate/testing";

/** What one charge added. It counts until `endsAt`, in the window that began at `start`. */
export interface Part {
  readonly id: number;
  readonly start: number;
  readonly amount: number;
  endsAt: number;
}

export interface Row {
  readonly grant: string;
  readonly group: string;
  readonly window: Window;
  /** When the window began that `parts` were added in. */
  start: number;
  parts: Part[];
}

/** One charge of a reservation; `part` is `undefined` once it was given back. */
export interface Held {
  readonly key: string;
  readonly window: Window;
  readonly part: Part | undefined;
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

  async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    this.work();
    const id = (reservation as { readonly id?: unknown }).id;
    const held = typeof id === "number" ? this.backend.held.get(id) : undefined;
    if (held === undefined) return;
    const named = (index: number) => only === undefined || only.includes(index);
    const left = held.map((one, index) => (named(index) ? { ...one, part: undefined } : one));
    this.backend.held.set(id as number, left);
    for (const [index, one] of held.entries()) if (named(index)) this.giveBack(one);
  }

  async renew(reservation: Reservation, { now }: ReserveOptions): Promise<boolean> {
    this.work();
    const time = this.time(now);
    const id = (reservation as { readonly id?: unknown }).id;
    const held = typeof id === "number" ? this.backend.held.get(id) : undefined;
    if (held === undefined) return false;
    return held.map((one) => this.renewPart(one, time)).every(Boolean);
  }

  async read(counters: readonly CounterName[], { now }: ReserveOptions): Promise<readonly Reading[]> {
    this.work();
    return this.readings(counters, this.time(now));
  }

  async reset(groups: readonly string[]): Promise<void> {
    this.work();
    for (const [key, row] of this.backend.rows) if (groups.includes(row.group)) this.backend.rows.delete(key);
  }

  work(): void {
    if (this.backend.broken) throw new StoreError("store_failed", "the backend is broken");
  }

  check({ amount, max = 0, min = 0, window }: StoreCharge): void {
    const counts = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
    const length = lengthOf(window);
    if ([amount, max, min].every((value) => counts(value, 0)) && (length === undefined || counts(length, 1))) return;
    throw new StoreError("store_failed", "a charge that cannot be counted");
  }

  time(now: number): number {
    const time = this.clock === "backend" ? this.backend.clock.now() : now;
    if (!Number.isFinite(time)) throw new StoreError("store_failed", "no time");
    this.backend.latest = Math.max(this.backend.latest, time);
    return this.backend.latest;
  }

  /** When the window began that is running at `time`; of a session, with its first charge. */
  start(window: Window, time: number, row?: Row): number {
    switch (window.kind) {
      case "fixed":
        return Math.floor((time - window.offsetMs) / window.ms) * window.ms + window.offsetMs;
      case "month":
        return Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth());
      case "session":
        return row === undefined || time >= this.lastEnd(row) ? time : row.start;
      default:
        return 0;
    }
  }

  /** When what is added at `time` stops counting. */
  end(window: Window, time: number): number {
    switch (window.kind) {
      case "fixed":
        return this.start(window, time) + window.ms;
      case "month":
        return Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth() + 1);
      case "sliding":
        return time + window.ms;
      case "session":
        return time + window.idleMs;
      default:
        return time + window.leaseMs;
    }
  }

  lastEnd({ parts }: Row): number {
    return Math.max(...parts.map(({ endsAt }) => endsAt));
  }

  rowKey({ key }: CounterName): string {
    return key;
  }

  /** The row of the current window. */
  row(counter: CounterName, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    if (row === undefined) return undefined;
    const start = this.start(counter.window, time, row);
    if (row.start !== start) Object.assign(row, { start, parts: [] });
    row.parts = row.parts.filter((part) => this.counts(part, time, row));
    return row;
  }

  /** Whether what was added in the current window still counts. */
  counts({ endsAt }: Part, time: number, { window }: Row): boolean {
    return !endsInParts(window) || endsAt > time;
  }

  value(counter: CounterName, time: number): number {
    return (this.row(counter, time)?.parts ?? []).reduce((sum, { amount }) => this.sum(sum, amount), 0);
  }

  fits({ amount, max, min }: StoreCharge, value: number): boolean {
    return amount <= (max ?? Number.MAX_SAFE_INTEGER) - value && this.reaches(min, value, amount);
  }

  reaches(min: number | undefined, value: number, _amount: number): boolean {
    return min === undefined || value >= min;
  }

  firstRefused(charges: readonly StoreCharge[], time: number): number {
    return charges.findIndex((charge) => !this.fits(charge, this.value(charge, time)));
  }

  add(charge: StoreCharge, time: number): Held {
    const { grant, group, window, amount } = charge;
    const key = this.rowKey(charge);
    if (amount === 0) return { key, window, part: undefined };
    const row = this.row(charge, time) ?? { grant, group, window, start: this.start(window, time), parts: [] };
    this.backend.rows.set(key, row);
    const part = { id: ++this.backend.lastId, start: row.start, amount, endsAt: this.end(window, time) };
    row.parts.push(part);
    return { key, window, part };
  }

  sum(value: number, amount: number): number {
    return value + amount;
  }

  keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    const id = ++this.backend.lastId;
    this.backend.held.set(id, held);
    return Object.freeze({ charges, id });
  }

  giveBack({ key, part }: Held): void {
    const row = this.backend.rows.get(key);
    if (row !== undefined) row.parts = row.parts.filter(({ id }) => id !== part?.id);
  }

  /** What is not in flight needs no renewal, and what was given back neither. */
  renewPart({ key, window, part }: Held, time: number): boolean {
    if (part === undefined || window.kind !== "in_flight") return true;
    const { parts = [] } = this.backend.rows.get(key) ?? {};
    const held = parts.find(({ id, endsAt }) => id === part.id && endsAt > time);
    if (held === undefined) return false;
    held.endsAt = this.end(window, time);
    return true;
  }

  makeRoom(charges: readonly StoreCharge[], time: number): void {
    const { rows } = this.backend;
    const added = charges.filter((charge) => charge.amount > 0 && !rows.has(this.rowKey(charge)));
    if (added.length === 0 || this.hasRoom(added)) return;
    for (const [key, row] of rows) if (this.lastEnd(row) <= time) rows.delete(key);
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

  readings(counters: readonly CounterName[], time: number): Reading[] {
    return counters.map((counter) => ({ value: this.value(counter, time), resetsAt: this.resetsAt(counter, time) }));
  }

  resetsAt(counter: CounterName, time: number): number {
    const { window } = counter;
    const row = this.row(counter, time);
    if (row === undefined || row.parts.length === 0) return this.end(window, time);
    if (window.kind === "session") return this.lastEnd(row);
    return endsInParts(window) ? Math.min(...row.parts.map(({ endsAt }) => endsAt)) : this.end(window, time);
  }
}

/** Whether the charges of a window stop counting one by one, and not all together. */
function endsInParts({ kind }: Window): boolean {
  return kind === "sliding" || kind === "in_flight";
}

/** The length of a window in milliseconds; `undefined` for a month, which has several. */
function lengthOf(window: Window): number | undefined {
  switch (window.kind) {
    case "session":
      return window.idleMs;
    case "in_flight":
      return window.leaseMs;
    case "month":
      return undefined;
    default:
      return window.ms;
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
