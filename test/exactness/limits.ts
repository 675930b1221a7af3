import { type Call, type LimitDocument, type Policy, parsePolicy } from "callgate";

/** One limit to race for: how many of very many calls it must let through, and what each of them charges. */
export interface RacedLimit {
  readonly limit: LimitDocument;
  readonly passes: number;
  readonly amount: number;
}

export type LimitName = "fixed" | "sliding" | "spend" | "in_flight";

/** No race is near the end of one. */
const LONG = "8784h";

/** Not a whole number, and none that divides the max: fourteen of it fit, and a rest. */
const PRICE = 7.000_001;

export const LIMITS: { readonly [name in LimitName]: RacedLimit } = {
  fixed: { limit: { counter: "fixed", window: LONG, max: 10 }, passes: 10, amount: 1 },
  sliding: { limit: { counter: "sliding", window: LONG, max: 10, algorithm: "sliding" }, passes: 10, amount: 1 },
  spend: {
    limit: { counter: "spend", window: LONG, max: 100, increment_from: "args.amount" },
    passes: 14,
    amount: PRICE,
  },
  in_flight: { limit: { counter: "in_flight", window: "in_flight", lease: "24h", max: 10 }, passes: 10, amount: 1 },
};

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** A tool for each limit. Each call is charged to it, and to a plain count of the calls that passed. */
export const RACE_POLICY: Policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: Object.fromEntries(
    LIMIT_NAMES.map((name) => {
      const count = { counter: `calls of ${name}`, window: LONG };
      return [name, { limits: [LIMITS[name].limit, count] }];
    }),
  ),
});

export function callOf(name: LimitName): Call {
  return { name, arguments: { amount: PRICE } };
}
