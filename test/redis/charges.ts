import type { StoreCharge } from "callgate";
import type { RedisStore } from "callgate/redis";

export const MINUTE = 60_000;
/** A window that began before this test and ends long after. */
export const YEAR: StoreCharge["window"] = { kind: "fixed", ms: 366 * 86_400_000, offsetMs: 0 };
export const SLOTS: StoreCharge["window"] = { kind: "in_flight", leaseMs: 10 * MINUTE };
export const SLIDING: StoreCharge["window"] = { kind: "sliding", ms: 366 * 86_400_000 };
/** The server's time rules, so this one does not. */
export const NOW = { now: Number.NaN };

export function charge(key: string, max?: number, details: Partial<StoreCharge> = {}): StoreCharge {
  const plain = { key, group: key, grant: "alice", window: YEAR, amount: 1, ...details };
  return max === undefined ? plain : { ...plain, max };
}

/** What a reservation came to: a word, or the error. */
export async function outcome(store: RedisStore, ...charges: readonly StoreCharge[]): Promise<string> {
  const answer = await settled(async () => (await store.reserve(charges, NOW)).ok);
  if (typeof answer !== "boolean") return String(answer);
  return answer ? "reserved" : "refused";
}

/** The answer, or the code and the words of the error. */
export async function settled(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    return `${code}: ${message}`;
  }
}

/** The value of a counter. */
export async function counted(store: RedisStore, key: string, window = YEAR): Promise<number | undefined> {
  return (await store.read([{ key, window }], NOW))[0]?.value;
}
