import { isMultipleOf } from "../decimal.js";
import type { Check, Site } from "../keyword.js";
import { INEXACT } from "../validator.js";

/** What exact decimals cost, at most: numbers of some hundred digits. */
const DECIMAL_STEPS = 32;

/** A keyword for numbers that asks them to compare so with its own. */
function compares(holds: (value: number, limit: number) => boolean): (site: Site) => Check {
  return ({ keyword, value: limit }) =>
    (value, run) => {
      if (typeof value !== "number") return true;
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) return run.doubts(INEXACT);
      return holds(value, limit as number) || run.fails(keyword);
    };
}

export const minimum: (site: Site) => Check = compares((value, limit) => value >= limit);
export const maximum: (site: Site) => Check = compares((value, limit) => value <= limit);
export const exclusiveMinimum: (site: Site) => Check = compares((value, limit) => value > limit);
export const exclusiveMaximum: (site: Site) => Check = compares((value, limit) => value < limit);

export function multipleOf(site: Site): Check {
  const judge = compares(isMultipleOf)(site);
  return (value, run, seen) => {
    run.work.spend(DECIMAL_STEPS);
    return judge(value, run, seen);
  };
}
