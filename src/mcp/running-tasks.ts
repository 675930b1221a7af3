import type { Settle } from "../enforce/admission.js";
import { own } from "../internal/own.js";
import type { LiveRequest } from "./live.js";
import { isObject } from "./message.js";

/** The most tasks that are watched. More than these keep what they hold in flight until its lease ends. */
const MAX_TASKS = 10_000;

const ENDED: ReadonlySet<unknown> = new Set(["completed", "failed", "cancelled"]);

/** What of a task its messages say. */
interface TaskState {
  readonly id: string;
  readonly ended: boolean;
}

/**
 * Watches the tasks that calls went on as, so that what such a call holds in flight is held until the task ends.
 * Every message that says it still works holds it for one more lease. Lives with the gate: a stateless host ends the
 * connection with the request that made the task.
 */
export class RunningTasks {
  readonly #settles = new Map<string, Settle>();

  /** Ends the call of a request, which was answered; one that goes on as a task is watched. */
  answered(server: string, { settle }: LiveRequest, result: unknown): void {
    const created = isObject(result) ? stateOf(own(result, "task")) : undefined;
    if (created === undefined || created.ended) {
      settle?.(failed(result) ? "tool_error" : "ok");
      return;
    }
    settle?.("task");
    if (settle !== undefined && this.#settles.size < MAX_TASKS) this.#settles.set(keyOf(server, created.id), settle);
  }

  /** Looks at what a message says of a task: the result of `tasks/get` and its like, or a notification. */
  heard(server: string, said: unknown): void {
    const state = this.#settles.size === 0 ? undefined : stateOf(said);
    if (state === undefined) return;
    if (state.ended) this.ended(server, state.id);
    else this.#settles.get(keyOf(server, state.id))?.("task");
  }

  /** The task is over. */
  ended(server: string, id: string): void {
    const key = keyOf(server, id);
    this.#settles.get(key)?.("ok");
    this.#settles.delete(key);
  }
}

function failed(result: unknown): boolean {
  return isObject(result) && own(result, "isError") === true;
}

function stateOf(task: unknown): TaskState | undefined {
  const id = isObject(task) ? own(task, "taskId") : undefined;
  return isObject(task) && typeof id === "string" ? { id, ended: ENDED.has(own(task, "status")) } : undefined;
}

function keyOf(server: string, id: string): string {
  return `${server.length}:${server}${id}`;
}
