import { isExact } from "../json-type.js";
import { fault } from "./expression.js";

/** The operand, which must be of the type that is named. Nothing is made into another type. */
export function booleanOf(value: unknown): boolean {
  return typeof value === "boolean" ? value : fault("an operand is not true or false");
}

export function numberOf(value: unknown): number {
  return typeof value === "number" && isExact(value) ? value : fault("an operand is not an exact number");
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : fault("an operand is not a string");
}

export function listFrom(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : fault("an operand is not a list");
}
