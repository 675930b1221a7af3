import type { ToolDefinition } from "../definition/tool.js";
import { OptionsError } from "../errors.js";
import { isGlob } from "../internal/glob.js";
import { nameFault } from "../internal/name.js";
import type { PolicyDocument, ToolRules } from "../policy/document.js";
import { isAbove, type ToolCategory } from "./category.js";
import { classifyTool, type ToolClassification } from "./classify.js";
import { argumentGuards } from "./guards.js";
import type { OmittedTool, PolicyRecommendation, ToolRecommendation } from "./recommendation.js";
import { formatMarkdown, formatSummary } from "./report.js";
import { ownValue } from "./tool.js";

export interface RecommendOptions {
  /**
   * Whether somebody can be asked: destructive and financial tools then require approval, where otherwise the first
   * are hidden and the second denied. Default false.
   */
  readonly approvals?: boolean;
}

/** The most tools of one policy, and the most bytes of their entries: a policy may have 1 MiB as text. */
const MAX_TOOLS = 10_000;
const MAX_ENTRY_BYTES = 1_000_000;

/** What one entry takes at the most beside its tool's name, which it holds once or twice. */
const ENTRY_BYTES = 120;

const APPROVAL = "Requires human approval.";

/**
 * A policy for the tools of a server, after the documented recommendations: Read is allowed, Write is limited to 30
 * calls a minute, Execute to 10, Destructive is hidden, Financial denied with "Requires human approval."; with
 * `approvals`, the last two ask for one. Everything else is denied. A starting point for a person to review: it rests
 * on `classifyTool`.
 *
 * @throws OptionsError when `tools` is not an array.
 */
export function recommendPolicy(
  tools: readonly ToolDefinition[],
  options: RecommendOptions = {},
): PolicyRecommendation {
  if (!Array.isArray(tools)) throw new OptionsError("`tools` must be an array of tools");
  const { judged, omitted } = judge(tools);
  const rules = options.approvals === true ? WITH_APPROVALS : DOCUMENTED;
  const recommended = judged.map(({ tool, name, classification }) => ({
    name,
    ...classification,
    rule: rules[classification.category](name),
    reason: reasonOf(classification),
    guards: argumentGuards(tool, name),
  }));
  const policy = toPolicy(recommended);
  const parts = { policy, tools: recommended, omitted };
  return { ...parts, summary: formatSummary(parts), markdown: formatMarkdown(parts) };
}

type RuleOf = (name: string) => ToolRules | "hidden";

const DOCUMENTED: Readonly<Record<ToolCategory, RuleOf>> = {
  Read: () => ({}),
  Write: (name) => rateLimited(name, 30),
  Execute: (name) => rateLimited(name, 10),
  Destructive: () => "hidden",
  Financial: () => ({ deny_if: [{ conditions: [], on_deny: APPROVAL }] }),
};

const WITH_APPROVALS: Readonly<Record<ToolCategory, RuleOf>> = {
  ...DOCUMENTED,
  Destructive: () => ({ action: "require_approval", reason: APPROVAL }),
  Financial: () => ({ action: "require_approval", reason: APPROVAL }),
};

function rateLimited(name: string, max: number): ToolRules {
  return { limits: [{ counter: `${name}_rate`, window: "minute", max, scope: "grant" }] };
}

interface Judged {
  readonly tool: unknown;
  readonly name: string;
  readonly classification: ToolClassification;
}

function judge(tools: readonly ToolDefinition[]): { judged: readonly Judged[]; omitted: readonly OmittedTool[] } {
  const judged = new Map<string, Judged>();
  const omitted: OmittedTool[] = [];
  let size = 0;
  for (const tool of tools) {
    const name = ownValue(tool, "name");
    const fault = unfit(name);
    if (fault !== undefined || typeof name !== "string") {
      omitted.push({ name: typeof name === "string" ? name : "", reason: fault ?? "the name must be a string" });
      continue;
    }
    const known = judged.get(name);
    const needed = known === undefined ? entryBytes(name) : 0;
    if (size + needed > MAX_ENTRY_BYTES || (known === undefined && judged.size === MAX_TOOLS)) {
      omitted.push({ name, reason: "the policy would be too large" });
      continue;
    }
    size += needed;
    const classification = classifyTool(tool);
    // Two tools of one name: the entry holds for both, so the higher class counts.
    if (known === undefined || isAbove(classification.category, known.classification.category)) {
      judged.set(name, { tool, name, classification });
    }
  }
  return { judged: [...judged.values()], omitted };
}

function entryBytes(name: string): number {
  return 2 * new TextEncoder().encode(JSON.stringify(name)).length + ENTRY_BYTES;
}

function unfit(name: unknown): string | undefined {
  const fault = nameFault(name);
  if (fault !== undefined) return `the name ${fault}`;
  return typeof name === "string" && isGlob(name) ? "the name would be a pattern in a policy" : undefined;
}

function toPolicy(tools: readonly ToolRecommendation[]): PolicyDocument {
  const hide = tools.filter(({ rule }) => rule === "hidden").map(({ name }) => name);
  const entries: Record<string, ToolRules> = Object.create(null);
  for (const { name, rule } of tools) if (rule !== "hidden") entries[name] = rule;
  return {
    version: "1",
    default: "deny",
    ...(hide.length === 0 ? {} : { hide }),
    ...(Object.keys(entries).length === 0 ? {} : { tools: entries }),
  };
}

const EFFECTS: Readonly<Record<ToolCategory, string>> = {
  Read: "retrieves data without changing anything",
  Write: "creates or changes data; a loop could make hundreds of changes a minute",
  Execute: "starts something whose effect depends on the arguments",
  Destructive: "permanently removes data, resources or access",
  Financial: "moves money, or changes what is owed",
};

function reasonOf({ category, confidence, evidence }: ToolClassification): string {
  const [first] = evidence;
  const doubt = confidence === "low" ? "; little speaks for it, so look at it yourself" : "";
  const because = first === undefined ? "" : ` (${first.meaning})`;
  return `${EFFECTS[category]}${because}${doubt}`;
}
