import { isTime } from "./series.js";

/**
 * The most of `times` that fall into any span of `ms`, wherever it begins: what no window of that length can hold more
 * of. Times that are not known may have been at any moment, so they count.
 */
export function peakOf(times: readonly number[], ms: number): number {
  const sorted = times.filter(isTime).sort((one, other) => one - other);
  let peak = 0;
  let first = 0;
  for (const [last, time] of sorted.entries()) {
    while (time - (sorted[first] as number) >= ms) first++;
    peak = Math.max(peak, last - first + 1);
  }
  return peak + times.length - sorted.length;
}
