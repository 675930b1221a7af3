import { isExact } from "../json-type.js";
import { fault, type Operator } from "./expression.js";
import { numberOf } from "./operand.js";

/** Of exact numbers to an exact number, at every step: what a double cannot hold is no result. */
const folded =
  (start: number, fold: (a: number, b: number) => number): Operator =>
  (values) =>
    values.reduce((sum: number, value) => exact(fold(sum, numberOf(value))), start);

const ofTwo =
  (compute: (a: number, b: number) => number): Operator =>
  ([a, b]) =>
    exact(compute(numberOf(a), numberOf(b)));

export const plus: Operator = folded(0, (a, b) => a + b);
export const times: Operator = folded(1, (a, b) => a * b);
export const dividedBy: Operator = ofTwo((a, b) => a / b);
export const modulo: Operator = ofTwo((a, b) => a % b);

/** The difference of two numbers, or the negative of one. */
export const minus: Operator = (values) => {
  const [a, b] = values.map(numberOf);
  return b === undefined ? -numberOf(a) : exact(numberOf(a) - b);
};

export const smallest: Operator = (values) => values.map(numberOf).reduce((a, b) => (b < a ? b : a));
export const largest: Operator = (values) => values.map(numberOf).reduce((a, b) => (b > a ? b : a));

function exact(value: number): number {
  return isExact(value) ? value : fault("the result is not an exact number");
}
