import type { ToolCategory, ToolClassification, ToolDefinition } from "callgate";
import { CATEGORIES } from "../../src/classify/category.ts";
import { classifyWith } from "../../src/classify/classify.ts";
import { buildLexicon, standardLexicon } from "../../src/classify/lexicon.ts";
import { inFull, type LabelledTool, type Presentation } from "./labelled.ts";

export interface Miss {
  readonly tool: LabelledTool;
  readonly found: ToolClassification;
  readonly under: boolean;
}

/** How far a classifier and the labels agree; shares are of 1. */
export interface Score {
  readonly tools: number;
  /** The label or its second choice. */
  readonly agreement: number;
  readonly label: number;
  /** Lower than the label and its second choice. */
  readonly underRating: number;
  /** By label, then by what was found. */
  readonly confusion: Readonly<Record<ToolCategory, Readonly<Record<ToolCategory, number>>>>;
  readonly misses: readonly Miss[];
}

type Classify = (tool: ToolDefinition, server: string) => ToolClassification;

const byStandard: Classify = (tool) => classifyWith(tool, standardLexicon());

export function rank(category: ToolCategory): number {
  return CATEGORIES.indexOf(category);
}

export function measure(tools: readonly LabelledTool[], present: Presentation, classify: Classify = byStandard): Score {
  const zeros = (): Record<ToolCategory, number> => ({ Read: 0, Write: 0, Execute: 0, Destructive: 0, Financial: 0 });
  const confusion = { Read: zeros(), Write: zeros(), Execute: zeros(), Destructive: zeros(), Financial: zeros() };
  const misses: Miss[] = [];
  for (const tool of tools) {
    const found = classify(present(tool), tool.server);
    confusion[tool.category][found.category]++;
    if (found.category === tool.category || found.category === tool.also) continue;
    const lowest = Math.min(rank(tool.category), rank(tool.also ?? tool.category));
    misses.push({ tool, found, under: rank(found.category) < lowest });
  }
  const share = (count: number): number => count / tools.length;
  return {
    tools: tools.length,
    agreement: 1 - share(misses.length),
    label: share(CATEGORIES.reduce((sum, category) => sum + confusion[category][category], 0)),
    underRating: share(misses.filter((miss) => miss.under).length),
    confusion,
    misses,
  };
}

/** Words that every interface may have: they are nobody's in particular. */
const CORE: ReadonlySet<string> = new Set(
  `get list read find search fetch show describe check validate query count compare analyze discover suggest export download
  create add update edit modify set put insert write save upload copy move rename mark send post push pull publish manage
  run execute start stop restart apply deploy build generate invoke trigger click fill select navigate open close cancel
  delete remove destroy drop purge clear reset revoke pay buy charge refund transfer order invoice payment`.split(
    /\s+/,
  ),
);

/**
 * Leave-one-server-out: a server is judged without the words that no other server's tools bear out, so that what was
 * learnt from it alone cannot help it. `witnesses` are the tools of all servers, itself among them.
 */
export function leaveOneServerOut(witnesses: readonly LabelledTool[]): Classify {
  const users = new Map<string, Set<string>>();
  for (const tool of witnesses) {
    for (const word of wordsThatDecide(tool)) users.set(word, (users.get(word) ?? new Set()).add(tool.server));
  }
  const onlyIn = (word: string, server: string): boolean => {
    const servers = users.get(word);
    return servers?.size === 1 && servers.has(server) && !CORE.has(word);
  };
  const lexicons = new Map(
    [...new Set(witnesses.map(({ server }) => server))].map((server) => [
      server,
      buildLexicon((word) => !onlyIn(word, server)),
    ]),
  );
  return (tool, server) => classifyWith(tool, lexicons.get(server) ?? standardLexicon());
}

/** The words that a judgement rests on, in every reason that speaks for a class. */
export function wordsThatDecide(tool: LabelledTool): readonly string[] {
  return byStandard(inFull(tool), tool.server)
    .evidence.filter(({ category }) => category !== undefined)
    .flatMap(({ text, meaning }) => [...text.split(" "), /made from `(\w+)`/.exec(meaning)?.[1] ?? ""]);
}
