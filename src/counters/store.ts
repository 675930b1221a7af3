import type { MaybePromise } from "../internal/maybe.js";
import type { Window } from "../internal/window.js";

/** Names one counter. */
export interface CounterName {
  /** Names the counter and its window, unambiguously, in at most 256 characters: a key has one `window` for ever. */
  readonly key: string;
  readonly window: Window;
}

/** What one call adds to one counter. The keys of one reservation are distinct. */
export interface StoreCharge extends CounterName {
  /** The grant whose share of the store the key fills. */
  readonly grant: string;
  /** Names what `reset` forgets together: all keys of a counter that is kept by argument. `key` itself for any other. */
  readonly group: string;
  /** Whole millionths to add; 0 or more. A charge of 0 asks about a counter, and needs no room for one. */
  readonly amount: number;
  /** The most the counter may reach, in whole millionths; absent for a plain count. */
  readonly max?: number | undefined;
  /** The least the counter must have reached before, in whole millionths. */
  readonly min?: number | undefined;
}

/** A counter as it stands after the answer that carries it. */
export interface Reading {
  /** Whole millionths that count now. */
  readonly value: number;
  /** When some of it next stops counting, milliseconds since the epoch: of a fixed window, when all of it does. */
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
  /**
   * `refused` is the index of the first charge that would pass its `max`, or whose counter is below its `min`.
   * `readings` are the values as they stand.
   */
  | { readonly ok: false; readonly refused: number; readonly readings: readonly Reading[] };

/**
 * Keeps counters. Implement it over any storage; `counterStoreContract` in `callgate/testing` has a test of the same
 * number for each promise.
 *
 * 1. All or none: a reservation charges every counter or none.
 * 2. Never over: no counter passes a `max` it was reserved against, with any number of callers on one backend.
 * 3. Exactly at `max` passes, and exactly at `min`.
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
 * 14. What is in flight counts until it is released, or its lease ends unrenewed.
 * 15. `reset` forgets the counters of its groups, and nothing else.
 */
export interface CounterStore {
  /** Whose clock decides which window it is: the one given with each call, or the storage's own. */
  readonly clock: "caller" | "backend";
  reserve(charges: readonly StoreCharge[], options: ReserveOptions): MaybePromise<Reserved>;
  /** Gives back what was reserved: all of it, or the charges at these indexes. What was given back stays so. */
  release(reservation: Reservation, only?: readonly number[]): MaybePromise<void>;
  /** Holds the `in_flight` charges of a reservation for one more lease. False when one of them has ended already. */
  renew(reservation: Reservation, options: ReserveOptions): MaybePromise<boolean>;
  /** The current readings of counters, in the order of `counters`. */
  read(counters: readonly CounterName[], options: ReserveOptions): MaybePromise<readonly Reading[]>;
  /** Forgets every counter of these groups. A later `release` of what was reserved there changes nothing. */
  reset(groups: readonly string[]): MaybePromise<void>;
  close?(): MaybePromise<void>;
}
