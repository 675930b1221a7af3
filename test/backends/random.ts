/** Numbers that look like chance, the same for the same seed. */
export interface Random {
  /** From 0 up to 1, and never 1. */
  next(): number;
  /** A whole number from 0 up to `limit`, and never `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

/** By mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { next, below, pick: <T>(list: readonly T[]) => list[below(list.length)] as T };
}
