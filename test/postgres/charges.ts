import type { CounterStore, StoreCharge } from "callgate";

/** A window that no test outlasts, by any clock: the server's or the one that tests give. */
const LONG = { kind: "fixed", ms: 366 * 86_400_000, offsetMs: 0 } as const;

/** A charge of one whole millionth, of the grant `grant`. */
export function charge(key: string, details: Partial<StoreCharge> = {}): StoreCharge {
  return { key, group: key, grant: "grant", window: LONG, amount: 1, ...details };
}

/** Reserves, and says what came of it: `ok`, `refused`, or the code of the error. */
export async function outcome(store: CounterStore, ...charges: readonly StoreCharge[]): Promise<string> {
  try {
    return (await store.reserve(charges, { now: 0 })).ok ? "ok" : "refused";
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

export function tally(outcomes: readonly string[]): { readonly [outcome: string]: number } {
  const counts: Record<string, number> = {};
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

export async function values(store: CounterStore, ...keys: readonly string[]): Promise<readonly number[]> {
  const readings = await store.read(
    keys.map((key) => charge(key)),
    { now: 0 },
  );
  return readings.map(({ value }) => value);
}
