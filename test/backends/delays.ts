import { createRandom } from "./random.js";

/** Waits of random length, the same for the same seed. */
export interface Delays {
  /** Holds the process: what is between two statements of a driver that does not wait. */
  block(): void;
  pause(): Promise<void>;
}

const LONGEST_MS = 2;

export function createDelays(seed: number): Delays {
  const { next } = createRandom(seed);
  return {
    block: () => {
      // Mostly none: a race is lost where some are slow and others are not.
      if (next() < 0.7) return;
      const until = performance.now() + next() * LONGEST_MS;
      while (performance.now() < until);
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, next() * LONGEST_MS)),
  };
}

export const NO_DELAYS: Delays = { block: () => undefined, pause: () => Promise.resolve() };
