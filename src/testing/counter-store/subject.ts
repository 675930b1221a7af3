import type { CounterStore } from "../../counters/store.js";
import type { MaybePromise } from "../../internal/maybe.js";

/** The clock that rules a store under test: the one of its callers, or its backend's own. */
export interface SubjectClock {
  /** Milliseconds since the epoch. */
  now(): MaybePromise<number>;
  /** Sets the time, backwards too. Left out by storage whose time nobody can set. */
  set?(ms: number): MaybePromise<void>;
}

/** A store under test, empty and nobody else's, with what the test may do to it. */
export interface CounterStoreSubject {
  readonly store: CounterStore;
  readonly clock: SubjectClock;
  /** Opens one more store on the same backend, over a connection of its own. */
  connect?(): MaybePromise<CounterStore>;
  /**
   * Ends the process of `store` without a word, or as near to it as a test can come, and opens its storage anew.
   * `store` is not used again.
   */
  reopen?(): MaybePromise<CounterStore>;
  /** Makes the backend fail from now on: every operation of `store` must then fail. */
  breakBackend?(): MaybePromise<void>;
  /** Closes and removes everything; called once, whatever came of the test. */
  dispose?(): MaybePromise<void>;
}

/** What a store claims beyond the promises that all keep. What is not claimed is tested to be absent. */
export interface CounterStoreClaims {
  /** Whose time rules. Default `caller`. */
  readonly clock?: CounterStore["clock"] | undefined;
  /** Whether the time that rules can be set, by the subject's `clock.set`. Default true. */
  readonly settableClock?: boolean | undefined;
  /** Several stores can share one backend; the subject offers `connect`. */
  readonly shared?: boolean | undefined;
  /** What was reserved survives the process; the subject offers `reopen`. */
  readonly durable?: boolean | undefined;
  /** There is a backend that can fail; the subject offers `breakBackend`. */
  readonly breakable?: boolean | undefined;
  /** The bounds the store was made with. Keep them small: the tests fill it. Left out by stores without bounds. */
  readonly capacity?: StoreCapacity | undefined;
}

export interface StoreCapacity {
  /** The most counters kept at once; at least 100 and twice `maxKeysPerGrant`. */
  readonly maxKeys: number;
  /** The most of them one grant may fill; at least 50. */
  readonly maxKeysPerGrant: number;
}
