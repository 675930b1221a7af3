import { MAX_AMOUNT } from "../../internal/micro.js";
import { quote } from "../../internal/quote.js";
import { INTERCEPT_WINDOWS, type InterceptRule, type InterceptWindow, STATE } from "./document.js";

interface RateLimit {
  readonly count: number;
  readonly window: InterceptWindow;
}

/** What `5/hour` says, or what is wrong with it. */
export function readRateLimit(text: string): RateLimit | { readonly fault: string } {
  const slash = text.indexOf("/");
  if (slash === -1) return { fault: `expected a count and a window, as in \`5/hour\`, found ${quote(text)}` };
  const digits = text.slice(0, slash);
  const count = /^\+?\d+$/.test(digits) ? Number(digits) : 0;
  if (count === 0) return { fault: `the count must be a positive integer, found ${quote(digits)}` };
  if (count > MAX_AMOUNT) return { fault: `the count must not be more than ${MAX_AMOUNT}` };
  const window = INTERCEPT_WINDOWS.find((known) => known === text.slice(slash + 1));
  if (window === undefined)
    return { fault: `the window must be minute, hour or day, found ${quote(text.slice(slash + 1))}` };
  return { count, window };
}

/** Writes the shorthand out, as Intercept does. A rule that has none, or a wrong one, stays as it is. */
export function writeOut(rule: InterceptRule, scope: string): InterceptRule {
  const { name, rate_limit, on_deny, conditions, state, action } = rule;
  if (!hasRateLimit(rule) || conditions?.length || state || action === "deny") return rule;
  const limit = readRateLimit(rate_limit ?? "");
  if ("fault" in limit) return rule;
  const { count, window } = limit;
  const counter = `_rate_${window}`;
  return {
    name,
    conditions: [{ path: `${STATE}${scope}.${counter}`, op: "lte", value: count }],
    state: { counter, window },
    on_deny: on_deny || `Rate limit of ${count} per ${window} reached. Try again later.`,
  };
}

export function hasRateLimit({ rate_limit }: InterceptRule): boolean {
  return rate_limit !== undefined && rate_limit !== null && rate_limit !== "";
}
