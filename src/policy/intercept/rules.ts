import { checkShape, isRecord } from "../structure.js";
import { EVERY_TOOL, GLOBAL_SCOPE, type InterceptRule } from "./document.js";
import { writeOut } from "./rate-limit.js";
import { interceptShapes } from "./schema.js";

export type PathSegments = readonly (string | number)[];

/** A rule that has its shape, and where it stands. */
export interface PlacedRule {
  /** What its counters are named after: the tool, or `_global` for the rules of every tool. */
  readonly scope: string;
  /** As written. */
  readonly rule: InterceptRule;
  /** With its shorthand written out. */
  readonly full: InterceptRule;
  readonly path: PathSegments;
}

/** Every rule of a document that has the shape of one. */
export function rulesOf(document: { readonly tools?: unknown }): readonly PlacedRule[] {
  const tools = isRecord(document.tools) ? document.tools : {};
  return Object.entries(tools).flatMap(([tool, entry]) => rulesOfEntry(tool, entry));
}

/** The rules under the name of a tool. */
export function rulesOfEntry(tool: string, entry: unknown): readonly PlacedRule[] {
  const rules = isRecord(entry) && Array.isArray(entry.rules) ? entry.rules : [];
  const scope = tool === EVERY_TOOL ? GLOBAL_SCOPE : tool;
  return rules.flatMap((rule: InterceptRule, index): PlacedRule[] => {
    const path = ["tools", tool, "rules", index];
    if (checkShape(interceptShapes().rule, rule, path).length > 0) return [];
    return [{ scope, rule, full: writeOut(rule, scope), path }];
  });
}
