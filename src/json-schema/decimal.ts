/** A decimal: `digits` times ten to the power of `-scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Whether `value` is a whole number of times `divisor`, both taken as the decimals that they are written as. */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  const a = readDecimal(value);
  const b = readDecimal(divisor);
  const scale = Math.max(a.scale, b.scale);
  return scaled(a, scale) % scaled(b, scale) === 0n;
}

/** Reads the shortest form of a finite number, as `12.5` or `1e-7`. */
function readDecimal(value: number): Decimal {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", decimals = ""] = mantissa.split(".");
  return { digits: BigInt(whole + decimals), scale: decimals.length - Number(exponent) };
}

function scaled({ digits, scale }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - scale);
}
