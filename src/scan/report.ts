import { code, tableRow } from "../classify/markdown.js";
import type { ScanChange } from "./changes.js";
import type { GradeReason } from "./grade.js";
import type { ScannedTool, ServerScan } from "./scan-result.js";

/** How many names a reason shows. */
const MOST_NAMES = 12;

/** A paragraph, or the lines of a list or a table. */
type Block = string | readonly string[];

/** A scan as Markdown. Everything that comes from the server stands in code, where it can mark up nothing. */
export function formatScan(scan: Omit<ServerScan, "markdown">): string {
  const { server, grade, reasons, tools, changes, recommendation } = scan;
  const title = `${code(server.name === "" ? "a server without a name" : server.name)} ${code(server.version)}`;
  const blocks: readonly Block[] = [
    `# ${title}: grade ${grade}`,
    summaryOf(scan),
    "## Why",
    reasons.length === 0 ? "Its tools only read, and nothing speaks against it." : reasons.map(reasonLine),
    ...(changes === undefined
      ? []
      : ["## Since the previous scan", changes.length === 0 ? "Nothing changed." : changes.map(changeLine)]),
    ...(tools.length === 0
      ? []
      : [
          "## Tools",
          [
            "| tool | class | severity | risks | fingerprint |",
            "| --- | --- | --- | --- | --- |",
            ...tools.map(toolRow),
          ],
        ]),
  ];
  return `${blocks.map((block) => [block].flat().join("\n")).join("\n\n")}\n\n${recommendation.markdown}`;
}

function summaryOf({ tools, prompts, resources, resourceTemplates }: Omit<ServerScan, "markdown">): string {
  const counts = [
    countOf(tools.length, "tool"),
    countOf(prompts.length, "prompt"),
    countOf(resources.length, "resource"),
    countOf(resourceTemplates.length, "resource template"),
  ];
  return `${counts.join(", ")}.`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function reasonLine({ grade, text, names }: GradeReason): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => code(name));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  return `- **${grade}**: ${text}: ${shown.join(", ")}${more}`;
}

function changeLine({ kind, name, change, differences }: ScanChange): string {
  const what = differences.map((difference) => `\n  - ${code(difference, Number.POSITIVE_INFINITY)}`).join("");
  return `- ${kind} ${code(name)} was ${change}${what}`;
}

function toolRow({ name, category, severity, evidence, fingerprint, hidden }: ScannedTool): string {
  const signals = [...new Set(evidence.flatMap(({ signal }) => signal ?? []))];
  const risks = hidden.length === 0 ? signals : [...signals, "hidden text"];
  return tableRow([code(name), category, severity, risks.join(", "), code(fingerprint ?? "none")]);
}
