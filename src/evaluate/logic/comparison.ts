import type { Environment } from "../environment.js";
import { isExact, jsonType } from "../json-type.js";
import { fault, type Operator, spend, spendOnText } from "./expression.js";
import { listFrom, numberOf, textOf } from "./operand.js";

/** `==`: values of one scalar type. Of two types there is no answer without coercion. */
export const equal: Operator = ([a, b], environment) => {
  if (jsonType(a) !== jsonType(b)) return fault("values of two types are compared");
  return isSame(a, b, environment);
};

/** `===`: values of two types differ. */
export const strictlyEqual: Operator = ([a, b], environment) => {
  mustBeExact(a);
  mustBeExact(b);
  return jsonType(a) === jsonType(b) && isSame(a, b, environment);
};

export const unequal: Operator = (values, environment) => equal(values, environment) !== true;
export const strictlyUnequal: Operator = (values, environment) => strictlyEqual(values, environment) !== true;

export const greater: Operator = ([a, b], environment) => isLess(b, a, environment);
export const greaterOrEqual: Operator = ([a, b], environment) => !isLess(a, b, environment);

/** `<` of two values, or of three: whether the middle one is between. */
export const less: Operator = (values, environment) => inOrder(values, (a, b) => isLess(a, b, environment));
export const lessOrEqual: Operator = (values, environment) => inOrder(values, (a, b) => !isLess(b, a, environment));

/** `in`: part of a string, or element of a list. As in JSON Logic, nothing is in an empty string. */
export const isIn: Operator = ([needle, place], environment) => {
  if (typeof place === "string") return place !== "" && includesText(place, textOf(needle), environment);
  const list = listFrom(place);
  if (!isScalar(needle)) return fault("a list or an object is looked for");
  mustBeExact(needle);
  return list.some((element) => isElement(element, needle, environment));
};

function isElement(element: unknown, needle: unknown, environment: Environment): boolean {
  spend(environment, 1);
  if (typeof element !== typeof needle || !isScalar(element)) return false;
  return isSame(element, needle, environment);
}

/** Searching takes at worst the product of both lengths. */
function includesText(text: string, part: string, environment: Environment): boolean {
  spendOnText(environment, part.length * Math.max(0, text.length - part.length + 1));
  return text.includes(part);
}

/** Of two values of one type. Lists and objects would be compared by identity, which JSON does not have. */
function isSame(a: unknown, b: unknown, environment: Environment): boolean {
  if (!isScalar(a)) return fault("lists or objects are compared");
  mustBeExact(a);
  mustBeExact(b);
  if (typeof a === "string" && typeof b === "string" && a.length === b.length) spendOnText(environment, a.length);
  return a === b;
}

function inOrder([a, b, ...rest]: readonly unknown[], holds: (a: unknown, b: unknown) => boolean): boolean {
  // The third operand must go with the others also where the first two decide.
  for (const c of rest) mustCompare(b, c);
  return holds(a, b) && rest.every((c) => holds(b, c));
}

/** Numbers by value, strings by their UTF-16 code units. */
function isLess(a: unknown, b: unknown, environment: Environment): boolean {
  mustCompare(a, b);
  if (typeof a !== "string" || typeof b !== "string") return (a as number) < (b as number);
  spendOnText(environment, Math.min(a.length, b.length));
  return a < b;
}

function mustCompare(a: unknown, b: unknown): void {
  if (typeof a === "string" && typeof b === "string") return;
  numberOf(a);
  numberOf(b);
}

function mustBeExact(value: unknown): void {
  if (typeof value === "number" && !isExact(value)) fault("an operand is not an exact number");
}

function isScalar(value: unknown): boolean {
  return value === null || ["boolean", "number", "string"].includes(typeof value);
}
