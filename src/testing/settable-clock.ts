import type { Clock } from "../internal/clock.js";

/** A clock that stands still until it is told otherwise. */
export interface SettableClock extends Clock {
  /** Sets the time to `ms` since the epoch; earlier than before is allowed. */
  set(ms: number): void;
  /** Moves the time on by `ms`. */
  advance(ms: number): void;
}

/** Makes a clock that shows `start`, milliseconds since the epoch, until it is set. */
export function createSettableClock(start: number): SettableClock {
  let time = start;
  return {
    now: () => time,
    set: (ms) => {
      time = ms;
    },
    advance: (ms) => {
      time += ms;
    },
  };
}
