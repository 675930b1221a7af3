import { MAX_AMOUNT, toMicro } from "../internal/micro.js";
import { nearest } from "../internal/nearest.js";
import { parsePath } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import { MAX_LEASE_MS, MAX_WINDOW_MS, parseDuration, parseWindow, WINDOW_NAMES } from "../internal/window.js";
import type { Finding } from "./issue.js";
import { checkPath } from "./paths.js";
import { parseRate } from "./rate.js";
import { isRecord } from "./structure.js";

type PathSegments = readonly (string | number)[];
type Limit = Readonly<Record<string, unknown>>;

const MAX_WINDOW_SECONDS: number = MAX_WINDOW_MS / 1_000;
const MAX_BY = 8;

/** Everything in a list of limits that has the right type and no meaning. */
export function checkLimits(limits: unknown, path: PathSegments): Finding[] {
  if (!Array.isArray(limits)) return [];
  return limits.flatMap((limit: unknown, index) => (isRecord(limit) ? checkLimit(limit, [...path, index]) : []));
}

function checkLimit(limit: Limit, path: PathSegments): Finding[] {
  return [
    ...(limit.counter === "" ? [emptyCounter([...path, "counter"])] : []),
    ...checkWindow(limit, path),
    ...["max", "min", "increment"].flatMap((name) => checkAmount(limit[name], [...path, name])),
    ...checkPath(limit.increment_from, [...path, "increment_from"]),
    ...checkBy(limit.by, [...path, "by"]),
  ];
}

function checkWindow(limit: Limit, path: PathSegments): Finding[] {
  const { window: text } = limit;
  if (typeof text !== "string") return [];
  const window = parseWindow(text);
  if (window === undefined) return [unknownWindow(text, [...path, "window"])];
  const findings = checkLease(limit, window.kind === "in_flight", path);
  const refuse = (name: string, why: string): void => {
    findings.push({ code: "invalid_value", path: [...path, name], atKey: true, message: why });
  };
  if (limit.algorithm === "sliding" && window.kind !== "fixed") {
    refuse("algorithm", `\`sliding\` needs a window of one length, which \`${text}\` is not`);
  }
  if (window.kind === "session" && limit.scope !== undefined && limit.scope !== "session") {
    refuse("scope", "a counter that lasts as long as the session belongs to the session");
  }
  if (window.kind === "in_flight") {
    for (const name of ["min", "increment_from"]) {
      if (limit[name] !== undefined) refuse(name, `\`${name}\` has no meaning for calls in flight`);
    }
  }
  return findings;
}

function unknownWindow(text: string, path: PathSegments): Finding {
  const near = nearest(text, WINDOW_NAMES);
  return {
    code: "invalid_value",
    path,
    message: `expected one of ${WINDOW_NAMES.join(", ")}, or a length of at most 366 days such as 90s, 15m, 36h or 7d, found ${quote(text)}`,
    help: near === undefined ? undefined : `did you mean \`${near}\`?`,
  };
}

function checkLease({ lease }: Limit, inFlight: boolean, path: PathSegments): Finding[] {
  if (typeof lease !== "string") return [];
  const at = { code: "invalid_value", path: [...path, "lease"] } as const;
  if (!inFlight) return [{ ...at, atKey: true, message: "only calls in flight have a lease" }];
  const ms = parseDuration(lease);
  if (ms !== undefined && ms <= MAX_LEASE_MS) return [];
  return [{ ...at, message: `expected a length from 1s to 1d, such as 90s or 10m, found ${quote(lease)}` }];
}

function checkBy(by: unknown, path: PathSegments): Finding[] {
  if (!Array.isArray(by)) return [];
  if (by.length > MAX_BY) return [{ code: "invalid_value", path, message: `more than ${MAX_BY} paths` }];
  return by.flatMap((text: unknown, index): Finding[] => {
    const at = [...path, index];
    const parsed = typeof text === "string" ? parsePath(text) : undefined;
    if (parsed?.ok !== true) return checkPath(text, at);
    if (!parsed.path.steps.some(({ kind }) => kind === "each")) return [];
    return [{ code: "invalid_path", path: at, message: "a counter is kept by one value, and `[*]` leads to several" }];
  });
}

/** `rate_limit` of an entry, in either form. */
export function checkRateLimit(limit: unknown, path: PathSegments): Finding[] {
  if (typeof limit === "string") {
    if (parseRate(limit) !== undefined) return [];
    const message = `expected calls per window, such as 10/minute or 5/15m, found ${quote(limit)}`;
    return [{ code: "invalid_value", path, message }];
  }
  if (!isRecord(limit)) return [];
  const seconds = limit.window;
  const findings = checkAmount(limit.max, [...path, "max"]);
  if (typeof seconds === "number" && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_WINDOW_SECONDS)) {
    const message = `window must be whole seconds from 1 to ${MAX_WINDOW_SECONDS}`;
    findings.push({ code: "invalid_value", path: [...path, "window"], message });
  }
  return findings;
}

function checkAmount(amount: unknown, path: PathSegments): Finding[] {
  if (typeof amount !== "number" || toMicro(amount) !== undefined) return [];
  const message = `\`${path.at(-1)}\` must be from 0 to ${MAX_AMOUNT} with at most 6 decimals`;
  return [{ code: "invalid_amount", path, message }];
}

function emptyCounter(path: PathSegments): Finding {
  return { code: "invalid_name", path, message: "a counter needs a name" };
}
