/**
 * The most that a counter may reach where Intercept wants it `lt` or `lte` a value; below 0 when nothing may pass.
 * Intercept's counters are whole numbers, and it holds them to this too when it reserves.
 */
export function boundOf(op: "lt" | "lte", value: number): number {
  return op === "lt" ? Math.floor(value) - 1 : Math.floor(value);
}
