import { type Path, parsePath } from "../internal/path.js";
import type { ConditionDocument, ToolRules } from "../policy/document.js";
import { isRecord } from "../policy/structure.js";
import type { Segments } from "./finding.js";
import { type LimitReading, readLimits } from "./limit.js";
import type { OfferedTool } from "./offer.js";

export type RuleList = (typeof RULE_LISTS)[number];

const RULE_LISTS = ["require", "deny_if", "require_approval_if"] as const;

export interface ConditionReading {
  readonly path: Segments;
  readonly at: Path;
  readonly condition: ConditionDocument;
}

/** A rule that is made of conditions. */
export interface RuleReading {
  readonly list: RuleList;
  readonly path: Segments;
  readonly conditions: readonly ConditionReading[];
}

/** An entry of the policy, or `all_tools`. */
export interface Part {
  readonly kind: "all" | "name" | "pattern";
  /** Where it stands: `["tools", name]`, `["all_tools"]`, `["resources", "entries", name]`. */
  readonly path: Segments;
  readonly document: ToolRules;
  readonly rules: readonly RuleReading[];
  readonly limits: readonly LimitReading[];
  /** It holds the arguments to something that is not made of conditions: an expression, or a schema. */
  readonly opaque: boolean;
  /** The offered tools it applies to; `undefined` where that cannot be told, as of resources and prompts. */
  readonly tools: readonly OfferedTool[] | undefined;
}

export function readPart(
  kind: Part["kind"],
  path: Segments,
  document: ToolRules,
  tools: readonly OfferedTool[] | undefined,
): Part {
  const lists = RULE_LISTS.map((list) => [list, document[list] ?? []] as const);
  return {
    kind,
    path,
    document,
    rules: lists.flatMap(([list, rules]) =>
      rules.flatMap((rule, index) =>
        Array.isArray(rule.conditions)
          ? [
              {
                list,
                path: [...path, list, index],
                conditions: readConditions(rule.conditions, [...path, list, index]),
              },
            ]
          : [],
      ),
    ),
    limits: readLimits(document, path),
    opaque:
      lists.some(([, rules]) => rules.some((rule) => !Array.isArray(rule.conditions))) ||
      (isRecord(document) && document.args !== undefined),
    tools,
  };
}

function readConditions(conditions: readonly ConditionDocument[], rule: Segments): readonly ConditionReading[] {
  return conditions.flatMap((condition, index) => {
    const parsed = parsePath(condition.path);
    return parsed.ok ? [{ path: [...rule, "conditions", index], at: parsed.path, condition }] : [];
  });
}

/** The same text for paths that lead to the same place, however they are written. */
export function pathKey({ root, steps }: Path): string {
  return JSON.stringify([
    root,
    ...steps.map((step) => (step.kind === "key" ? step.key : step.kind === "index" ? step.index : null)),
  ]);
}
