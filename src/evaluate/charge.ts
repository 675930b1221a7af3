import { fromMicro, MAX_AMOUNT, toMicro } from "../internal/micro.js";
import type { PathStep } from "../internal/path.js";
import type { CallContext, Charge } from "./decision.js";
import type { Environment } from "./environment.js";
import type { ChargePlan, LimitPlan } from "./plan.js";
import { FAULT, MISSING, take } from "./walk.js";

/** A charge, or the limit that has no answer and why. */
export type Charged =
  | { readonly ok: true; readonly charge: Charge }
  | { readonly ok: false; readonly limit: LimitPlan; readonly problem: "amount" | "no_owner" };

export const DEFAULT_GRANT = "default";

/** What the call adds to the counter of `plan`: the largest amount, held against the smallest `max`. */
export function chargeFor(plan: ChargePlan, environment: Environment, context: CallContext): Charged {
  const owner = ownerOf(plan, context);
  let tightest = plan.limits[0] as LimitPlan;
  if (owner === undefined) return { ok: false, limit: tightest, problem: "no_owner" };
  let amount = 0;
  for (const limit of plan.limits) {
    const own = amountOf(limit, environment);
    if (own === undefined) return { ok: false, limit, problem: "amount" };
    if (own > amount) amount = own;
    if (limit.max !== undefined && (tightest.max === undefined || limit.max < tightest.max)) tightest = limit;
  }
  const charge: Charge = {
    rule: tightest.rule,
    pointer: tightest.pointer,
    counter: plan.counter,
    scope: plan.scope,
    owner,
    windowMs: plan.windowMs,
    amount,
    max: tightest.max,
    message: tightest.message,
  };
  return { ok: true, charge: Object.freeze(charge) };
}

function ownerOf(plan: ChargePlan, context: CallContext): string | undefined {
  switch (plan.scope) {
    case "grant":
      return nameOf(context.grant ?? DEFAULT_GRANT);
    case "session":
      return nameOf(context.session);
    case "global":
      return "";
    default:
      return plan.scope satisfies never;
  }
}

function nameOf(owner: unknown): string | undefined {
  return typeof owner === "string" && owner !== "" ? owner : undefined;
}

/** The amount in units; `undefined` when it is missing or not one that can be counted exactly. */
function amountOf({ from, increment }: LimitPlan, environment: Environment): number | undefined {
  if (from === undefined) return increment;
  const micro = sumAt(environment.root(from.root), from.steps, 0);
  if (micro === MISSING) return increment;
  if (micro === FAULT || micro > MAX_AMOUNT * 1_000_000) return undefined;
  const amount = fromMicro(micro);
  // A large sum with many decimals may have no number of its own.
  return toMicro(amount) === micro ? amount : undefined;
}

/** The sum of the amounts that the path leads to, in millionths. */
function sumAt(value: unknown, steps: readonly PathStep[], from: number): number | typeof MISSING | typeof FAULT {
  let current = value;
  for (let index = from; index < steps.length; index++) {
    const step = steps[index] as PathStep;
    current = take(current, step);
    if (current === MISSING || current === FAULT) return current;
    if (step.kind === "each") return sumOfEach(current as readonly unknown[], steps, index + 1);
  }
  return (typeof current === "number" ? toMicro(current) : undefined) ?? FAULT;
}

function sumOfEach(elements: readonly unknown[], steps: readonly PathStep[], from: number): number | typeof FAULT {
  let sum = 0;
  for (const element of elements) {
    const amount = sumAt(element, steps, from);
    if (amount === MISSING || amount === FAULT) return FAULT;
    sum += amount;
    if (sum > MAX_AMOUNT * 1_000_000) return FAULT;
  }
  return sum;
}
