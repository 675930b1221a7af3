import type { Engine } from "../enforce/engine.js";
import { attempt, chain, type MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import { errorAnswer } from "./answer.js";
import type { Connection } from "./connection.js";
import type { GuardHost } from "./host.js";
import {
  type FilteredList,
  filterOthers,
  filterTools,
  isOtherList,
  isToolList,
  type NamedTool,
  type SeenTools,
} from "./listing.js";
import type { LiveRequest } from "./live.js";
import { copy, INTERNAL_ERROR, type Params } from "./message.js";
import type { PoisonedText } from "./poisoned-text.js";
import type { ShadowedTools } from "./shadowed-tools.js";
import type { TaskOwners } from "./tasks.js";
import { WantedInResults } from "./wanted.js";

/** The most pages that one walk through `tools/list` may have. */
export const MAX_PAGES = 1_000;

/** What comes back to the caller of one connection, with what the caller may not see taken out. */
export class Results {
  readonly #engine: Engine;
  readonly #connection: Connection;
  readonly #tasks: TaskOwners;
  readonly #poisoned: PoisonedText;
  readonly #shadowed: ShadowedTools;
  readonly #wanted: WantedInResults;
  /** Tools that were listed with two definitions: not listed, so not callable. */
  readonly #ambiguous = new Set<string>();
  /** What the pages of the walk so far have named. */
  readonly #seen: SeenTools = new Map();
  #pages = 0;

  constructor({ engine, tasks, poisoned, shadowed }: GuardHost, connection: Connection) {
    this.#engine = engine;
    this.#connection = connection;
    this.#tasks = tasks;
    this.#poisoned = poisoned;
    this.#shadowed = shadowed;
    this.#wanted = new WantedInResults(engine, connection);
  }

  isAmbiguous(name: string): boolean {
    return this.#ambiguous.has(name);
  }

  /** The called says that its tools have changed: what was listed before tells nothing any more. */
  listChanged(): void {
    this.#ambiguous.clear();
    this.#seen.clear();
  }

  /** Counts the pages of a walk, which starts where no cursor is given. */
  isOneTooMany(params: Params): boolean {
    if (own(params, "cursor") === undefined) {
      this.#pages = 0;
      this.#seen.clear();
    }
    return ++this.#pages > MAX_PAGES;
  }

  /** The answer to hand to the caller. Lists are filtered by their shape, whatever they answer. */
  filter(live: LiveRequest, message: object, result: unknown): MaybePromise<object> {
    if (result === undefined) return message;
    return chain(this.#tasks.note(live, result), () =>
      chain(this.#wanted.forbidden(live, result), (denied) => denied ?? this.#visible(live, message, result)),
    );
  }

  /** One result can list several things: each list in it is filtered. */
  #visible(live: LiveRequest, message: object, result: unknown): MaybePromise<object> {
    return chain(live.method === "tasks/list" ? this.#tasks.ownOnly(live.asking, result) : result, (visible) => {
      if (live.method === "tools/list" || isToolList(visible)) return this.#toolsOf(live, visible);
      if (isOtherList(visible)) return this.#othersOf(live, visible);
      return visible === result ? message : answerOf(live, visible);
    });
  }

  #toolsOf(live: LiveRequest, result: unknown): MaybePromise<object> {
    return chain(this.#engine.lists(live.asking), (lists) => {
      // Only a list that was asked for says how tools are defined; any other has hidden tools taken out, no more.
      const seen = live.method === "tools/list" ? this.#seen : undefined;
      const listed = (tool: NamedTool): boolean => lists.tool(tool.name, tool) && !this.isAmbiguous(tool.name);
      // What throws here is a list that defends itself against being read.
      const filtered = attempt<FilteredList | undefined>(
        () => filterTools(copy(result, this.#engine.caps), listed, seen),
        () => undefined,
      ) as FilteredList | undefined;
      if (filtered === undefined) return this.#unreadable(live, "tools");
      this.#tell(filtered);
      if (seen !== undefined) this.#shadowed.look(this.#connection, filtered.tools);
      const tools = this.#poisoned.handOn(this.#connection, filtered.tools);
      const handedOn = { ...filtered.result, tools };
      return isOtherList(handedOn) ? this.#othersOf(live, handedOn) : answerOf(live, handedOn);
    });
  }

  #othersOf(live: LiveRequest, result: unknown): MaybePromise<object> {
    return chain(this.#engine.lists(live.asking), (lists) => {
      const filtered = attempt<ReturnType<typeof filterOthers> | undefined>(
        () => filterOthers(copy(result, this.#engine.caps), lists),
        () => undefined,
      ) as ReturnType<typeof filterOthers> | undefined;
      if (filtered === undefined) return this.#unreadable(live, "resources or prompts");
      const { removed } = filtered;
      if (removed.length > 0) this.#connection.notice("names_removed", "names were taken out of a list", removed);
      return answerOf(live, filtered.result);
    });
  }

  #unreadable(live: LiveRequest, what: string): object {
    this.#connection.notice("unfilterable_list", `a list of ${what} could not be read, and was not handed on`);
    return errorAnswer(live.id, INTERNAL_ERROR, `the list of ${what} cannot be read`);
  }

  #tell({ removed, ambiguous }: FilteredList): void {
    for (const name of ambiguous) this.#ambiguous.add(name);
    if (removed.length > 0) this.#connection.notice("tools_removed", "tools were taken out of a list", removed);
    if (ambiguous.length > 0) {
      this.#connection.notice("ambiguous_tool", "tools are listed with several definitions", ambiguous);
    }
  }
}

function answerOf(live: LiveRequest, result: unknown): object {
  return { jsonrpc: "2.0", id: live.id, result };
}
