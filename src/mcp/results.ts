import type { Engine } from "../enforce/engine.js";
import { attempt, chain, type MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import { errorAnswer } from "./answer.js";
import type { Connection } from "./connection.js";
import { type FilteredList, filterTools, isToolList } from "./listing.js";
import type { LiveRequest } from "./live.js";
import { INTERNAL_ERROR, type Params } from "./message.js";
import type { TaskOwners } from "./tasks.js";

/** The most pages that one walk through `tools/list` may have. */
export const MAX_PAGES = 1_000;

type Answer = Record<string, unknown>;

/** What comes back to the caller of one connection, with what the caller may not see taken out. */
export class Results {
  readonly #engine: Engine;
  readonly #connection: Connection;
  readonly #tasks: TaskOwners;
  /** Tools that were listed with two definitions: not listed, so not callable. */
  readonly #ambiguous = new Set<string>();
  #pages = 0;

  constructor(engine: Engine, connection: Connection, tasks: TaskOwners) {
    this.#engine = engine;
    this.#connection = connection;
    this.#tasks = tasks;
  }

  isAmbiguous(name: string): boolean {
    return this.#ambiguous.has(name);
  }

  /** The called says that its tools have changed: what was listed before tells nothing any more. */
  listChanged(): void {
    this.#ambiguous.clear();
  }

  /** Counts the pages of a walk, which starts where no cursor is given. */
  isOneTooMany(params: Params): boolean {
    this.#pages = own(params, "cursor") === undefined ? 1 : this.#pages + 1;
    return this.#pages > MAX_PAGES;
  }

  /** The answer to hand to the caller. A list is filtered by its shape, whatever it answers. */
  filter(live: LiveRequest, message: Answer): MaybePromise<object> {
    return chain(this.#tasks.note(live, message.result), () => {
      if (message.error !== undefined) return message;
      if (live.method === "tasks/list") return this.#tasksOf(live, message);
      return live.method === "tools/list" || isToolList(message.result) ? this.#toolsOf(live, message) : message;
    });
  }

  #toolsOf(live: LiveRequest, message: Answer): MaybePromise<object> {
    return chain(this.#engine.lists(live.asking), (lists) => {
      // What throws here is a list that defends itself against being read.
      const filtered = attempt<FilteredList | undefined>(
        () => filterTools(message.result, lists),
        () => undefined,
      ) as FilteredList | undefined;
      if (filtered === undefined) {
        this.#connection.notice("unfilterable_list", "a list of tools could not be read, and was not handed on");
        return errorAnswer(live.id, INTERNAL_ERROR, "the list of tools cannot be read");
      }
      this.#tell(filtered);
      return { ...message, result: filtered.result };
    });
  }

  #tell({ removed, ambiguous }: FilteredList): void {
    for (const name of ambiguous) this.#ambiguous.add(name);
    if (removed.length > 0) this.#connection.notice("tools_removed", "tools were taken out of a list", removed);
    if (ambiguous.length > 0) {
      this.#connection.notice("ambiguous_tool", "tools are listed with several definitions", ambiguous);
    }
  }

  #tasksOf(live: LiveRequest, message: Answer): MaybePromise<object> {
    return chain(this.#tasks.ownOnly(live.asking, message.result), (result) =>
      result === message.result ? message : { ...message, result },
    );
  }
}
