import type { StoreCharge } from "callgate";

const DAY = 86_400_000;
/** No race is near the end of one. */
const LONG = 366 * DAY;

const UNIT = 1_000_000;

/** One limit to race for, and how many of very many calls it must let through. */
export interface RacedLimit {
  readonly window: StoreCharge["window"];
  readonly amount: number;
  readonly max: number;
  readonly passes: number;
}

export type LimitName = "fixed" | "sliding" | "spend" | "in_flight";

export const LIMITS: { readonly [name in LimitName]: RacedLimit } = {
  fixed: { window: { kind: "fixed", ms: LONG, offsetMs: 0 }, amount: UNIT, max: 10 * UNIT, passes: 10 },
  sliding: { window: { kind: "sliding", ms: LONG }, amount: UNIT, max: 10 * UNIT, passes: 10 },
  // An amount that does not divide the max: fourteen of it fit, and a rest.
  spend: { window: { kind: "fixed", ms: LONG, offsetMs: 0 }, amount: 7_000_001, max: 100 * UNIT, passes: 14 },
  in_flight: { window: { kind: "in_flight", leaseMs: DAY }, amount: UNIT, max: 10 * UNIT, passes: 10 },
};

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** What each call of a race charges: the limit, and a plain count of the calls that passed. */
export function chargesOf(name: LimitName, race: string): readonly [limit: StoreCharge, count: StoreCharge] {
  const { window, amount, max } = LIMITS[name];
  const [key, count] = [`${race} ${name}`, `${race} ${name} count`];
  return [
    { key, group: key, grant: "racers", window, amount, max },
    { key: count, group: count, grant: "racers", window: LIMITS.fixed.window, amount: 1 },
  ];
}
