/** Amounts are kept as whole millionths, so that sums are exact. */
const MICRO_PER_UNIT = 1_000_000;

/** The largest amount and the largest `max`: the most whole units whose millionths are exact integers. */
export const MAX_AMOUNT = 9_007_199_254;

/**
 * The number as whole millionths, read from its shortest decimal form; `undefined` when it is negative, not finite,
 * over `MAX_AMOUNT` or has more than six decimals.
 */
export function toMicro(value: number): number | undefined {
  if (!(value >= 0 && value <= MAX_AMOUNT)) return undefined;
  if (Number.isInteger(value)) return value * MICRO_PER_UNIT;
  const [whole = "", decimals = ""] = String(value).split(".");
  if (decimals === "" || decimals.length > 6 || decimals.includes("e") || whole.includes("e")) return undefined;
  return Number(whole) * MICRO_PER_UNIT + Number(decimals.padEnd(6, "0"));
}

/** The number that `micro` millionths stand for. */
export function fromMicro(micro: number): number {
  return micro / MICRO_PER_UNIT;
}
