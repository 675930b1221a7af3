import type { Lists } from "../enforce/admission.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { own } from "../internal/own.js";
import { isObject } from "./message.js";

/** The tools that one walk through the pages of a list has named so far, by name. */
export type SeenTools = Map<string, unknown>;

/** A list of tools with what may not be seen taken out, and what was taken out why. */
export interface FilteredList {
  readonly result: object;
  readonly removed: readonly string[];
  /** Listed more than once with different definitions: nobody can tell which one a call would mean. */
  readonly ambiguous: readonly string[];
}

/** Whether a result is a list of tools, whatever it answers. */
export function isToolList(result: unknown): result is Record<string, unknown> {
  const tools = isObject(result) ? own(result, "tools") : undefined;
  return Array.isArray(tools) && tools.some(isNamed);
}

/**
 * Takes out of a list of tools what `lists` does not list; everything else stays as it is, but for `cacheScope`: a
 * list that depends on who asks may not be shared. `undefined` when the result has no list that can be filtered.
 *
 * @param seen what earlier pages named; what this one names is added. Without it, definitions are not compared.
 */
export function filterTools(result: unknown, lists: Lists, seen: SeenTools | undefined): FilteredList | undefined {
  const listed: unknown = isObject(result) ? own(result, "tools") : undefined;
  if (!isObject(result) || !Array.isArray(listed)) return undefined;
  const named = listed.filter(isNamed);
  const ambiguous = seen === undefined ? NONE : findAmbiguous(named, seen);
  const stays = ({ name }: NamedTool): boolean => lists(name) && !ambiguous.has(name);
  const tools = named.filter(stays);
  const removed = tools.length === named.length ? [] : named.filter((tool) => !stays(tool)).map((tool) => tool.name);
  const shared = Object.hasOwn(result, "cacheScope") ? { cacheScope: "private" } : undefined;
  return { result: { ...result, tools, ...shared }, removed, ambiguous: [...ambiguous] };
}

const NONE: ReadonlySet<string> = new Set();

interface NamedTool {
  readonly name: string;
}

function isNamed(tool: unknown): tool is NamedTool {
  return isObject(tool) && typeof own(tool, "name") === "string";
}

function findAmbiguous(tools: readonly NamedTool[], seen: SeenTools): ReadonlySet<string> {
  const ambiguous = new Set<string>();
  for (const tool of tools) {
    const known = seen.get(tool.name);
    if (known === undefined) seen.set(tool.name, tool);
    else if (canonicalJson(known) !== canonicalJson(tool)) ambiguous.add(tool.name);
  }
  return ambiguous;
}
