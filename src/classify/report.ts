import { CATEGORIES } from "./category.js";
import type { ToolEvidence } from "./evidence.js";
import type { ArgumentGuard, GuardKind } from "./guards.js";
import { code, tableRow } from "./markdown.js";
import type { PolicyRecommendation, ToolRecommendation } from "./recommendation.js";

type Parts = Pick<PolicyRecommendation, "policy" | "tools" | "omitted">;

const GUARD_TITLES: Readonly<Record<GuardKind, string>> = {
  schema: "Hold calls to the tool's own input schema",
  path: "Keep paths inside directories (`/srv/data` is an example)",
  host: "Keep addresses to known hosts (`api.example.com` is an example)",
  spend: "Cap what is spent in a day (100 is an example)",
};

const TABLE_HEAD: readonly string[] = ["| tool | class | severity | rule | why |", "| --- | --- | --- | --- | --- |"];

/** A paragraph, or the lines of a list, a table or code. */
type Block = string | readonly string[];

const GUARD_KINDS = Object.keys(GUARD_TITLES) as readonly GuardKind[];

/** How many tools of which class, and what becomes of them, in one line. */
export function formatSummary({ tools, omitted }: Parts): string {
  const counts = CATEGORIES.flatMap((category) => {
    const ofClass = tools.filter((tool) => tool.category === category);
    const [first] = ofClass;
    return first === undefined ? [] : [`${ofClass.length} ${category} (${outcomeOf(first)})`];
  });
  if (omitted.length > 0) counts.push(`${omitted.length} left out (denied)`);
  const total = tools.length + omitted.length;
  return `${total} ${total === 1 ? "tool" : "tools"}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`;
}

/** The recommendation as Markdown. Everything that comes from the server stands in code, where it can mark up nothing. */
export function formatMarkdown(parts: Parts): string {
  const { policy, tools, omitted } = parts;
  const blocks: Block[] = ["## Recommended policy", `${formatSummary(parts)}. Everything else is denied.`];
  if (tools.length > 0) blocks.push([...TABLE_HEAD, ...tools.map(row)]);
  if (omitted.length > 0)
    blocks.push(
      "### Left out",
      omitted.map(({ name, reason }) => `- ${code(name)}: ${reason}`),
    );
  blocks.push(...guardBlocks(tools));
  blocks.push("### The policy", ["```json", JSON.stringify(policy, null, 2), "```"]);
  return `${blocks.map((block) => [block].flat().join("\n")).join("\n\n")}\n`;
}

function row(tool: ToolRecommendation): string {
  const { name, category, severity, reason, evidence } = tool;
  const rests = evidence.slice(0, 3).map(citation).join(", ");
  return tableRow([code(name), category, severity, outcomeOf(tool), `${reason}: ${rests}`]);
}

function citation({ pointer, text }: ToolEvidence): string {
  return text === "" ? code(pointer) : `${code(text)} at ${code(pointer)}`;
}

function outcomeOf({ rule }: Pick<ToolRecommendation, "rule">): string {
  if (rule === "hidden") return "hidden";
  if (rule.action === "require_approval") return "asks for approval";
  if (rule.deny_if !== undefined) return "denied";
  const max = rule.limits?.[0]?.max;
  return max === undefined ? "allowed" : `${max} a minute`;
}

function guardBlocks(tools: readonly ToolRecommendation[]): readonly Block[] {
  const offered = tools.flatMap(({ name, guards }) => guards.map((guard) => ({ name, guard })));
  if (offered.length === 0) return [];
  const sections = GUARD_KINDS.flatMap((kind): Block[] => {
    const lines = offered.filter(({ guard }) => guard.kind === kind).map(({ name, guard }) => guardLine(name, guard));
    return lines.length === 0 ? [] : [`**${GUARD_TITLES[kind]}**`, lines];
  });
  return ["### Guards one could add", ...sections];
}

function guardLine(name: string, guard: ArgumentGuard): string {
  return `- ${code(name)}: ${code(JSON.stringify(guard.rules), Number.POSITIVE_INFINITY)}`;
}
