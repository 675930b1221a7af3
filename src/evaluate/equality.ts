import { isExact, jsonType } from "./json-type.js";
import { ERROR, FALSE, TRUE, type Verdict } from "./verdict.js";

/** How deep a value may nest to be compared. Deeper is an error. */
const MAX_DEPTH = 128;

/**
 * Whether two JSON values are equal: numbers by value, objects by their own keys in any order.
 * A value that holds an inexact number, or something that is not JSON, anywhere, cannot be compared.
 */
export function jsonEquals(value: unknown, operand: unknown): Verdict {
  if (!isComparable(value, 0)) return ERROR;
  return deepEquals(value, operand) ? TRUE : FALSE;
}

export function isComparable(value: unknown, depth: number): boolean {
  if (typeof value === "number") return isExact(value);
  const type = jsonType(value);
  if (type === undefined || depth > MAX_DEPTH) return false;
  if (type !== "array" && type !== "object") return true;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value as object);
  for (const member of members) if (!isComparable(member, depth + 1)) return false;
  return true;
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
