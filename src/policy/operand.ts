import { compileLinearRegex } from "../internal/linear-regex.js";
import type { Operator } from "./document.js";

/** What is wrong with the operand of an operator: `undefined` when nothing is. */
export interface OperandFault {
  readonly code: "invalid_operand" | "invalid_regex";
  readonly message: string;
}

type OperandCheck = (value: unknown) => OperandFault | undefined;

const fault = (message: string): OperandFault => ({ code: "invalid_operand", message });

const anyValue: OperandCheck = (value) =>
  holdsUnsafeNumber(value) ? fault("numbers must be exact: no integer beyond 9007199254740991") : undefined;

const aNumber: OperandCheck = (value) =>
  typeof value === "number" ? anyValue(value) : fault("operand must be a number");

const aList: OperandCheck = (value) => {
  if (!Array.isArray(value)) return fault("operand must be a list");
  return value.length === 0 ? fault("operand must not be an empty list, which nothing is in") : anyValue(value);
};

const aBoolean: OperandCheck = (value) =>
  typeof value === "boolean" ? undefined : fault("operand must be true or false");

const aRegex: OperandCheck = (value) => {
  if (typeof value !== "string") return fault("operand must be a string");
  const compiled = compileLinearRegex(value);
  return compiled.ok ? undefined : { code: "invalid_regex", message: `not RE2 syntax: ${compiled.message}` };
};

const CHECKS: { readonly [Op in Operator]: OperandCheck } = {
  eq: anyValue,
  neq: anyValue,
  lt: aNumber,
  lte: aNumber,
  gt: aNumber,
  gte: aNumber,
  in: aList,
  not_in: aList,
  exists: aBoolean,
  regex: aRegex,
  contains: anyValue,
};

export function checkOperand(op: Operator, value: unknown): OperandFault | undefined {
  return CHECKS[op](value);
}

function holdsUnsafeNumber(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(holdsUnsafeNumber);
}
