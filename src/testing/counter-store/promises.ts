/** The promises of `CounterStore`, in its words. */
export const PROMISES = {
  1: "all or none: a reservation charges every counter or none",
  2: "never over: no counter passes a max it was reserved against, with any number of callers on one backend",
  3: "exactly at max passes, and exactly at min",
  4: "release is idempotent, and touches only the window that was charged",
  5: "release of an unknown reservation changes nothing",
  6: "a new window starts at 0, to the millisecond",
  7: "a clock that moves back opens no new window",
  8: "keys that differ only in separators stay apart",
  9: "a failure rejects, or throws; it never looks like success",
  10: "nothing live is evicted: a store that is full refuses with StoreError store_full",
  11: "what a durable store reserved survives the death of the process",
  12: "clock declares whose time rules",
  13: "one grant's keys never fill another's share",
  14: "what is in flight counts until it is released, or its lease ends unrenewed",
  15: "reset forgets the counters of its groups, and nothing else",
} as const;

export type PromiseNumber = keyof typeof PROMISES;
