import { fault, type Operator, spend } from "./expression.js";
import { numberOf, textOf } from "./operand.js";

/** `cat`: strings, one after the other. What they hold is read again later, so every few characters are a step. */
export const concatenated: Operator = (values, environment) => {
  let text = "";
  for (const value of values) {
    const part = textOf(value);
    spend(environment, Math.ceil(part.length / 8));
    text += part;
  }
  return text;
};

/** `substr`: from `start`, counted from the end where it is negative; as many characters as `length`, or all but as many. */
export const partOf: Operator = ([source, start, length]) => {
  const text = textOf(source);
  const from = wholeOf(start);
  const rest = text.slice(from < 0 ? Math.max(0, text.length + from) : from);
  if (length === undefined) return rest;
  const count = wholeOf(length);
  return rest.slice(0, count < 0 ? Math.max(0, rest.length + count) : count);
};

function wholeOf(value: unknown): number {
  const number = numberOf(value);
  return Number.isInteger(number) ? number : fault("an operand is not a whole number");
}
