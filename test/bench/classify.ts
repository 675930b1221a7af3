import { stdout } from "node:process";
import { CATEGORIES } from "../../src/classify/category.ts";
import { classifyWith } from "../../src/classify/classify.ts";
import { standardLexicon } from "../../src/classify/lexicon.ts";
import {
  byName,
  inFull,
  inventedTools,
  type LabelledTool,
  publishedTools,
  VOUCHING,
  vouchedFor,
  vouchedForFirst,
} from "../classify/labelled.ts";
import { leaveOneServerOut, measure, type Score } from "../classify/measure.ts";

const [vouching = ""] = VOUCHING;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);
const print = (line: string): void => void stdout.write(`${line}\n`);

function columns(tools: readonly LabelledTool[]): readonly (readonly [string, Score])[] {
  return [
    ["name and description", measure(tools, inFull)],
    [
      "  each server without its own words",
      measure(tools, inFull, leaveOneServerOut([...publishedTools, ...inventedTools])),
    ],
    ["name only", measure(tools, byName)],
    ["hostile description", measure(tools, vouchedFor(vouching))],
    ["hostile text before the description", measure(tools, vouchedForFirst(vouching))],
  ];
}

function printConfusion({ confusion }: Score): void {
  print(`\n  label \\ found${CATEGORIES.map((category) => category.padStart(13)).join("")}`);
  for (const label of CATEGORIES) {
    const counts = CATEGORIES.map((found) => String(confusion[label][found]).padStart(13)).join("");
    print(`  ${label.padEnd(13)}${counts}`);
  }
}

function printMisses({ misses }: Score): void {
  for (const { tool, found, under } of misses) {
    const [first] = found.evidence;
    const also = tool.also === undefined ? "" : ` or ${tool.also}`;
    const because = `${first?.text} at ${first?.pointer}`;
    print(
      `  ${under ? "under" : "over "}  ${tool.server} ${tool.tool}: ${tool.category}${also}, found ${found.category} by ${because}`,
    );
  }
}

function microsecondsATool(tools: readonly LabelledTool[]): number {
  const lexicon = standardLexicon();
  const definitions = tools.map(inFull);
  const rounds = 50;
  for (const definition of definitions) classifyWith(definition, lexicon);
  const start = performance.now();
  for (let round = 0; round < rounds; round++) for (const definition of definitions) classifyWith(definition, lexicon);
  return ((performance.now() - start) * 1_000) / (rounds * definitions.length);
}

/** Prints how far classifyTool agrees with people, and what it costs. With `--misses`, every tool it rates otherwise. */
export function benchClassify(options: readonly string[]): void {
  for (const [title, tools] of [
    ["published tools", publishedTools],
    ["invented tools", inventedTools],
  ] as const) {
    const servers = new Set(tools.map(({ server }) => server)).size;
    print(`\n${title}: ${tools.length} tools of ${servers} servers\n`);
    print(`  ${"".padEnd(38)}label or second   label  under-rated`);
    const measured = columns(tools);
    for (const [name, score] of measured) {
      print(
        `  ${name.padEnd(38)}${percent(score.agreement).padStart(15)}${percent(score.label)}${percent(score.underRating).padStart(13)}`,
      );
    }
    const [full] = measured;
    if (full === undefined) continue;
    printConfusion(full[1]);
    if (options.includes("--misses")) printMisses(full[1]);
  }
  print(`\n${microsecondsATool(publishedTools).toFixed(1)} µs a tool`);
}
