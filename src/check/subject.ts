import { compileGlob, isGlob } from "../internal/glob.js";
import { nearest } from "../internal/nearest.js";
import type { Policy, ToolRules } from "../policy/document.js";
import { isRecord } from "../policy/structure.js";
import type { Offer, OfferedTool } from "./offer.js";
import { type Part, readPart } from "./part.js";
import { Work } from "./work.js";

/** What is looked at, at most: letters held against patterns, parts of schemas, letters compared for a suggestion. */
const BOUNDS = { matching: 5_000_000, schemas: 300_000, suggestions: 4_000_000 } as const;

/** A policy and the tools that it is held against. */
export interface Subject {
  readonly policy: Policy;
  readonly offer: Offer;
  readonly parts: readonly Part[];
  /** How much may still be read of schemas. */
  readonly work: Work;
  /** Every part that applies to a tool. */
  partsFor(tool: OfferedTool): readonly Part[];
  /** The tools that a name or pattern matches; `undefined` where that was not looked at. */
  matching(pattern: string): readonly OfferedTool[] | undefined;
  isHidden(tool: OfferedTool): boolean;
  /** What the word was most likely meant to be, as advice. */
  suggest(word: string, candidates: readonly string[], write?: (name: string) => string): string | undefined;
}

export function readSubject(policy: Policy, offer: Offer): Subject {
  const matching = matcher(offer);
  const parts = readParts(policy, offer, matching);
  const byTool = new Map<OfferedTool, Part[]>(offer.tools.map((tool) => [tool, []]));
  for (const part of parts.filter(({ kind }) => kind !== "all")) {
    for (const tool of part.tools ?? []) byTool.get(tool)?.push(part);
  }
  const forAll = parts.filter(({ kind }) => kind === "all");
  const hidden = new Set((policy.hide ?? []).flatMap((pattern) => matching(pattern) ?? []));
  const letters = new Work(BOUNDS.suggestions);
  return {
    policy,
    offer,
    parts,
    work: new Work(BOUNDS.schemas),
    partsFor: (tool) => [...(byTool.get(tool) ?? []), ...forAll],
    matching,
    isHidden: (tool) => hidden.has(tool),
    suggest: (word, candidates, write = (name) => name) => {
      if (!letters.spend(candidates.length * Math.min(word.length, 64) ** 2)) return undefined;
      const near = nearest(word, candidates);
      return near === undefined ? undefined : `did you mean \`${write(near)}\`?`;
    },
  };
}

function readParts(policy: Policy, offer: Offer, matching: Subject["matching"]): readonly Part[] {
  const entries = (base: readonly string[], rules: { readonly [name: string]: ToolRules } | undefined): Part[] =>
    Object.entries(rules ?? {}).map(([name, entry]) =>
      readPart(
        isGlob(name) ? "pattern" : "name",
        [...base, name],
        entry,
        base[0] === "tools" ? matching(name) : undefined,
      ),
    );
  return [
    ...(isRecord(policy.all_tools) ? [readPart("all", ["all_tools"], policy.all_tools, offer.tools)] : []),
    ...entries(["tools"], policy.tools),
    ...entries(["resources", "entries"], policy.resources?.entries),
    ...entries(["prompts", "entries"], policy.prompts?.entries),
  ];
}

function matcher({ tools, complete }: Offer): Subject["matching"] {
  const named = new Map(tools.map((tool) => [tool.name, tool]));
  const known = new Map<string, readonly OfferedTool[] | undefined>();
  const work = new Work(BOUNDS.matching);
  const letters = tools.reduce((sum, { name }) => sum + name.length, tools.length);
  const match = (pattern: string): readonly OfferedTool[] | undefined => {
    if (!work.spend(letters)) return undefined;
    const glob = compileGlob(pattern);
    return tools.filter(({ name }) => glob.test(name));
  };
  return (pattern) => {
    if (!isGlob(pattern)) {
      const tool = named.get(pattern);
      return tool === undefined ? (complete ? [] : undefined) : [tool];
    }
    if (!known.has(pattern)) known.set(pattern, complete ? match(pattern) : undefined);
    return known.get(pattern);
  };
}
