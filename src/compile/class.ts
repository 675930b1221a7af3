import type { DenyDecision } from "../evaluate/decision.js";
import type { ClassPlan, Entry } from "../evaluate/plan.js";
import { compileGlob, type Glob, isGlob } from "../internal/glob.js";

/** What a class of names is compiled from: entries by name or pattern, and what holds for all. */
export interface ClassSource<Part> {
  readonly parts: readonly (readonly [name: string, part: Part])[];
  readonly forAll: Part;
  readonly combine: (parts: readonly Part[]) => Entry;
  readonly hide: readonly (readonly [name: string, denied: DenyDecision])[];
  /** The default is to allow. */
  readonly listsAll: boolean;
  readonly notListed: DenyDecision;
}

/** How many names that only patterns match are remembered. Then all are forgotten: names are the caller's to choose. */
const REMEMBERED = 1_000;

/**
 * Finds what applies to a name: in one look-up once it was asked for, and otherwise by putting together its own entry,
 * the patterns that match it and what is for all. What is remembered of names that only patterns match is bounded.
 */
export function compileClass<Part>(source: ClassSource<Part>): ClassPlan {
  const { parts, forAll, combine, listsAll, notListed } = source;
  const patterns = parts.filter(([name]) => isGlob(name)).map(([name, part]) => [compileGlob(name), part] as const);
  const named = new Map(parts.filter(([name]) => !isGlob(name)));
  const matching = (name: string): readonly Part[] =>
    patterns.filter(([glob]) => glob.test(name)).map(([, part]) => part);
  const built = new Map<string, Entry>();
  const matched = remembering((name) => {
    const found = matching(name);
    return found.length === 0 ? undefined : combine([...found, forAll]);
  });
  const entryFor = (name: string): Entry | undefined => {
    const known = built.get(name);
    if (known !== undefined) return known;
    const own = named.get(name);
    if (own === undefined) return patterns.length === 0 ? undefined : matched(name);
    const entry = combine([own, ...matching(name), forAll]);
    built.set(name, entry);
    return entry;
  };
  return {
    hiddenBy: compileHidden(source.hide),
    isNamed: (name) => named.has(name),
    entryFor,
    unlisted: listsAll ? combine([forAll]) : undefined,
    notListed,
  };
}

function compileHidden(hide: ClassSource<never>["hide"]): ClassPlan["hiddenBy"] {
  const exact = new Map<string, DenyDecision>();
  const patterns: (readonly [Glob, DenyDecision])[] = [];
  for (const [name, denied] of hide) {
    if (isGlob(name)) patterns.push([compileGlob(name), denied]);
    else if (!exact.has(name)) exact.set(name, denied);
  }
  if (patterns.length === 0) return (name) => exact.get(name);
  const matched = remembering((name) => patterns.find(([glob]) => glob.test(name))?.[1]);
  return (name) => exact.get(name) ?? matched(name);
}

/** The same answers, those to the last names remembered. */
function remembering<T>(answer: (name: string) => T | undefined): (name: string) => T | undefined {
  const remembered = new Map<string, T | undefined>();
  return (name) => {
    const known = remembered.get(name);
    if (known !== undefined || remembered.has(name)) return known;
    const found = answer(name);
    if (remembered.size === REMEMBERED) remembered.clear();
    remembered.set(name, found);
    return found;
  };
}
