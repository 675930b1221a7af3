import { pathFault } from "../internal/absolute-path.js";
import { parseHostPattern } from "../internal/host.js";
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

const someStrings =
  (what: string, isOne: (text: string) => boolean): OperandCheck =>
  (value) => {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    const fine = texts.length > 0 && texts.every((text) => typeof text === "string" && isOne(text));
    return fine ? undefined : fault(`operand must be ${what}, or a list of them`);
  };

const directories = someStrings("an absolute directory in canonical form", (text) => pathFault(text) === undefined);

const hosts = someStrings(
  "a host in lower case, as `example.com`, `*.example.com` or `example.com:8443`",
  (text) => parseHostPattern(text) !== undefined,
);

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
  path_within: directories,
  host_in: hosts,
};

export function checkOperand(op: Operator, value: unknown): OperandFault | undefined {
  return CHECKS[op](value);
}

function holdsUnsafeNumber(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(holdsUnsafeNumber);
}
