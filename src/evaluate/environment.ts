import type { Path } from "../internal/path.js";
import { DEFAULT_GRANT } from "./charge.js";
import type { Call, CallContext } from "./decision.js";
import { jsonType } from "./json-type.js";
import { MAX_LOGIC_STEPS } from "./logic/expression.js";
import type { Verdict } from "./verdict.js";
import { FAULT, MISSING } from "./walk.js";
import type { Work } from "./work.js";

const NO_VALUES: { readonly [name: string]: unknown } = Object.freeze(Object.create(null));
const DAY_MS = 86_400_000;

/** Everything the conditions of one call can see, and the notes of its evaluation. */
export class Environment {
  readonly args: { readonly [name: string]: unknown };
  readonly #tool: string;
  readonly #known: CallContext;
  /** How much work matching the regular expressions of the call is. */
  work: Work = "light";
  /** What expressions and logic said already, by their text: what stands there often is judged once. */
  readonly matched: Map<string, Verdict> = new Map();
  /** How many steps of JSON Logic the call may still take. */
  logicSteps: number = MAX_LOGIC_STEPS;
  /** The condition that decided the rule evaluated last; -1 where its conditions decided together. */
  decidedBy = -1;

  constructor(call: Call, known: CallContext) {
    this.args = call.arguments ?? NO_VALUES;
    this.#tool = call.name;
    this.#known = known;
  }

  /** The value that the steps of a path start from. */
  root(root: Path["root"]): unknown {
    const { grant, labels, session, server, facts, now } = this.#known;
    switch (root) {
      case "args":
        return this.args;
      case "tool":
        return this.#tool;
      case "grant":
        return { id: grant ?? DEFAULT_GRANT, labels: labels === undefined ? NO_VALUES : labels };
      case "session":
        return session === undefined ? NO_VALUES : { id: session };
      case "server":
        return server === undefined ? MISSING : server;
      case "time":
        return typeof now === "number" && Number.isFinite(now) ? timeOf(now) : FAULT;
      case "context":
        if (facts === undefined) return NO_VALUES;
        return jsonType(facts) === "object" ? facts : FAULT;
      default:
        return root satisfies never;
    }
  }
}

/** The time of day and the day, in UTC: `weekday` is 1 for Monday to 7 for Sunday, as in ISO 8601. */
function timeOf(now: number): { readonly [name: string]: unknown } {
  const sinceMidnight = ((now % DAY_MS) + DAY_MS) % DAY_MS;
  // The first of January 1970 was a Thursday.
  const weekday = ((((Math.floor(now / DAY_MS) + 3) % 7) + 7) % 7) + 1;
  return {
    hour: Math.floor(sinceMidnight / 3_600_000),
    minute: Math.floor(sinceMidnight / 60_000) % 60,
    weekday,
    date: new Date(now).toISOString().slice(0, 10),
  };
}
