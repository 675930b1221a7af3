import { DEFINITION } from "../definition/definition.js";
import type { Wait } from "../enforce/deadlines.js";
import type { ListedTool } from "../evaluate/decision.js";
import { canonicalJson } from "../internal/canonical-json.js";
import type { CopyLimits } from "../internal/json-copy.js";
import type { MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import type { LiveRequest } from "./live.js";
import { copy, isObject, type Params } from "./message.js";
import type { OwnRequests } from "./own-requests.js";
import { MAX_PAGES } from "./results.js";

/** What is kept for one connection: values of definitions, of which text counts one more for each 16 characters. */
const MAX_KEPT = 2_000_000;
const CHARACTERS_OF_ONE = 16;
const SIZE_OF_LISTING = 1_000;
/** How often a list is asked for that is dropped before it has come. */
const MAX_WALKS = 3;

/** What a request says of itself to a server of 2026-07-28, which has no session to remember it. */
const SELF_DESCRIPTIONS = ["protocolVersion", "clientInfo", "clientCapabilities"].map(
  (name) => `io.modelcontextprotocol/${name}`,
);

interface Listing {
  readonly tools: Map<string, { readonly tool: ListedTool; readonly size: number }>;
  /** A whole walk through the pages, that somebody waits for or that has ended well. */
  walk: Promise<void> | undefined;
  /** The tools have changed since: what is in it tells nothing any more. */
  dropped: boolean;
}

/** Names that one walk has met, each with its tool; or with what no tool equals, where it met two. */
type Met = Map<string, object>;

const SEVERAL: object = Object.freeze({});

/** Who asks for a list, as the called is to see it. */
interface Question {
  readonly params: Params;
  readonly extra: unknown;
}

/**
 * Remembers what the server of one connection lists for each grant, for entries that hold calls to the tool's own schema or pin its
 * definition. What was not listed yet is asked for once; on a server that is a question to its own handlers.
 */
export class ListedTools {
  readonly #requests: OwnRequests;
  readonly #caps: CopyLimits;
  readonly #inTime: Wait;
  readonly #listings = new Map<string, Listing>();
  /** The lists that callers have asked for since the tools last changed. */
  #expected = new WeakSet<LiveRequest>();
  #kept = 0;

  constructor(requests: OwnRequests, caps: CopyLimits, inTime: Wait) {
    this.#requests = requests;
    this.#caps = caps;
    this.#inTime = inTime;
  }

  /** A caller asks for a list. */
  expect(request: LiveRequest): void {
    this.#expected.add(request);
  }

  /** A page of a list that a caller asked for. One that was asked for before the tools changed may be of before, and tells nothing. */
  note(request: LiveRequest, grant: string, result: unknown): void {
    if (this.#expected.has(request)) this.#addPage(this.#listing(grant), copy(result, this.#caps), undefined);
  }

  /** The called says that its tools have changed. */
  forget(): void {
    for (const listing of this.#listings.values()) listing.dropped = true;
    this.#listings.clear();
    this.#expected = new WeakSet();
    this.#kept = 0;
  }

  /**
   * The tool as last listed for a grant; `undefined` when the list does not have it. Rejects when the list cannot be had in time, and
   * whoever asks next asks the server anew.
   */
  find(
    grant: string,
    name: string,
    question: Question,
    walks: number = MAX_WALKS,
  ): MaybePromise<ListedTool | undefined> {
    const listing = this.#listing(grant);
    const known = listing.tools.get(name);
    if (known !== undefined) return known.tool;
    if (walks === 0) throw new Error("the tools changed each time while they were listed");
    listing.walk ??= this.#start(listing, question);
    return listing.walk.then(() =>
      listing.dropped ? this.find(grant, name, question, walks - 1) : listing.tools.get(name)?.tool,
    );
  }

  #listing(grant: string): Listing {
    const known = this.#listings.get(grant);
    if (known !== undefined) return known;
    this.#keep(SIZE_OF_LISTING);
    const listing: Listing = { tools: new Map(), walk: undefined, dropped: false };
    this.#listings.set(grant, listing);
    return listing;
  }

  /** One walk for all that wait, ended for all of them at once. */
  #start(listing: Listing, question: Question): Promise<void> {
    const ending = new AbortController();
    return this.#inTime(this.#walk(listing, question, ending.signal)).catch((error: unknown) => {
      ending.abort(error);
      listing.walk = undefined;
      throw error;
    });
  }

  async #walk(listing: Listing, { params, extra }: Question, signal: AbortSignal): Promise<void> {
    const met: Met = new Map();
    const cursors = new Set<string>();
    let asked = selfDescription(params);
    while (cursors.size < MAX_PAGES) {
      const result = copy(await this.#requests.ask("tools/list", asked, extra, signal), this.#caps);
      if (listing.dropped) return;
      this.#addPage(listing, result, met);
      const cursor = own(result as { nextCursor?: unknown }, "nextCursor");
      if (typeof cursor !== "string") return;
      if (cursors.has(cursor)) throw new Error("the server lists its tools in a circle of pages");
      cursors.add(cursor);
      asked = { ...selfDescription(params), cursor };
    }
    throw new Error(`the server lists its tools on more than ${MAX_PAGES} pages`);
  }

  /** @param met a name that one walk meets with two definitions is known with neither. */
  #addPage({ tools }: Listing, result: unknown, met: Met | undefined): void {
    const listed: unknown = isObject(result) ? own(result, "tools") : undefined;
    if (!Array.isArray(listed)) throw new Error("the server answered tools/list without a list of tools");
    for (const tool of listed) {
      const name = isObject(tool) ? own(tool, "name") : undefined;
      if (typeof name !== "string") continue;
      const first = met?.get(name) ?? tool;
      const isClear = first === tool || canonicalJson(first) === canonicalJson(tool);
      met?.set(name, isClear ? tool : SEVERAL);
      const definition = isClear ? definitionOf(tool as Params) : {};
      const size = sizeOf(definition);
      this.#keep(size - (tools.get(name)?.size ?? 0));
      tools.set(name, { tool: definition, size });
    }
  }

  /** @throws where there is no room: then everything is forgotten, and asked for when it is needed. */
  #keep(size: number): void {
    this.#kept += size;
    if (this.#kept <= MAX_KEPT) return;
    this.forget();
    throw new Error("the definitions of the listed tools are too large to be kept");
  }
}

/** What defines a tool, and no more: the rest may be large. */
function definitionOf(tool: Params): ListedTool {
  return Object.fromEntries(DEFINITION.filter((key) => Object.hasOwn(tool, key)).map((key) => [key, tool[key]]));
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return 1 + Math.floor(value.length / CHARACTERS_OF_ONE);
  if (value === null || typeof value !== "object") return 1;
  return Object.entries(value).reduce((size, [key, member]) => size + sizeOf(key) + sizeOf(member), 1);
}

function selfDescription(params: Params): object {
  const meta = own(params, "_meta");
  if (!isObject(meta)) return {};
  const said = SELF_DESCRIPTIONS.filter((key) => Object.hasOwn(meta, key)).map((key) => [key, own(meta, key)]);
  return said.length === 0 ? {} : { _meta: Object.fromEntries(said) };
}
