/** Waits of random length, the same for the same seed. */
export interface Delays {
  /** Holds the process: what is between two statements of a driver that does not wait. */
  block(): void;
  pause(): Promise<void>;
}

const LONGEST_MS = 2;

export function createDelays(seed: number): Delays {
  const random = mulberry32(seed);
  return {
    block: () => {
      // Mostly none: a race is lost where some are slow and others are not.
      if (random() < 0.7) return;
      const until = performance.now() + random() * LONGEST_MS;
      while (performance.now() < until);
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, random() * LONGEST_MS)),
  };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
