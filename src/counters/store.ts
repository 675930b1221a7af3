import type { MaybePromise } from "../internal/maybe.js";

/** What one call adds to one counter. The keys of one reservation are distinct. */
export interface StoreCharge {
  /** Names the counter and its window, unambiguously, in at most 256 characters: a key has one `windowMs` for ever. */
  readonly key: string;
  /** The grant whose share of the store the key fills. */
  readonly grant: string;
  /** Length of the window in milliseconds; windows are its multiples since the Unix epoch. */
  readonly windowMs: number;
  /** Whole millionths to add; 0 or more. */
  readonly amount: number;
  /** The most the counter may reach, in whole millionths; absent for a plain count. */
  readonly max?: number | undefined;
}

/** A counter as it stands after the answer that carries it. */
export interface Reading {
  /** Whole millionths in the current window. */
  readonly value: number;
  /** When the window ends and the value is 0 again, milliseconds since the epoch. */
  readonly resetsAt: number;
}

/** What `release` gives back. Opaque: only the store that made it can read it. */
export interface Reservation {
  readonly charges: readonly StoreCharge[];
}

export interface ReserveOptions {
  /** The caller's time, milliseconds since the epoch. A store whose `clock` is `backend` ignores it. */
  readonly now: number;
}

export type Reserved =
  | { readonly ok: true; readonly reservation: Reservation; readonly readings: readonly Reading[] }
  /** `refused` is the index of the first charge that would pass its `max`. `readings` are the values as they stand. */
  | { readonly ok: false; readonly refused: number; readonly readings: readonly Reading[] };

/**
 * Keeps counters. Implement it over any storage; `counterStoreContract` in `callgate/testing` has a test of the same
 * number for each promise.
 *
 * 1. All or none: a reservation charges every counter or none.
 * 2. Never over: no counter passes a `max` it was reserved against, with any number of callers on one backend.
 * 3. Exactly at `max` passes.
 * 4. `release` is idempotent, and touches only the window that was charged.
 * 5. `release` of an unknown reservation changes nothing.
 * 6. A new window starts at 0, to the millisecond.
 * 7. A clock that moves back opens no new window.
 * 8. Keys that differ only in separators stay apart.
 * 9. A failure rejects, or throws; it never looks like success.
 * 10. Nothing live is evicted: a store that is full refuses with `StoreError` `store_full`.
 * 11. What a durable store reserved survives the death of the process.
 * 12. `clock` declares whose time rules.
 * 13. One grant's keys never fill another's share.
 */
export interface CounterStore {
  /** Whose clock decides which window it is: the one given with each call, or the storage's own. */
  readonly clock: "caller" | "backend";
  reserve(charges: readonly StoreCharge[], options: ReserveOptions): MaybePromise<Reserved>;
  release(reservation: Reservation): MaybePromise<void>;
  /** The current readings of counters, in the order of `counters`. */
  read(
    counters: readonly Pick<StoreCharge, "key" | "windowMs">[],
    options: ReserveOptions,
  ): MaybePromise<readonly Reading[]>;
  close?(): MaybePromise<void>;
}
