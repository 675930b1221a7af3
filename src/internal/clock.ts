/** Source of time: `now()` is milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
  /** Milliseconds since any moment, never moving back: what durations are measured by. Default: `now()`, held where it moves back. */
  monotonic?(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
