import { type Window, windowText } from "../internal/window.js";
import type { Finding } from "./finding.js";
import type { LimitReading } from "./limit.js";
import { type Part, pathKey } from "./part.js";

/** A limit, the part it stands in, and every limit on its counter. */
interface Use {
  readonly limit: LimitReading;
  readonly part: Part;
  readonly parts: readonly Part[];
  readonly users: readonly LimitReading[];
}

/** A `max` that cannot be reached, because something holds back every call that could reach it. */
export function neverBinds({ limit, part, parts, users }: Use): Finding[] {
  if (limit.max === undefined || limit.shadow) return [];
  const finding = (message: string): Finding[] => [
    { severity: "warning", code: "limit_never_binds", path: limit.maxPath, message },
  ];
  if (users.every(({ amount }) => amount === 0)) return finding("no limit adds to this counter, so it stays at 0");
  // What holds for every call that this limit is for.
  const shared = part.path[0] === "tools" ? parts.filter(({ kind }) => kind === "all") : [];
  const others = [part, ...shared].flatMap(({ limits }) => limits).filter((other) => other !== limit && !other.shadow);
  const tighter = others.find((other) =>
    other.counter === limit.counter ? isSmaller(other, limit) : users.length === 1 && isReachedFirst(other, limit),
  );
  return tighter === undefined
    ? []
    : finding(`another limit on the same calls is always reached first: ${describe(tighter)}`);
}

/** A call is charged to a counter once, against the smallest `max`. */
function isSmaller(other: LimitReading, limit: LimitReading): boolean {
  return other.max !== undefined && other.max < (limit.max ?? 0) && belongsTo(other) === belongsTo(limit);
}

/** Whether the most calls that `other` lets through in one window of `limit` stay within `limit`. */
function isReachedFirst(other: LimitReading, limit: LimitReading): boolean {
  const [shorter, longer] = [lengthOf(other.window), lengthOf(limit.window)];
  if (shorter === undefined || longer === undefined || longer % shorter !== 0) return false;
  if (belongsTo(other) !== belongsTo(limit) || !other.amount || !limit.amount || other.max === undefined) return false;
  const most = Math.floor(other.max / other.amount) * (longer / shorter) * limit.amount;
  return most < (limit.max ?? 0);
}

/** Limits with the same text count for the same owners, in the same manner. */
function belongsTo({ scope, by, manner }: LimitReading): string {
  return JSON.stringify([scope, by.map(pathKey), manner]);
}

/** The length of a fixed window whose edges are those of every shorter one that divides it; `undefined` for any other. */
function lengthOf(window: Window | undefined): number | undefined {
  return window?.kind === "fixed" && window.offsetMs === 0 ? window.ms : undefined;
}

function describe({ max, window }: LimitReading): string {
  return `${max} in a window of \`${window === undefined ? "" : windowText(window)}\``;
}
