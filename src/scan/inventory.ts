import { copyJson } from "../internal/json-copy.js";
import { own } from "../internal/own.js";
import { quote } from "../internal/quote.js";
import type { ListName, Source } from "./source.js";

/** The most pages of one list, and the most things in it, that a scan reads; and how large one of them may be. */
const MAX_PAGES = 100;
const MAX_ITEMS = 10_000;
const ITEM_LIMITS = { depth: 128, values: 100_000 } as const;

const METHOD_NOT_FOUND = -32601;

/** A thing that a server lists, as plain JSON. Untrusted. */
export type Item = { readonly [member: string]: unknown };

/** What a server lists, each as far as it could be read. */
export interface Inventory {
  readonly items: { readonly [list in ListName]: readonly Item[] };
  readonly problems: readonly ScanProblem[];
}

/** A list that could not be read to its end. */
export interface ScanProblem {
  readonly list: ListName;
  /** Why. Where the server answered, its words stand in it quoted. */
  readonly message: string;
}

/** Asks for all pages of all lists. A server that does not know a list has none. */
export async function takeInventory(source: Source): Promise<Inventory> {
  const problems: ScanProblem[] = [];
  const read = async (list: ListName): Promise<readonly Item[]> => {
    const items: Item[] = [];
    const message = await walk(source, list, items).catch(reasonOf);
    if (message !== undefined) problems.push({ list, message });
    return items;
  };
  const items = {
    tools: await read("tools"),
    prompts: await read("prompts"),
    resources: await read("resources"),
    resourceTemplates: await read("resourceTemplates"),
  };
  return { items, problems };
}

/** Reads a list to its end; or says why it stopped before. */
async function walk(source: Source, list: ListName, items: Item[]): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await source.page(list, cursor).catch((error: unknown) => noSuchList(error, source, list));
    if (result === undefined) return undefined;
    const listed = isItem(result) ? own(result, list) : undefined;
    if (!isItem(result) || !Array.isArray(listed)) return "the answer is no list";
    const unread = addItems(listed, items);
    if (unread !== undefined) return unread;
    const next = own(result, "nextCursor");
    if (typeof next !== "string") return undefined;
    cursor = next;
  }
  return `it has more than ${MAX_PAGES} pages`;
}

function addItems(listed: readonly unknown[], items: Item[]): string | undefined {
  for (const item of listed) {
    if (items.length === MAX_ITEMS) return `it has more than ${MAX_ITEMS} entries`;
    const copied = copyJson(item, { ...ITEM_LIMITS, undefinedKeys: "drop", prototype: Object.prototype });
    if (!isItem(copied)) return "an entry is no object";
    items.push(copied);
  }
  return undefined;
}

/** Nothing, where asking failed because the server has no such list; otherwise throws the failure. */
function noSuchList(error: unknown, source: Source, list: ListName): undefined {
  const code: unknown = error !== null && typeof error === "object" ? Reflect.get(error, "code") : undefined;
  if (code === METHOD_NOT_FOUND || !source.announces(list)) return undefined;
  throw error;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? quote(error.message) : "a failure without an error";
}

function isItem(value: unknown): value is Item {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
