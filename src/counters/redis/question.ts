import type { Window } from "../../internal/window.js";
import type { CounterName, StoreCharge } from "../store.js";

/** What the script is asked, with the keys and the grants that go with it. */
export interface Question {
  readonly request: object;
  readonly keys: readonly string[];
  readonly grants: readonly string[];
}

/** A counter to ask about, with as much as the operation needs to know. */
export type Asked = CounterName & Partial<StoreCharge> & { readonly mark?: string };

/** What keys look like. A version of callgate that keeps counters in another way has another number. */
const LAYOUT = 1;

/** Writes questions. All keys have one hash tag, so that they are in one slot of a cluster, whatever is in their names. */
export class Questions {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = `{${prefix}:${LAYOUT}}:`;
  }

  /** About counters; with `release`, an id by which the server knows this question again. */
  about(counters: readonly Asked[], request: object, release?: string): Question {
    const keys = this.#bookkeeping();
    for (const { key, group = key } of counters) {
      keys.push(this.#counter(key), group === key ? this.#counter(key) : this.#group(group));
    }
    if (release !== undefined) keys.push(`${this.#prefix}r:${release}`);
    return {
      request: { ...request, counters: counters.map(counterRequest) },
      keys,
      grants: counters.map(({ grant = "" }) => grant),
    };
  }

  /** About groups, each of which may be a counter too. */
  aboutGroups(groups: readonly string[], request: object): Question {
    const keys = this.#bookkeeping();
    for (const group of groups) keys.push(this.#counter(group), this.#group(group));
    return { request: { ...request, counters: groups.map(() => ({})) }, keys, grants: [] };
  }

  #bookkeeping(): string[] {
    return [`${this.#prefix}ends`, `${this.#prefix}shares`];
  }

  #counter(key: string): string {
    return `${this.#prefix}c:${key}`;
  }

  #group(group: string): string {
    return `${this.#prefix}g:${group}`;
  }
}

function counterRequest({ window, amount, max, min, mark }: Asked): object {
  return { ...windowRequest(window), amount, max, min, mark };
}

function windowRequest(window: Window): {
  readonly kind: Window["kind"];
  readonly ms?: number;
  readonly offset?: number;
} {
  switch (window.kind) {
    case "fixed":
      return { kind: "fixed", ms: window.ms, offset: window.offsetMs };
    case "month":
      return { kind: "month" };
    case "sliding":
      return { kind: "sliding", ms: window.ms };
    case "session":
      return { kind: "session", ms: window.idleMs };
    case "in_flight":
      return { kind: "in_flight", ms: window.leaseMs };
    default:
      return window satisfies never;
  }
}
