/** When a counter starts again at 0. Lengths are in milliseconds. */
export type Window =
  /** Multiples of `ms` since the Unix epoch, moved by `offsetMs`. */
  | { readonly kind: "fixed"; readonly ms: number; readonly offsetMs: number }
  /** Calendar months in UTC. */
  | { readonly kind: "month" }
  /** The last `ms`, at every moment. */
  | { readonly kind: "sliding"; readonly ms: number }
  /** As long as the session that owns the counter: it ends `idleMs` after its last charge. */
  | { readonly kind: "session"; readonly idleMs: number }
  /** Each charge until it is released; one that is not renewed for `leaseMs` ends by itself. */
  | { readonly kind: "in_flight"; readonly leaseMs: number };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The longest window, and the longest lease. */
export const MAX_WINDOW_MS: number = 366 * DAY;
export const MAX_LEASE_MS: number = DAY;

/** Where a policy says nothing of a lease. */
const LEASE_MS = 10 * MINUTE;

/** A session that asks for nothing for so long is over, as far as a store can tell. */
const SESSION_IDLE_MS = DAY;

const UNITS: ReadonlyMap<string, number> = new Map([
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
  ["d", DAY],
]);

const DURATION = /^([1-9][0-9]{0,8})([smhd])$/;

/** Milliseconds of `90s`, `15m`, `36h` or `7d`; `undefined` for anything else, and for more than a leap year. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = DURATION.exec(text) ?? [];
  const ms = Number(count) * (UNITS.get(unit) ?? Number.NaN);
  return ms <= MAX_WINDOW_MS ? ms : undefined;
}

export function fixedWindow(ms: number): Window {
  return Object.freeze({ kind: "fixed", ms, offsetMs: 0 });
}

/** The windows that a policy knows by name. A week is that of ISO 8601: it begins on Monday, as the fifth of January 1970. */
const NAMED: ReadonlyMap<string, Window> = new Map<string, Window>([
  ["second", fixedWindow(SECOND)],
  ["minute", fixedWindow(MINUTE)],
  ["hour", fixedWindow(HOUR)],
  ["day", fixedWindow(DAY)],
  ["week", Object.freeze({ kind: "fixed", ms: 7 * DAY, offsetMs: 4 * DAY })],
  ["month", Object.freeze({ kind: "month" })],
  ["session", Object.freeze({ kind: "session", idleMs: SESSION_IDLE_MS })],
  ["in_flight", Object.freeze({ kind: "in_flight", leaseMs: LEASE_MS })],
]);

export const WINDOW_NAMES: readonly string[] = [...NAMED.keys()];

/** The window that a policy calls `text`: by name, or by its length, as `15m`. */
export function parseWindow(text: string): Window | undefined {
  const named = NAMED.get(text);
  if (named !== undefined) return named;
  const ms = parseDuration(text);
  return ms === undefined ? undefined : fixedWindow(ms);
}

/** Two windows have the same name exactly when they are the same. */
export function windowName(window: Window): string {
  switch (window.kind) {
    case "fixed":
      return window.offsetMs === 0 ? `${window.ms}` : `${window.ms}+${window.offsetMs}`;
    case "month":
      return "month";
    case "sliding":
      return `sliding ${window.ms}`;
    case "session":
      return "session";
    case "in_flight":
      return "in_flight";
    default:
      return window satisfies never;
  }
}

/** A window as a policy would write it. */
export function windowText(window: Window): string {
  if (window.kind === "sliding") return `sliding ${windowText(fixedWindow(window.ms))}`;
  const name = windowName(window);
  for (const [text, named] of NAMED) if (windowName(named) === name) return text;
  return window.kind === "fixed" ? durationText(window.ms) : name;
}

function durationText(ms: number): string {
  const [unit, length] = [...UNITS].reverse().find(([, length]) => ms % length === 0) ?? ["ms", 1];
  return `${ms / length}${unit}`;
}

/** When the window that `now` falls in began and when it ends. */
export function windowSpan(
  window: Window & { readonly kind: "fixed" | "month" },
  now: number,
): { readonly start: number; readonly end: number } {
  if (window.kind === "month") {
    const date = new Date(now);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
  }
  const { ms, offsetMs } = window;
  const start = now - ((((now - offsetMs) % ms) + ms) % ms);
  return { start, end: start + ms };
}
