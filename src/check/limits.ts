import type { Path } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import { neverBinds } from "./binding.js";
import type { Finding, Segments } from "./finding.js";
import type { LimitReading } from "./limit.js";
import { type Part, pathKey } from "./part.js";
import { type Sighting, sightingsOf } from "./sighting.js";
import type { Subject } from "./subject.js";
import { factsOf } from "./value-facts.js";

/** Limits that hold nothing back, or everything, and limits that a caller can get around. */
export function checkLimits(subject: Subject): Finding[] {
  const users = usersOf(subject.parts);
  const uses = subject.parts.flatMap((part) => part.limits.map((limit) => ({ part, limit })));
  return uses.flatMap(({ part, limit }) => [
    ...unread(limit, users),
    ...refusesAll(limit, users),
    ...neverBinds({ limit, part, parts: subject.parts, users: users.get(limit.counter) ?? [] }),
    ...unboundedBy(subject, part, limit),
    ...sessionLimit(subject, part, limit),
  ]);
}

function usersOf(parts: readonly Part[]): ReadonlyMap<string, readonly LimitReading[]> {
  const users = new Map<string, LimitReading[]>();
  for (const limit of parts.flatMap(({ limits }) => limits)) {
    const known = users.get(limit.counter);
    if (known === undefined) users.set(limit.counter, [limit]);
    else known.push(limit);
  }
  return users;
}

type Users = ReadonlyMap<string, readonly LimitReading[]>;

function unread(limit: LimitReading, users: Users): Finding[] {
  const readers = users.get(limit.counter) ?? [];
  if (readers.some(({ max, min }) => max !== undefined || min !== undefined)) return [];
  const message = `counter ${quote(limit.counter)} is held against nothing: no limit on it has a \`max\``;
  return [{ severity: "warning", code: "unread_counter", path: limit.path, message }];
}

function refusesAll({ counter, path, maxPath, amount, max, min, shadow }: LimitReading, users: Users): Finding[] {
  if (shadow) return [];
  const finding = (at: Segments, message: string): Finding[] => [
    {
      severity: "error",
      code: "limit_always_refuses",
      path: at,
      message: `${message}, so every call is denied`,
    },
  ];
  if (max !== undefined && amount !== undefined && amount > max)
    return finding(maxPath, `one call alone adds ${amount}`);
  const counted = users.get(counter)?.some((other) => other.amount !== 0 && other.min === undefined) ?? false;
  if (min === undefined || min === 0 || counted) return [];
  return finding([...path, "min"], `no other limit adds to counter ${quote(counter)}`);
}

/** A caller that may choose what a counter belongs to may choose a new counter for every call. */
function unboundedBy(subject: Subject, part: Part, limit: LimitReading): Finding[] {
  if (limit.max === undefined || limit.amount === 0) return [];
  const chosen = limit.by.filter((path) => isChosen(subject, part, path));
  if (chosen.length === 0 || hasCompanion(subject, part)) return [];
  // How many run at once is bounded by a bound on how many run at once.
  if (limit.window?.kind === "in_flight" && part.limits.some(isForEverybody)) return [];
  const message = "whoever calls with a new value has a new counter, and no limit counts over all values";
  const help = "add a limit without `by`";
  return [{ severity: "warning", code: "unbounded_by", path: [...limit.path, "by"], message, help }];
}

/** An argument that the caller is free to choose: neither enumerated by its schema nor pinned by a requirement. */
function isChosen(subject: Subject, part: Part, path: Path): boolean {
  if (path.root !== "args") return false;
  const pinned = part.rules.some(
    ({ list, conditions }) =>
      list === "require" &&
      conditions.some(({ at, condition }) => ["eq", "in"].includes(condition.op) && pathKey(at) === pathKey(path)),
  );
  const sightings = sightingsOf(subject, part, path);
  const free = ({ location }: Sighting): boolean =>
    location.kind === "found" && factsOf(location.alternatives).values === undefined;
  return !pinned && (sightings.length === 0 || sightings.some(free));
}

function sessionLimit(subject: Subject, part: Part, limit: LimitReading): Finding[] {
  const key = limit.window?.kind === "session" ? "window" : limit.scope === "session" ? "scope" : undefined;
  if (key === undefined || limit.max === undefined || limit.amount === 0 || hasCompanion(subject, part)) return [];
  const message = "a remote caller can open a new session, which starts at 0";
  const help = 'add a limit with `scope: "grant"` over a window of time';
  return [{ severity: "warning", code: "session_limit", path: [...limit.path, key], message, help }];
}

/** Whether some limit counts every call that the part is for, whatever a caller chooses. */
function hasCompanion(subject: Subject, part: Part): boolean {
  if (part.limits.some(bindsEverybody)) return true;
  if (part.path[0] !== "tools" && part.kind !== "all") return false;
  const shared = subject.parts.filter(({ kind }) => kind === "all");
  if (shared.some(({ limits }) => limits.some(bindsEverybody))) return true;
  const tools = part.tools ?? [];
  return (
    tools.length > 0 && tools.every((tool) => subject.partsFor(tool).some(({ limits }) => limits.some(bindsEverybody)))
  );
}

function bindsEverybody(limit: LimitReading): boolean {
  return isForEverybody(limit) && limit.window?.kind !== "in_flight";
}

function isForEverybody({ max, by, scope, window, amount, shadow }: LimitReading): boolean {
  const owned = by.some(({ root }) => root === "args") || scope === "session";
  return max !== undefined && !shadow && !owned && window?.kind !== "session" && amount !== 0;
}
