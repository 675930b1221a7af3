import type { ChargePlan, LimitPlan } from "../evaluate/plan.js";
import { escapeSegment } from "../internal/pointer.js";
import type { LimitDocument, LimitScope, LimitWindow, ToolRules } from "../policy/document.js";
import { readPath } from "./rules.js";

/** A limit and the counter it counts with. */
export interface LimitSource {
  readonly counter: string;
  readonly scope: LimitScope;
  readonly windowMs: number;
  readonly limit: LimitPlan;
}

const LIMIT_REACHED = "a limit of the policy is reached";

const WINDOW_MS: { readonly [Window in LimitWindow]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The limits under `base`, in the order they are reported; of an entry, `rate_limit` comes last. */
export function limitSources(
  limits: readonly LimitDocument[],
  base: string,
  rateCounter: string | undefined,
  rules?: ToolRules,
): readonly LimitSource[] {
  const sources = limits.map((limit, index) => limitSource(limit, `${base}/limits`, index, rules?.reason));
  if (rateCounter !== undefined && rules?.rate_limit !== undefined) {
    const place = { rule: `${base}/rate_limit`, pointer: `${base}/rate_limit` };
    const { max, window } = rules.rate_limit;
    sources.push({
      counter: rateCounter,
      scope: "grant",
      windowMs: window * 1_000,
      limit: { ...place, max, from: undefined, increment: 1, message: rules.reason ?? LIMIT_REACHED },
    });
  }
  return sources;
}

/** One charge a counter, however many limits count with it: order and repetition change nothing. */
export function planCharges(sources: readonly LimitSource[]): readonly ChargePlan[] {
  const byCounter = new Map<string, ChargePlan & { readonly limits: LimitPlan[] }>();
  for (const { counter, scope, windowMs, limit } of sources) {
    const known = byCounter.get(counter);
    if (known === undefined) byCounter.set(counter, { counter, scope, windowMs, limits: [limit] });
    else known.limits.push(limit);
  }
  return [...byCounter.values()];
}

function limitSource(limit: LimitDocument, list: string, index: number, reason: string | undefined): LimitSource {
  const from = limit.increment_from === undefined ? undefined : readPath(limit.increment_from);
  return {
    counter: limit.counter,
    scope: limit.scope ?? "grant",
    windowMs: WINDOW_MS[limit.window],
    limit: {
      rule: `${list}/${escapeSegment(limit.counter)}`,
      pointer: `${list}/${index}`,
      max: limit.max,
      from,
      increment: from === undefined ? (limit.increment ?? 1) : limit.increment,
      message: limit.on_deny ?? reason ?? LIMIT_REACHED,
    },
  };
}
