import { counterGroup, counterKey } from "../counters/key.js";
import type { CounterName, Reading } from "../counters/store.js";
import { OptionsError } from "../errors.js";
import type { Call, Charge, CounterScope } from "../evaluate/decision.js";
import { evaluate } from "../evaluate/evaluate.js";
import type { ChargePlan, Plan } from "../evaluate/plan.js";
import { fromMicro } from "../internal/micro.js";
import { nearest } from "../internal/nearest.js";
import { quote } from "../internal/quote.js";
import { windowText } from "../internal/window.js";
import type { KnownContext } from "./admission.js";
import { isUsableName } from "./options.js";

/** Which counters of a grant are meant. */
export interface UsageOptions {
  /** The session whose counters are meant too. */
  readonly session?: string | undefined;
  /** The server whose counters are meant. Default: the gate's `server`. */
  readonly server?: string | undefined;
}

/** One counter as it stands, in units. */
export interface CounterUsage {
  readonly counter: string;
  readonly scope: CounterScope;
  /** As a policy would write it; with `sliding ` before it where it slides. */
  readonly window: string;
  /** The values that the counter is kept by. */
  readonly by: readonly (string | number | boolean)[];
  readonly value: number;
  /** The least `max` that any limit holds it against; `undefined` where none does. */
  readonly max: number | undefined;
  /** What is left of `max`. */
  readonly left: number | undefined;
  /** When some of it next stops counting, milliseconds since the epoch. */
  readonly resetsAt: number;
}

/** A counter that a policy counts with, and the name a store has for it. */
export interface Counted extends CounterName {
  readonly counter: string;
  readonly scope: CounterScope;
  readonly by: readonly (string | number | boolean)[];
  readonly max: number | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set(["session", "server", "call"]);

/** @throws OptionsError for what names nobody's counters: a misspelt `session` would mean other counters than was meant. */
export function checkUsage(grant: unknown, counter: unknown, options: UsageOptions): void {
  if (!isUsableName(grant)) throw new OptionsError("the grant must be a name of 1 to 256 bytes");
  if (counter !== undefined && typeof counter !== "string") throw new OptionsError("a counter is named by text");
  if (options === null || typeof options !== "object") throw new OptionsError("the options must be an object");
  for (const [name, value] of Object.entries(options)) {
    if (!OPTIONS.has(name)) {
      throw new OptionsError(`unknown option ${quote(name)}: there are ${[...OPTIONS].join(", ")}`);
    }
    if (name !== "call" && value !== undefined && !isUsableName(value)) {
      throw new OptionsError(`\`${name}\` must be a name of 1 to 256 bytes`);
    }
  }
}

/**
 * The counters of a caller: of one call those that it would be charged to, otherwise all that are not kept by argument.
 * Those of a session only where the context has one.
 */
export function countersOf(plan: Plan, context: KnownContext, call: Call | undefined): readonly Counted[] {
  if (call !== undefined) return evaluate(plan, call, context).charges.map((charge) => counted(charge, context));
  return plan.counters().flatMap((charge) => {
    const owner = ownerOf(charge.scope, context);
    if (charge.by.length > 0 || owner === undefined) return [];
    const most = charge.limits.map(({ max }) => max).filter((max) => max !== undefined);
    const max = most.length === 0 ? undefined : Math.min(...most);
    return [counted({ ...charge, by: [], owner, max }, context)];
  });
}

/**
 * The groups of counters of a caller, to be forgotten: one counter, or all but those that everybody shares.
 *
 * @throws OptionsError for a counter that the policy has not.
 */
export function groupsOf(plan: Plan, context: KnownContext, counter: string | undefined): readonly string[] {
  const counters = plan.counters();
  const named = counters.filter((charge) =>
    counter === undefined ? charge.scope !== "global" : charge.counter === counter,
  );
  if (counter !== undefined && named.length === 0) throw unknownCounter(counter, counters);
  const groups = named.flatMap(({ counter, scope, window }) => {
    const owner = ownerOf(scope, context);
    return owner === undefined ? [] : [counterGroup({ server: context.server ?? "", scope, owner, counter, window })];
  });
  return [...new Set(groups)];
}

export function usageOf({ counter, scope, window, by, max }: Counted, { value, resetsAt }: Reading): CounterUsage {
  const left = max === undefined ? undefined : Math.max(0, fromMicro(Math.round(max * 1_000_000) - value));
  return { counter, scope, window: windowText(window), by, value: fromMicro(value), max, left, resetsAt };
}

function counted(
  { counter, scope, owner, window, by, max }: Pick<Charge, "counter" | "scope" | "owner" | "window" | "by" | "max">,
  { server = "" }: KnownContext,
): Counted {
  return { counter, scope, window, by, max, key: counterKey({ server, scope, owner, counter, window }, by) };
}

function ownerOf(scope: CounterScope, { grant, session }: KnownContext): string | undefined {
  switch (scope) {
    case "grant":
      return grant;
    case "session":
      return session;
    case "global":
      return "";
    default:
      return scope satisfies never;
  }
}

function unknownCounter(counter: string, counters: readonly ChargePlan[]): OptionsError {
  const near = nearest(
    counter,
    counters.map((charge) => charge.counter),
  );
  const help = near === undefined ? "" : `, did you mean \`${near}\`?`;
  return new OptionsError(`the policy has no counter ${quote(counter)}${help}`);
}
