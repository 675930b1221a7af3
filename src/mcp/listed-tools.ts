import { DEFINITION } from "../definition/definition.js";
import type { ListedTool } from "../evaluate/decision.js";
import type { CopyLimits } from "../internal/json-copy.js";
import type { MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import { copy, isObject, type Params } from "./message.js";
import type { OwnRequests } from "./own-requests.js";

/** How many grants, and how many tools of each, are remembered. Then all are forgotten, and asked for again. */
const MAX_GRANTS = 1_000;
const MAX_TOOLS = 10_000;
const MAX_PAGES = 100;

/** What a request says of itself to a server of 2026-07-28, which has no session to remember it. */
const SELF_DESCRIPTIONS = ["protocolVersion", "clientInfo", "clientCapabilities"].map(
  (name) => `io.modelcontextprotocol/${name}`,
);

interface Listing {
  readonly tools: Map<string, ListedTool>;
  /** A whole walk through the pages, that somebody waits for or that has ended. */
  walk: Promise<void> | undefined;
}

/**
 * Remembers what the server of one connection lists for each grant, for entries that hold calls to the tool's own schema or pin its
 * definition. What was not listed yet is asked for once; on a server that is a question to its own handlers.
 */
export class ListedTools {
  readonly #requests: OwnRequests;
  readonly #caps: CopyLimits;
  readonly #listings = new Map<string, Listing>();

  constructor(requests: OwnRequests, caps: CopyLimits) {
    this.#requests = requests;
    this.#caps = caps;
  }

  /** A page of a list that the caller asked for. The last definition of a name counts. */
  note(grant: string, result: unknown): void {
    addPage(this.#listing(grant).tools, copy(result, this.#caps));
  }

  /** The called says that its tools have changed. */
  forget(): void {
    this.#listings.clear();
  }

  /** The tool as listed for a grant. Rejects when the list cannot be had; `undefined` when the tool is not in it. */
  find(grant: string, name: string, params: Params, extra: unknown): MaybePromise<ListedTool | undefined> {
    const listing = this.#listing(grant);
    const known = listing.tools.get(name);
    if (known !== undefined) return known;
    listing.walk ??= this.#walk(listing, params, extra).catch((error: unknown) => {
      listing.walk = undefined;
      throw error;
    });
    return listing.walk.then(() => listing.tools.get(name));
  }

  #listing(grant: string): Listing {
    const known = this.#listings.get(grant);
    if (known !== undefined) return known;
    if (this.#listings.size >= MAX_GRANTS) this.#listings.clear();
    const listing: Listing = { tools: new Map(), walk: undefined };
    this.#listings.set(grant, listing);
    return listing;
  }

  async #walk(listing: Listing, params: Params, extra: unknown): Promise<void> {
    let cursor: unknown;
    for (let page = 0; page < MAX_PAGES; page++) {
      const asked = { ...selfDescription(params), ...(cursor === undefined ? {} : { cursor }) };
      const result = copy(await this.#requests.ask("tools/list", asked, extra), this.#caps);
      addPage(listing.tools, result);
      cursor = isObject(result) ? own(result, "nextCursor") : undefined;
      if (typeof cursor !== "string") return;
    }
    throw new Error(`the server lists its tools on more than ${MAX_PAGES} pages`);
  }
}

function addPage(tools: Map<string, ListedTool>, result: unknown): void {
  const listed: unknown = isObject(result) ? own(result, "tools") : undefined;
  if (!Array.isArray(listed)) return;
  for (const tool of listed) {
    const name = isObject(tool) ? own(tool, "name") : undefined;
    if (typeof name !== "string") continue;
    if (tools.size >= MAX_TOOLS) tools.clear();
    tools.set(name, definitionOf(tool as Params));
  }
}

/** What defines a tool, and no more: the rest may be large. */
function definitionOf(tool: Params): ListedTool {
  return Object.fromEntries(DEFINITION.filter((key) => Object.hasOwn(tool, key)).map((key) => [key, tool[key]]));
}

function selfDescription(params: Params): object {
  const meta = own(params, "_meta");
  if (!isObject(meta)) return {};
  const said = SELF_DESCRIPTIONS.filter((key) => Object.hasOwn(meta, key)).map((key) => [key, own(meta, key)]);
  return said.length === 0 ? {} : { _meta: Object.fromEntries(said) };
}
