import { jsonPointer } from "../internal/pointer.js";
import { quote } from "../internal/quote.js";
import { LIMIT_SCOPES } from "./document.js";
import type { Finding } from "./issue.js";
import { entriesOf, isRecord } from "./structure.js";

type PathSegments = readonly (string | number)[];

/** What every limit on one counter must agree on. */
interface CounterUse {
  readonly name: string;
  readonly window: unknown;
  readonly scope: unknown;
  readonly path: PathSegments;
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["minute", 60],
  ["hour", 3_600],
  ["day", 86_400],
]);

/** The counter that `rate_limit` on an entry counts with: of a tool by its name, of others by their class too. */
export function rateLimitCounter(section: string, name: string): string {
  return section === "tools" ? `(rate_limit) ${name}` : `(rate_limit) ${section} ${name}`;
}

/** Limits that name the same counter share it, so they must agree on its window and scope. */
export function checkCounters(document: Record<string, unknown>): Finding[] {
  const first = new Map<string, CounterUse>();
  const findings: Finding[] = [];
  for (const use of counterUses(document)) {
    const known = first.get(use.name);
    if (known === undefined) first.set(use.name, use);
    else findings.push(...disagreements(known, use));
  }
  return findings;
}

function disagreements(known: CounterUse, use: CounterUse): Finding[] {
  const findings: Finding[] = [];
  for (const member of ["window", "scope"] as const) {
    // What is not legal is reported as such.
    if (known[member] === use[member] || known[member] === undefined || use[member] === undefined) continue;
    const message = `counter ${quote(use.name)} has another ${member} at ${jsonPointer(known.path)}`;
    const help = "give the counters different names, or the same window and scope";
    findings.push({ code: "contradictory_counter", path: use.path, message, help });
  }
  return findings;
}

function* counterUses(document: Record<string, unknown>): Generator<CounterUse> {
  yield* usesIn(document.all_tools, ["all_tools"]);
  for (const { path, entries } of entriesOf(document)) {
    for (const [name, entry] of isRecord(entries) ? Object.entries(entries) : []) {
      yield* usesIn(entry, [...path, name]);
      const sugar = isRecord(entry) ? entry.rate_limit : undefined;
      if (!isRecord(sugar)) continue;
      const counter = rateLimitCounter(String(path[0]), name);
      yield { name: counter, window: sugar.window, scope: "grant", path: [...path, name, "rate_limit"] };
    }
  }
}

function* usesIn(rules: unknown, path: PathSegments): Generator<CounterUse> {
  const limits = isRecord(rules) ? rules.limits : undefined;
  if (!Array.isArray(limits)) return;
  for (const [index, limit] of limits.entries()) {
    if (!isRecord(limit) || typeof limit.counter !== "string" || typeof limit.window !== "string") continue;
    yield {
      name: limit.counter,
      window: SECONDS.get(limit.window),
      scope: LIMIT_SCOPES.find((scope) => scope === (limit.scope ?? "grant")),
      path: [...path, "limits", index],
    };
  }
}
