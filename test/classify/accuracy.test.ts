import { classifyTool } from "callgate";
import { describe, expect, test } from "vitest";
import {
  byName,
  inFull,
  inventedTools,
  type LabelledTool,
  publishedTools,
  VOUCHING,
  vouchedFor,
  vouchedForFirst,
} from "./labelled.ts";
import { leaveOneServerOut, measure, rank, type Score } from "./measure.ts";

const all = [...publishedTools, ...inventedTools];
const servers = (tools: readonly LabelledTool[]): number => new Set(tools.map(({ server }) => server)).size;

/** The least agreement and the most under-rating, as shares of 1. */
function holds(score: Score, least: { agreement: number; label: number; underRating: number }): void {
  expect({
    agreement: score.agreement >= least.agreement,
    label: score.label >= least.label,
    underRating: score.underRating <= least.underRating,
  }).toEqual({ agreement: true, label: true, underRating: true });
}

describe("the labelled tools", () => {
  test("486 are published by 26 servers, 363 invented for 34", () => {
    expect([publishedTools.length, servers(publishedTools), inventedTools.length, servers(inventedTools)]).toEqual([
      486, 26, 363, 34,
    ]);
  });
});

describe("agreement with people", () => {
  test("published tools by name and description: 95 % with either label, 90 % with the first, 1 % under-rated", () => {
    holds(measure(publishedTools, inFull), { agreement: 0.95, label: 0.9, underRating: 0.01 });
  });

  test("each server without the words that only it bears out: 93 %, 88 %, 1.5 %", () => {
    const score = measure(publishedTools, inFull, leaveOneServerOut(all));
    holds(score, { agreement: 0.93, label: 0.88, underRating: 0.015 });
  });

  test("by name alone: 93 %, 88 %, 1.5 %", () => {
    holds(measure(publishedTools, byName), { agreement: 0.93, label: 0.88, underRating: 0.015 });
  });

  test("invented tools: 93 %, 88 %, 1.5 %", () => {
    holds(measure(inventedTools, inFull), { agreement: 0.93, label: 0.88, underRating: 0.015 });
  });

  test("leaving words out lowers the score: what is left out was in use", () => {
    const strict = measure(publishedTools, inFull, leaveOneServerOut(publishedTools));
    expect(strict.agreement).toBeLessThan(measure(publishedTools, inFull).agreement);
  });
});

describe("a description that vouches for its tool lowers no class below that of the name alone", () => {
  test.each(VOUCHING.map((text) => [text]))("%j", (text) => {
    const lowered = all.filter((tool) => {
      const alone = rank(classifyTool(byName(tool)).category);
      const replaced = rank(classifyTool(vouchedFor(text)(tool)).category);
      const before = text === "" ? alone : rank(classifyTool(vouchedForFirst(text)(tool)).category);
      return replaced < alone || before < alone;
    });
    expect(lowered.map(({ server, tool }) => `${server} ${tool}`)).toEqual([]);
  });

  test("where a name says nothing, an honest description decides: the check above can fail", () => {
    expect(classifyTool({ name: "acr" }).category).toBe("Write");
    expect(classifyTool({ name: "acr", description: "List container registries" }).category).toBe("Read");
  });
});

describe("the words are nobody's in particular", () => {
  test("no server's name is one of them", async () => {
    const { standardLexicon } = await import("../../src/classify/lexicon.ts");
    const lexicon = standardLexicon();
    const known = (word: string): boolean =>
      lexicon.verbs.has(word) ||
      lexicon.lastNouns.has(word) ||
      lexicon.objectRules.some((rule) => rule.objects.has(word) || rule.unless.has(word));
    const names = new Set(publishedTools.map(({ server }) => server));
    expect([...names].filter(known)).toEqual([]);
  });
});
