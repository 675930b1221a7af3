import type { Condition } from "../condition.js";
import type { Environment } from "../environment.js";
import { ERROR, FALSE, TRUE } from "../verdict.js";

/**
 * A compiled part of JSON Logic: gives a JSON value, or throws where it cannot be judged. `data` is what `var` reads
 * inside an array operator; outside of them the call itself is read.
 */
export type Expression = (data: unknown, environment: Environment) => unknown;

/** An operator that is given the values of all its operands. */
export type Operator = (values: readonly unknown[], environment: Environment) => unknown;

/**
 * The most steps the logic of one call may take together. A step is about what one operand of one operator costs,
 * at most 200 ns, so this bounds a call's logic to 20 ms.
 */
export const MAX_LOGIC_STEPS = 100_000;

/** How many characters are looked at in the time of one step. */
const CHARACTERS_A_STEP = 64;

/** Ends the evaluation: the rule cannot be judged. */
export function fault(message: string): never {
  throw new TypeError(message);
}

/** Takes steps from what the call has left. Called before the work is done. */
export function spend(environment: Environment, steps: number): void {
  environment.logicSteps -= steps;
  if (environment.logicSteps < 0) fault("the logic of one call takes too many steps");
}

export function spendOnText(environment: Environment, characters: number): void {
  spend(environment, Math.ceil(characters / CHARACTERS_A_STEP));
}

export function literal(value: unknown): Expression {
  return () => value;
}

/** The values of all, in a list. */
export function listOf(items: readonly Expression[]): Expression {
  return (data, environment) => valuesOf(items, data, environment);
}

/** An operator on the values of its operands, from left to right. */
export function applied(operator: Operator, operands: readonly Expression[]): Expression {
  return (data, environment) => operator(valuesOf(operands, data, environment), environment);
}

function valuesOf(expressions: readonly Expression[], data: unknown, environment: Environment): unknown[] {
  spend(environment, expressions.length + 1);
  const values: unknown[] = [];
  for (const expression of expressions) values.push(expression(data, environment));
  return values;
}

/** Logic as the condition of a rule: what it gives must be true or false, and whatever it throws is an error. */
export function logicCondition(expression: Expression): Condition {
  return (environment) => {
    try {
      const value = expression(undefined, environment);
      if (typeof value !== "boolean") return ERROR;
      return value ? TRUE : FALSE;
    } catch {
      return ERROR;
    }
  };
}
