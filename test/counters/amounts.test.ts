import { createMemoryStore, type LimitDocument, type Reserved } from "callgate";
import { describe, expect, test } from "vitest";
import { every, limitedGate, payPolicy, START } from "./limited-gate.js";

const LARGEST = 9_007_199_254;

/** A spend cap: what `args.amount` says, or the sum of what `from` leads to. */
const spend = (max?: number, from = "args.amount"): LimitDocument => ({
  counter: "spend",
  window: "day",
  increment_from: from,
  ...(max === undefined ? {} : { max }),
});

describe("sums", () => {
  test("C08, Q08: a hundred times 0.1 pass against 10, the next is denied", async () => {
    const { payTimes } = limitedGate(payPolicy(spend(10)));
    expect(await payTimes(101, { amount: 0.1 })).toEqual({ allowed: 100, rate_limited: 1 });
  });

  test("C08: 0.1 and 0.2 are 0.3 exactly", async () => {
    const { pay } = limitedGate(payPolicy(spend(0.3)));
    expect([await pay({ amount: 0.1 }), await pay({ amount: 0.2 }), await pay({ amount: 0.000001 })]).toEqual([
      "allowed",
      "allowed",
      "rate_limited",
    ]);
  });

  test("C13, Q08: 0.99 is never truncated: ten of them leave 0.1 of 10", async () => {
    const { pay, payTimes } = limitedGate(payPolicy(spend(10)));
    expect(await payTimes(11, { amount: 0.99 })).toEqual({ allowed: 10, rate_limited: 1 });
    expect(await pay({ amount: 0.100001 })).toBe("rate_limited");
    expect(await pay({ amount: 0.1 })).toBe("allowed");
    expect(await pay({ amount: 0.000001 })).toBe("rate_limited");
  });

  test("C13: the smallest amount is one millionth, and counts", async () => {
    const { payTimes } = limitedGate(payPolicy(spend(0.000003)));
    expect(await payTimes(5, { amount: 0.000001 })).toEqual({ allowed: 3, rate_limited: 2 });
  });

  test("C13: a fraction counts on a counter of whole calls", async () => {
    const { pay, payTimes } = limitedGate(payPolicy({ counter: "c", window: "day", max: 1, increment: 0.3 }));
    expect(await payTimes(4)).toEqual({ allowed: 3, rate_limited: 1 });
    expect(await pay()).toBe("rate_limited");
  });

  test("C11: the elements of a path with [*] are summed, exactly", async () => {
    const { pay } = limitedGate(payPolicy(spend(1, "args.items[*].price")));
    const items = (...prices: unknown[]) => ({ items: prices.map((price) => ({ price })) });
    expect(await pay(items(...Array(10).fill(0.1)))).toBe("allowed");
    expect(await pay(items(0.000001))).toBe("rate_limited");
    expect(await pay(items())).toBe("allowed");
  });

  test.each([
    ["one is no number", [0.1, "0.1"]],
    ["one is negative", [1, -1]],
    ["one is null", [0.1, null]],
    ["one is missing", [0.1, undefined]],
    ["one has too many decimals", [0.1, 0.0000001]],
    ["together they are too large", [LARGEST, 1]],
  ])("C11: a sum of elements is denied when %s", async (_why, prices) => {
    const { pay, executed } = limitedGate(payPolicy(spend(undefined, "args.items[*].price")));
    const items = prices.map((price) => (price === undefined ? {} : { price }));
    expect(await pay({ items })).toBe("denied");
    expect(executed()).toBe(0);
  });
});

describe("amounts", () => {
  test.each<[string, unknown]>([
    ["negative", -1],
    ["the smallest negative", -0.000001],
    ["a seventh decimal", 0.0000001],
    ["1 and a seventh decimal", 1.0000001],
    ["one over the largest", LARGEST + 1],
    ["a safe integer too large for millionths", Number.MAX_SAFE_INTEGER],
    ["an unsafe integer", 2 ** 53 + 2],
    ["1e21", 1e21],
    ["the largest number", Number.MAX_VALUE],
    ["text", "5"],
    ["an array of one number", [5]],
    ["true", true],
    ["null", null],
    ["an object", {}],
  ])("C14, Q08: an amount is denied when it is %s", async (_what, amount) => {
    const { pay, payTimes, executed } = limitedGate(payPolicy(spend(10)));
    expect(await pay({ amount })).toBe("denied");
    expect(executed()).toBe(0);
    expect(await payTimes(2, { amount: 10 })).toEqual({ allowed: 1, rate_limited: 1 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "C14, C05: an amount of %s is no call at all",
    async (amount) => {
      const { pay, executed } = limitedGate(payPolicy(spend(10)));
      expect(await pay({ amount })).toBe("invalid_arguments");
      expect(executed()).toBe(0);
    },
  );

  test("a missing amount is denied, but where `increment` says what it is then", async () => {
    const strict = limitedGate(payPolicy(spend(10)));
    expect(await strict.pay()).toBe("denied");
    const lenient = limitedGate(payPolicy({ ...spend(10), increment: 4 }));
    expect(await lenient.payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
    expect(await lenient.pay({ amount: 2 })).toBe("allowed");
    expect(await lenient.pay({ amount: null })).toBe("denied");
  });

  test("zero and minus zero are amounts that add nothing", async () => {
    const { pay, payTimes } = limitedGate(payPolicy(spend(1)));
    expect(await payTimes(3, { amount: 0 })).toEqual({ allowed: 3 });
    expect(await payTimes(3, { amount: -0 })).toEqual({ allowed: 3 });
    expect(await pay({ amount: 1 })).toBe("allowed");
    expect(await pay({ amount: 0 })).toBe("allowed");
  });
});

describe("the end of numbers", () => {
  test("F16, C14: the largest amount passes against the largest max, then nothing more", async () => {
    const { pay } = limitedGate(payPolicy(spend(LARGEST)));
    expect(await pay({ amount: LARGEST })).toBe("allowed");
    expect(await pay({ amount: 0.000001 })).toBe("rate_limited");
    expect(await pay({ amount: 0 })).toBe("allowed");
  });

  test("F16, C14: a plain count never wraps: what would be inexact is denied and adds nothing", async () => {
    const { pay, audit } = limitedGate(payPolicy(spend()));
    expect(await pay({ amount: LARGEST })).toBe("allowed");
    expect(await pay({ amount: 1 })).toBe("rate_limited");
    expect(await pay({ amount: LARGEST })).toBe("rate_limited");
    expect(await pay({ amount: 0 })).toBe("allowed");
    expect(audit.of("decision").map(({ charges }) => charges[0]?.left)).toEqual(Array(4).fill(undefined));
  });

  test("F16: a counter holds whole millionths up to the largest safe integer, and refuses beyond", () => {
    const store = createMemoryStore();
    const add = (amount: number) =>
      store.reserve([{ key: "k", group: "k", grant: "g", window: every(1_000), amount }], { now: START }) as Reserved;
    const reading = (value: number) => [{ value, resetsAt: START + 1_000 }];
    expect(add(Number.MAX_SAFE_INTEGER - 1).readings).toEqual(reading(Number.MAX_SAFE_INTEGER - 1));
    expect(add(2)).toEqual({ ok: false, refused: 0, readings: reading(Number.MAX_SAFE_INTEGER - 1) });
    expect(add(1).readings).toEqual(reading(Number.MAX_SAFE_INTEGER));
    expect(add(1)).toEqual({ ok: false, refused: 0, readings: reading(Number.MAX_SAFE_INTEGER) });
    expect(add(0).ok).toBe(true);
  });
});
