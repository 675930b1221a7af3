import type { ChargePlan, LimitPlan } from "../evaluate/plan.js";
import { type Path, readPath } from "../internal/path.js";
import { escapeSegment } from "../internal/pointer.js";
import type { Window } from "../internal/window.js";
import { defaultScope, limitWindow, rateLimitCounter } from "../policy/counters.js";
import type { ClassRules, LimitDocument, LimitScope, Policy, ToolRules } from "../policy/document.js";
import { readRate } from "../policy/rate.js";

/** A limit and the counter it counts with. */
export interface LimitSource {
  readonly counter: string;
  readonly scope: LimitScope;
  readonly window: Window;
  readonly by: readonly Path[];
  readonly limit: LimitPlan;
}

const LIMIT_REACHED = "a limit of the policy is reached";
const TOO_EARLY = "the policy asks for another call before this one";

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
    const { max, window } = readRate(rules.rate_limit);
    const message = rules.reason ?? LIMIT_REACHED;
    sources.push({
      counter: rateCounter,
      scope: "grant",
      window,
      by: [],
      limit: {
        ...place,
        max,
        min: undefined,
        refund: "not_executed",
        from: undefined,
        increment: 1,
        message,
        early: TOO_EARLY,
      },
    });
  }
  return sources;
}

/** The limits of a whole policy. */
export function allLimits({ all_tools, tools = {}, resources, prompts }: Policy): readonly LimitSource[] {
  const entriesOf = (section: string, base: string, entries: ClassRules["entries"] = {}): readonly LimitSource[] =>
    Object.entries(entries).flatMap(([name, rules]) =>
      limitSources(rules.limits ?? [], `${base}/${escapeSegment(name)}`, rateLimitCounter(section, name), rules),
    );
  return [
    ...limitSources(all_tools?.limits ?? [], "/all_tools", undefined),
    ...entriesOf("tools", "/tools", tools),
    ...entriesOf("resources", "/resources/entries", resources?.entries),
    ...entriesOf("prompts", "/prompts/entries", prompts?.entries),
  ];
}

/** One charge a counter, however many limits count with it: order and repetition change nothing. */
export function planCharges(sources: readonly LimitSource[]): readonly ChargePlan[] {
  const byCounter = new Map<string, ChargePlan & { readonly limits: LimitPlan[] }>();
  for (const { counter, scope, window, by, limit } of sources) {
    const key = by.length === 0 ? counter : JSON.stringify([counter, by]);
    const known = byCounter.get(key);
    if (known === undefined) byCounter.set(key, { counter, scope, window, by, limits: [limit] });
    else known.limits.push(limit);
  }
  return [...byCounter.values()];
}

function limitSource(limit: LimitDocument, list: string, index: number, reason: string | undefined): LimitSource {
  const from = limit.increment_from === undefined ? undefined : readPath(limit.increment_from);
  const window = limitWindow(limit);
  if (window === undefined) throw new TypeError("window of an accepted policy");
  return {
    counter: limit.counter,
    scope: limit.scope ?? defaultScope(window),
    window,
    by: (limit.by ?? []).map(readPath),
    limit: {
      rule: `${list}/${escapeSegment(limit.counter)}`,
      pointer: `${list}/${index}`,
      max: limit.max,
      min: limit.min,
      refund: limit.refund ?? "not_executed",
      from,
      increment: from === undefined ? (limit.increment ?? 1) : limit.increment,
      message: limit.on_deny ?? reason ?? LIMIT_REACHED,
      early: limit.on_deny ?? reason ?? TOO_EARLY,
    },
  };
}
