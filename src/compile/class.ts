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
 * Finds what applies to a name: in one look-up where it stands in the document, and otherwise by trying each pattern.
 * An entry that stands there by name has the patterns that match it put together with it beforehand.
 */
export function compileClass<Part>(source: ClassSource<Part>): ClassPlan {
  const { parts, forAll, combine, listsAll, notListed } = source;
  const patterns = parts.filter(([name]) => isGlob(name)).map(([name, part]) => [compileGlob(name), part] as const);
  const matching = (name: string): readonly Part[] =>
    patterns.filter(([glob]) => glob.test(name)).map(([, part]) => part);
  const exact = new Map<string, Entry>();
  for (const [name, part] of parts) {
    if (!isGlob(name)) exact.set(name, combine([part, ...matching(name), forAll]));
  }
  return {
    hiddenBy: compileHidden(source.hide),
    isNamed: (name) => exact.has(name),
    entryFor: patterns.length === 0 ? (name) => exact.get(name) : byPattern(exact, matching, forAll, combine),
    unlisted: listsAll ? combine([forAll]) : undefined,
    notListed,
  };
}

function byPattern<Part>(
  exact: ReadonlyMap<string, Entry>,
  matching: (name: string) => readonly Part[],
  forAll: Part,
  combine: ClassSource<Part>["combine"],
): ClassPlan["entryFor"] {
  const remembered = new Map<string, Entry | undefined>();
  return (name) => {
    const known = exact.get(name) ?? remembered.get(name);
    if (known !== undefined || remembered.has(name)) return known;
    const parts = matching(name);
    const entry = parts.length === 0 ? undefined : combine([...parts, forAll]);
    if (remembered.size === REMEMBERED) remembered.clear();
    remembered.set(name, entry);
    return entry;
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
  return (name) => exact.get(name) ?? patterns.find(([glob]) => glob.test(name))?.[1];
}
