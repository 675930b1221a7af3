import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromMicro, MAX_AMOUNT, toMicro } from "../../src/internal/micro.js";

describe("amounts in millionths", () => {
  test.each([
    [0, 0],
    [1, 1_000_000],
    [0.1, 100_000],
    [0.3, 300_000],
    [0.000001, 1],
    [1e-6, 1],
    [0.00001, 10],
    [123.456789, 123_456_789],
    [1.1, 1_100_000],
    [4.35, 4_350_000],
    [9_007_199_254, 9_007_199_254_000_000],
    [8_589_934_591.999999, 8_589_934_591_999_999],
  ])("%d is %d millionths, and back", (amount, micro) => {
    expect(toMicro(amount)).toBe(micro);
    expect(fromMicro(micro)).toBe(amount);
  });

  test.each([
    -1,
    -0.1,
    1e-7,
    1.5e-7,
    0.0000001,
    0.1234567,
    0.1 + 0.2,
    9_007_199_254.5,
    1e21,
    Number.NaN,
    1 / 0,
    -1 / 0,
  ])("%d has none", (amount) => {
    expect(toMicro(amount)).toBeUndefined();
  });

  test("every amount of at most six decimals up to the largest double with room for them is kept exactly", () => {
    const most = 2 ** 33 * 1_000_000;
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((micro) => micro % most),
        (micro) => {
          expect(toMicro(fromMicro(micro))).toBe(micro);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("the largest amount is the largest whose millionths are exact integers", () => {
    expect(Number.isSafeInteger(MAX_AMOUNT * 1_000_000)).toBe(true);
    expect(Number.isSafeInteger((MAX_AMOUNT + 1) * 1_000_000)).toBe(false);
  });
});
