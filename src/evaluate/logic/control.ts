import { type Expression, type Operator, spend } from "./expression.js";
import { booleanOf } from "./operand.js";

export const isTrue: Operator = ([value]) => booleanOf(value);
export const isFalse: Operator = ([value]) => !booleanOf(value);

/** `and`: up to the first that is false. */
export function all(operands: readonly Expression[]): Expression {
  return (data, environment) => {
    spend(environment, operands.length + 1);
    return operands.every((operand) => booleanOf(operand(data, environment)));
  };
}

/** `or`: up to the first that is true. */
export function any(operands: readonly Expression[]): Expression {
  return (data, environment) => {
    spend(environment, operands.length + 1);
    return operands.some((operand) => booleanOf(operand(data, environment)));
  };
}

/** `if`: pairs of a condition and a value, and the value otherwise, which is null where there is none. */
export function choice(operands: readonly Expression[]): Expression {
  const pairs = operands.length >> 1;
  const otherwise = operands.length % 2 === 1 ? operands.at(-1) : undefined;
  return (data, environment) => {
    spend(environment, operands.length + 1);
    for (let pair = 0; pair < pairs; pair++) {
      const condition = operands[pair * 2] as Expression;
      const value = operands[pair * 2 + 1] as Expression;
      if (booleanOf(condition(data, environment))) return value(data, environment);
    }
    return otherwise === undefined ? null : otherwise(data, environment);
  };
}
