import type { Lists } from "../enforce/admission.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { isObject } from "./message.js";

/** A list of tools with what may not be seen taken out, and what was taken out why. */
export interface FilteredList {
  readonly result: object;
  readonly removed: readonly string[];
  /** Listed more than once with different definitions: nobody can tell which one a call would mean. */
  readonly ambiguous: readonly string[];
}

/** Whether a result is a list of tools, whatever it answers. */
export function isToolList(result: unknown): result is Record<string, unknown> {
  return isObject(result) && Array.isArray(result.tools) && result.tools.some(isNamed);
}

/**
 * Takes out of a list of tools what `lists` does not list; everything else stays as it is, but for `cacheScope`: a
 * list that depends on who asks may not be shared. `undefined` when the result has no list that can be filtered.
 */
export function filterTools(result: unknown, lists: Lists): FilteredList | undefined {
  if (!isObject(result) || !Array.isArray(result.tools)) return undefined;
  const listed: readonly unknown[] = result.tools;
  const ambiguous = findAmbiguous(listed);
  const removed: string[] = [];
  const tools = listed.filter((tool) => {
    if (!isNamed(tool)) return false;
    const { name } = tool;
    const stays = lists(name) && !ambiguous.includes(name);
    if (!stays) removed.push(name);
    return stays;
  });
  const shared = Object.hasOwn(result, "cacheScope") ? { cacheScope: "private" } : undefined;
  return { result: { ...result, tools, ...shared }, removed, ambiguous };
}

function isNamed(tool: unknown): tool is { readonly name: string } {
  return isObject(tool) && typeof tool.name === "string";
}

function findAmbiguous(tools: readonly unknown[]): string[] {
  const first = new Map<string, unknown>();
  const ambiguous = new Set<string>();
  for (const tool of tools) {
    if (!isNamed(tool)) continue;
    const known = first.get(tool.name);
    if (known === undefined) first.set(tool.name, tool);
    else if (!sameDefinition(known, tool)) ambiguous.add(tool.name);
  }
  return [...ambiguous];
}

function sameDefinition(a: unknown, b: unknown): boolean {
  try {
    return canonicalJson(a) === canonicalJson(b);
  } catch {
    return false;
  }
}
