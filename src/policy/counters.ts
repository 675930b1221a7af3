import { jsonPointer } from "../internal/pointer.js";
import { quote } from "../internal/quote.js";
import { fixedWindow, parseDuration, parseWindow, type Window } from "../internal/window.js";
import { LIMIT_SCOPES, type LimitDocument, type LimitScope } from "./document.js";
import type { Finding } from "./issue.js";
import { parseRate } from "./rate.js";
import { entriesOf, isRecord } from "./structure.js";

type PathSegments = readonly (string | number)[];

/** What every limit on one counter must agree on. */
interface CounterUse {
  readonly name: string;
  readonly window: string | undefined;
  readonly scope: LimitScope | undefined;
  /** How many values it is kept by. */
  readonly values: number;
  readonly path: PathSegments;
}

const AGREE: readonly (readonly [member: "window" | "scope" | "values", what: string])[] = [
  ["window", "another window"],
  ["scope", "another scope"],
  ["values", "another number of `by` paths"],
];

/** What a limit says of its window: algorithm and lease included. `undefined` where it says nothing legal. */
export function limitWindow({
  window,
  algorithm,
  lease,
}: Pick<LimitDocument, "window" | "algorithm" | "lease">): Window | undefined {
  const parsed = parseWindow(window);
  if (parsed?.kind === "fixed" && algorithm === "sliding") return Object.freeze({ kind: "sliding", ms: parsed.ms });
  if (parsed?.kind !== "in_flight" || lease === undefined) return parsed;
  const leaseMs = parseDuration(lease);
  return leaseMs === undefined ? undefined : Object.freeze({ kind: "in_flight", leaseMs });
}

/** Whose counter a limit counts with, where it does not say. */
export function defaultScope(window: Window): LimitScope {
  return window.kind === "session" ? "session" : "grant";
}

/** The counter that `rate_limit` on an entry counts with: of a tool by its name, of others by their class too. */
export function rateLimitCounter(section: string, name: string): string {
  return section === "tools" ? `(rate_limit) ${name}` : `(rate_limit) ${section} ${name}`;
}

/** Limits that name the same counter share it, so they must agree on what it is. */
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
  for (const [member, another] of AGREE) {
    // What is not legal is reported as such.
    if (known[member] === use[member] || known[member] === undefined || use[member] === undefined) continue;
    const message = `counter ${quote(use.name)} has ${another} at ${jsonPointer(known.path)}`;
    const help = "give the counters different names, or the same window, scope and number of `by` paths";
    findings.push({ code: "contradictory_counter", path: use.path, message, help });
  }
  return findings;
}

function* counterUses(document: Record<string, unknown>): Generator<CounterUse> {
  yield* usesIn(document.all_tools, ["all_tools"]);
  for (const { path, entries } of entriesOf(document)) {
    for (const [name, entry] of isRecord(entries) ? Object.entries(entries) : []) {
      yield* usesIn(entry, [...path, name]);
      const window = isRecord(entry) ? rateWindow(entry.rate_limit) : undefined;
      if (window === undefined) continue;
      const counter = rateLimitCounter(String(path[0]), name);
      yield {
        name: counter,
        window: JSON.stringify(window),
        scope: "grant",
        values: 0,
        path: [...path, name, "rate_limit"],
      };
    }
  }
}

function rateWindow(limit: unknown): Window | undefined {
  if (typeof limit === "string") return parseRate(limit)?.window;
  return isRecord(limit) && typeof limit.window === "number" ? fixedWindow(limit.window * 1_000) : undefined;
}

function* usesIn(rules: unknown, path: PathSegments): Generator<CounterUse> {
  const limits = isRecord(rules) ? rules.limits : undefined;
  if (!Array.isArray(limits)) return;
  for (const [index, limit] of limits.entries()) {
    if (!isRecord(limit) || typeof limit.counter !== "string" || typeof limit.window !== "string") continue;
    const window = limitWindow(limit as unknown as LimitDocument);
    const scope = limit.scope ?? (window === undefined ? undefined : defaultScope(window));
    yield {
      name: limit.counter,
      window: JSON.stringify(window),
      scope: LIMIT_SCOPES.find((known) => known === scope),
      values: Array.isArray(limit.by) ? limit.by.length : 0,
      path: [...path, "limits", index],
    };
  }
}
