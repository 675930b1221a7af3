import type { Lists } from "../enforce/admission.js";
import type { ListedKind } from "../evaluate/reach.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { own } from "../internal/own.js";
import { isObject } from "./message.js";

/** The tools that one walk through the pages of a list has named so far, by name. */
export type SeenTools = Map<string, unknown>;

/** The lists of MCP beside that of tools: the member of the result, what it names, and by which member. */
export const OTHER_LISTS: readonly {
  readonly member: string;
  readonly kind: ListedKind;
  readonly key: string;
}[] = [
  { member: "resources", kind: "resource", key: "uri" },
  { member: "resourceTemplates", kind: "resource", key: "uriTemplate" },
  { member: "prompts", kind: "prompt", key: "name" },
];

/** Whether a result lists resources or prompts, whatever it answers. */
export function isOtherList(result: unknown): boolean {
  return OTHER_LISTS.some(({ member, key }) => {
    const listed = isObject(result) ? own(result, member) : undefined;
    return Array.isArray(listed) && listed.some((item) => isObject(item) && typeof own(item, key) === "string");
  });
}

/** A result with what may not be seen taken out of its lists of resources and prompts; itself where that is nothing. */
export function filterOthers(
  result: unknown,
  lists: Lists,
): { readonly result: unknown; readonly removed: readonly string[] } {
  const removed: string[] = [];
  let filtered = result;
  for (const { member, kind, key } of OTHER_LISTS) {
    const listed: unknown = isObject(filtered) ? own(filtered, member) : undefined;
    if (!isObject(filtered) || !Array.isArray(listed)) continue;
    const stays = (item: unknown): boolean => {
      const name = isObject(item) ? own(item, key) : undefined;
      if (typeof name !== "string" || lists.names(kind, name)) return true;
      removed.push(name);
      return false;
    };
    const left = listed.filter(stays);
    if (left.length < listed.length) filtered = { ...filtered, [member]: left, ...sharedWithNobody(filtered) };
  }
  return { result: filtered, removed };
}

/** A list that depends on who asks may not be shared. */
function sharedWithNobody(result: object): object | undefined {
  return Object.hasOwn(result, "cacheScope") ? { cacheScope: "private" } : undefined;
}

/** A list of tools with what may not be seen taken out, and what was taken out why. */
export interface FilteredList {
  /** The result, whose list is to be the `tools` below. */
  readonly result: object;
  readonly tools: readonly NamedTool[];
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
export function filterTools(
  result: unknown,
  lists: (tool: NamedTool) => boolean,
  seen: SeenTools | undefined,
): FilteredList | undefined {
  const listed: unknown = isObject(result) ? own(result, "tools") : undefined;
  if (!isObject(result) || !Array.isArray(listed)) return undefined;
  const named = listed.filter(isNamed);
  const ambiguous = seen === undefined ? NONE : findAmbiguous(named, seen);
  const stays = (tool: NamedTool): boolean => !ambiguous.has(tool.name) && lists(tool);
  const tools = named.filter(stays);
  const kept = new Set(tools);
  const removed = kept.size === named.length ? [] : named.filter((tool) => !kept.has(tool)).map(({ name }) => name);
  return { result: { ...result, ...sharedWithNobody(result) }, tools, removed, ambiguous: [...ambiguous] };
}

const NONE: ReadonlySet<string> = new Set();

export interface NamedTool {
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
    else if (ambiguous.has(tool.name)) continue;
    else if (canonicalJson(known) !== canonicalJson(tool)) ambiguous.add(tool.name);
  }
  return ambiguous;
}
