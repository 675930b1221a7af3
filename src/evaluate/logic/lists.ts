import type { Environment } from "../environment.js";
import { type Expression, fault, type Operator, spend } from "./expression.js";
import { booleanOf, listFrom } from "./operand.js";

/** An operator on a list and on what `inner` gives for each element, which is all that `var` reads in there. */
type ListOperator = (list: Expression, inner: Expression) => Expression;

/** `map`: what `inner` gives for each element. */
export const mapped: ListOperator = (list, inner) => (data, environment) =>
  elementsOf(list, data, environment).map((element) => inner(element, environment));

/** `filter`: the elements for which `inner` is true. */
export const filtered: ListOperator = (list, inner) => (data, environment) =>
  elementsOf(list, data, environment).filter((element) => booleanOf(inner(element, environment)));

/** `some`: up to the first element for which it is true. */
export const some: ListOperator = (list, inner) => (data, environment) =>
  elementsOf(list, data, environment).some((element) => booleanOf(inner(element, environment)));

/** `none`: up to the first element for which it is true. */
export const none: ListOperator = (list, inner) => (data, environment) =>
  !elementsOf(list, data, environment).some((element) => booleanOf(inner(element, environment)));

/** `all`: up to the first element for which it is false. As in JSON Logic, it is false of an empty list. */
export const every: ListOperator = (list, inner) => (data, environment) => {
  const elements = elementsOf(list, data, environment);
  return elements.length > 0 && elements.every((element) => booleanOf(inner(element, environment)));
};

/** `reduce`: `inner` of each element as `current` and what it gave before as `accumulator`, which starts as `initial`. */
export function reduced(list: Expression, inner: Expression, initial: Expression): Expression {
  return (data, environment) => {
    const elements = elementsOf(list, data, environment);
    let accumulator = initial(data, environment);
    for (const current of elements) accumulator = inner({ current, accumulator }, environment);
    return accumulator;
  };
}

/** `merge`: one list of all elements; what is no list is an element itself. */
export const merged: Operator = (values, environment) => {
  const list: unknown[] = [];
  for (const value of values) {
    if (!Array.isArray(value)) list.push(value);
    else {
      spend(environment, value.length);
      for (const element of value) list.push(element);
    }
  }
  return list;
};

function elementsOf(list: Expression, data: unknown, environment: Environment): readonly unknown[] {
  spend(environment, 2);
  const elements = listFrom(list(data, environment));
  spend(environment, elements.length);
  // Array methods pass over holes; JSON has none.
  return elements.includes(undefined) ? fault("a list has an element that is not JSON") : elements;
}
