import { type Path, parsePath } from "../internal/path.js";
import { rateLimitCounter } from "../policy/counters.js";
import type { ToolRules } from "../policy/document.js";
import { isRecord } from "../policy/structure.js";
import type { Segments } from "./finding.js";

/** A limit, `rate_limit` included. */
export interface LimitReading {
  readonly path: Segments;
  readonly counter: string;
  readonly scope: string;
  /** A word, or seconds. */
  readonly window: unknown;
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
  const rate = readRate(document.rate_limit);
  if (rate === undefined) return limits;
  const counter = rateLimitCounter(String(path[0]), String(path.at(-1)));
  return [...limits, readLimit({ ...rate, counter }, [...path, "rate_limit"], document)];
}

function readLimit(limit: object, path: Segments, owner: object): LimitReading {
  const read = (key: string): unknown => (Object.hasOwn(limit, key) ? Reflect.get(limit, key) : undefined);
  const from = readPath(read("increment_from"));
  const by = read("by");
  return {
    path,
    counter: String(read("counter")),
    scope: String(read("scope") ?? "grant"),
    window: read("window"),
    max: numberOf(read("max")),
    min: numberOf(read("min")),
    amount: from === undefined ? (numberOf(read("increment")) ?? 1) : undefined,
    from,
    demandsArgument: from !== undefined && read("increment") === undefined,
    by: Array.isArray(by) ? by.flatMap((text) => readPath(text) ?? []) : [],
    manner: JSON.stringify([read("algorithm") ?? "fixed", read("refund") ?? "not_executed"]),
    shadow: [limit, owner].some((holder) => isRecord(holder) && holder.mode === "shadow"),
  };
}

/** `{ max, window }` in seconds, or `"10/minute"`. */
function readRate(rate: unknown): object | undefined {
  if (isRecord(rate)) return rate;
  const parts = typeof rate === "string" ? /^(\d+)\/(.+)$/.exec(rate) : null;
  return parts === null ? undefined : { max: Number(parts[1]), window: parts[2] };
}

function readPath(text: unknown): Path | undefined {
  const parsed = typeof text === "string" ? parsePath(text) : undefined;
  return parsed?.ok ? parsed.path : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
