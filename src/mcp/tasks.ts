import type { Engine } from "../enforce/engine.js";
import type { Asking } from "../enforce/identify.js";
import { chain, type MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import type { LiveRequest } from "./live.js";
import { isObject } from "./message.js";

/** The most tasks whose owner is remembered. Of more, the oldest are forgotten, and nobody may use them. */
const MAX_TASKS = 10_000;

/**
 * Remembers which grant a task was made for, where the gate tells grants apart on a server: a task is used only by
 * the grant that made it, and a task that nobody is known to have made by nobody. Lives with the gate, because a
 * stateless host ends the connection with the request that made the task.
 */
export class TaskOwners {
  readonly #engine: Engine;
  readonly #owners = new Map<string, string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  mayUse(asking: Asking, taskId: unknown): MaybePromise<boolean> {
    if (!this.#applies(asking) || taskId === undefined) return true;
    if (typeof taskId !== "string") return false;
    const owner = this.#owners.get(taskId);
    if (owner === undefined) return false;
    return chain(this.#engine.grant(asking), (grant) => grant === owner);
  }

  /** Notes the owner of the task that a result announces. */
  note(live: LiveRequest, result: unknown): MaybePromise<void> {
    const task = isObject(result) ? own(result, "task") : undefined;
    const taskId = isObject(task) ? own(task, "taskId") : undefined;
    if (live.method !== "tools/call" || typeof taskId !== "string" || !this.#applies(live.asking)) return;
    return chain(this.#engine.grant(live.asking), (grant) => {
      if (grant === undefined) return;
      this.#owners.set(taskId, grant);
      if (this.#owners.size <= MAX_TASKS) return;
      for (const oldest of this.#owners.keys()) {
        this.#owners.delete(oldest);
        return;
      }
    });
  }

  /** A list of tasks with those of other grants taken out. */
  ownOnly(asking: Asking, result: unknown): MaybePromise<unknown> {
    if (!this.#applies(asking) || !isObject(result)) return result;
    const listed: unknown = own(result, "tasks");
    if (!Array.isArray(listed)) return result;
    return chain(this.#engine.grant(asking), (grant) => ({
      ...result,
      tasks: listed.filter(
        (task) => isObject(task) && grant !== undefined && this.#ownerOf(own(task, "taskId")) === grant,
      ),
    }));
  }

  #ownerOf(taskId: unknown): string | undefined {
    return typeof taskId === "string" ? this.#owners.get(taskId) : undefined;
  }

  #applies(asking: Asking): boolean {
    return asking.caller.side === "server" && this.#engine.tellsGrantsApart;
  }
}
