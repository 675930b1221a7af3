import { isExact, jsonType } from "./json-type.js";
import { ERROR, FALSE, TRUE, type Verdict } from "./verdict.js";

/** How deep a value may nest to be compared, and how many values it may hold. More is an error. */
const MAX_DEPTH = 128;
const MAX_VALUES = 1_000_000;

/**
 * Whether two JSON values are equal: numbers by value, objects by their own keys in any order.
 * A value that holds an inexact number, or something that is not JSON, anywhere, cannot be compared.
 */
export function jsonEquals(value: unknown, operand: unknown): Verdict {
  if (!isComparable(value)) return ERROR;
  return deepEquals(value, operand) ? TRUE : FALSE;
}

/** Whether a value can be compared at all: JSON, exact throughout, and not too large to be looked at as a whole. */
export function isComparable(value: unknown): boolean {
  if (typeof value === "number") return isExact(value);
  return value === null || typeof value !== "object"
    ? jsonType(value) !== undefined
    : new Inspection().passes(value, 0);
}

/** Looks at every value once; of something that refers to itself, or to one thing many times over, not for ever. */
class Inspection {
  #left = MAX_VALUES;

  passes(value: unknown, depth: number): boolean {
    if (--this.#left < 0) return false;
    if (typeof value === "number") return isExact(value);
    const type = jsonType(value);
    if (type === undefined || depth > MAX_DEPTH) return false;
    if (type !== "array" && type !== "object") return true;
    const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value as object);
    for (const member of members) if (!this.passes(member, depth + 1)) return false;
    return true;
  }
}

function deepEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => deepEquals(item, b[i]))
    );
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEquals(Reflect.get(a, key), Reflect.get(b, key)));
}
