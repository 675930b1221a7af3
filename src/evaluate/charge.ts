import { fromMicro, MAX_AMOUNT, toMicro } from "../internal/micro.js";
import type { Path, PathStep } from "../internal/path.js";
import type { Bound, CallContext, Charge, Refund } from "./decision.js";
import type { Environment } from "./environment.js";
import { isExact } from "./json-type.js";
import type { ChargePlan, LimitPlan } from "./plan.js";
import { FAULT, MISSING, take } from "./walk.js";

/** A charge, or the limit that has no answer and why. */
export type Charged =
  | { readonly ok: true; readonly charge: Charge }
  | { readonly ok: false; readonly limit: LimitPlan; readonly problem: "amount" | "value" | "no_owner" };

export const DEFAULT_GRANT = "default";

const NO_VALUES: readonly never[] = Object.freeze([]);

/** What the call adds to the counter of `plan`: the largest amount, held against the narrowest bounds. */
export function chargeFor(plan: ChargePlan, environment: Environment, context: CallContext): Charged {
  const owner = ownerOf(plan, context);
  let tightest = plan.limits[0] as LimitPlan;
  if (owner === undefined) return { ok: false, limit: tightest, problem: "no_owner" };
  const by = valuesOf(plan.by, environment);
  if (by === undefined) return { ok: false, limit: tightest, problem: "value" };
  let amount = 0;
  let { refund } = tightest;
  let latest: LimitPlan | undefined;
  for (const limit of plan.limits) {
    const own = amountOf(limit, environment);
    if (own === undefined) return { ok: false, limit, problem: "amount" };
    if (own > amount) amount = own;
    if (limit.max !== undefined && (tightest.max === undefined || limit.max < tightest.max)) tightest = limit;
    if (limit.min !== undefined && (latest?.min === undefined || limit.min > latest.min)) latest = limit;
    refund = stricter(refund, limit.refund);
  }
  const charge: Charge = {
    rule: tightest.rule,
    pointer: tightest.pointer,
    counter: plan.counter,
    scope: plan.scope,
    owner,
    window: plan.window,
    by,
    amount,
    max: tightest.max,
    message: tightest.message,
    min: latest === undefined ? undefined : boundOf(latest),
    refund,
  };
  return { ok: true, charge: Object.freeze(charge) };
}

/** Charges of one counter that turned out to be kept by the same values, as one. */
export function addCharge(charges: Charge[], added: Charge): void {
  const index = charges.findIndex(({ counter, by }) => counter === added.counter && sameValues(by, added.by));
  if (index === -1) charges.push(added);
  else charges[index] = together(charges[index] as Charge, added);
}

function together(one: Charge, other: Charge): Charge {
  const tighter = other.max !== undefined && (one.max === undefined || other.max < one.max) ? other : one;
  const later = other.min !== undefined && (one.min === undefined || other.min.value > one.min.value) ? other : one;
  const amount = Math.max(one.amount, other.amount);
  return Object.freeze({ ...tighter, amount, min: later.min, refund: stricter(one.refund, other.refund) });
}

function sameValues(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

const LENIENCE: readonly Refund[] = ["not_executed", "rejected", "error"];

function stricter(one: Refund, other: Refund): Refund {
  return LENIENCE.indexOf(other) < LENIENCE.indexOf(one) ? other : one;
}

function boundOf({ rule, pointer, min = 0, early }: LimitPlan): Bound {
  return Object.freeze({ rule, pointer, value: min, message: early });
}

/** The values that the counter is kept by; `undefined` where one is missing, or is none that can tell counters apart. */
function valuesOf(paths: readonly Path[], environment: Environment): Charge["by"] | undefined {
  if (paths.length === 0) return NO_VALUES;
  const values: (string | number | boolean)[] = [];
  for (const { root, steps } of paths) {
    const value = steps.reduce(take, environment.root(root));
    if (typeof value === "string" || typeof value === "boolean") values.push(value);
    else if (typeof value === "number" && isExact(value)) values.push(value);
    else return undefined;
  }
  return Object.freeze(values);
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
