import { type Path, parsePath } from "../internal/path.js";
import type { Window } from "../internal/window.js";
import { defaultScope, limitWindow, rateLimitCounter } from "../policy/counters.js";
import type { LimitDocument, ToolRules } from "../policy/document.js";
import { readRate } from "../policy/rate.js";
import { isRecord } from "../policy/structure.js";
import type { Segments } from "./finding.js";

/** A limit, `rate_limit` included. */
export interface LimitReading {
  readonly path: Segments;
  /** Where its `max` stands: in a rate of words, in the middle of it. */
  readonly maxPath: Segments;
  readonly counter: string;
  readonly scope: string;
  readonly window: Window | undefined;
  readonly max: number | undefined;
  readonly min: number | undefined;
  /** What a call adds; `undefined` where an argument says it. */
  readonly amount: number | undefined;
  /** The argument that says it, and whether a call without that argument is denied. */
  readonly from: Path | undefined;
  readonly demandsArgument: boolean;
  /** What else a counter belongs to. */
  readonly by: readonly Path[];
  /** How it counts, where that is not the usual way; limits are compared only where they count alike. */
  readonly manner: string;
  /** It only watches. */
  readonly shadow: boolean;
}

export function readLimits(document: ToolRules, path: Segments): readonly LimitReading[] {
  const limits = (document.limits ?? []).map((limit, index) => readLimit(limit, [...path, "limits", index], document));
  if (document.rate_limit === undefined) return limits;
  const rate = readRate(document.rate_limit);
  const counter = rateLimitCounter(String(path[0]), String(path.at(-1)));
  const at = [...path, "rate_limit"];
  const limit = { counter, window: "minute", max: rate.max } as const;
  const maxPath = typeof document.rate_limit === "string" ? at : [...at, "max"];
  return [...limits, { ...readLimit(limit, at, document), window: rate.window, maxPath }];
}

function readLimit(limit: LimitDocument, path: Segments, owner: object): LimitReading {
  const read = (key: string): unknown => (Object.hasOwn(limit, key) ? Reflect.get(limit, key) : undefined);
  const from = readPath(read("increment_from"));
  const by = read("by");
  const window = limitWindow(limit);
  return {
    path,
    maxPath: [...path, "max"],
    counter: String(read("counter")),
    scope: limit.scope ?? (window === undefined ? "grant" : defaultScope(window)),
    window,
    max: numberOf(read("max")),
    min: numberOf(read("min")),
    amount: from === undefined ? (numberOf(read("increment")) ?? 1) : undefined,
    from,
    demandsArgument: from !== undefined && read("increment") === undefined,
    by: Array.isArray(by) ? by.flatMap((text) => readPath(text) ?? []) : [],
    manner: JSON.stringify([window?.kind, read("refund") ?? "not_executed"]),
    shadow: [limit, owner].some((holder) => isRecord(holder) && holder.mode === "shadow"),
  };
}

function readPath(text: unknown): Path | undefined {
  const parsed = typeof text === "string" ? parsePath(text) : undefined;
  return parsed?.ok ? parsed.path : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
