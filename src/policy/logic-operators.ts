import type { LogicScope } from "../internal/logic-path.js";

/**
 * The operators of JSON Logic as json-logic-js 2 has them, and how many operands each takes: the least, and the most
 * where there is one. `log` is not among them: deciding has no effects.
 */
export const LOGIC_OPERATORS = {
  var: [0, 2],
  missing: [1],
  missing_some: [2, 2],
  if: [1],
  "?:": [1],
  and: [1],
  or: [1],
  "!": [1, 1],
  "!!": [1, 1],
  "==": [2, 2],
  "===": [2, 2],
  "!=": [2, 2],
  "!==": [2, 2],
  ">": [2, 2],
  ">=": [2, 2],
  "<": [2, 3],
  "<=": [2, 3],
  in: [2, 2],
  cat: [1],
  substr: [2, 3],
  "+": [1],
  "-": [1, 2],
  "*": [1],
  "/": [2, 2],
  "%": [2, 2],
  min: [1],
  max: [1],
  map: [2, 2],
  filter: [2, 2],
  reduce: [2, 3],
  all: [2, 2],
  none: [2, 2],
  some: [2, 2],
  merge: [1],
} as const;

export type LogicOperator = keyof typeof LOGIC_OPERATORS;

export function isLogicOperator(name: string): name is LogicOperator {
  return Object.hasOwn(LOGIC_OPERATORS, name);
}

/** The operands under an operator: a list of them, or the only one. */
export function operandsOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/** What `var` reads in the operand at `index`: array operators give their own data to the second. */
export function scopeOf(op: LogicOperator, index: number, around: LogicScope): LogicScope {
  return index === 1 ? (INNER.get(op) ?? around) : around;
}

const INNER: ReadonlyMap<LogicOperator, LogicScope> = new Map<LogicOperator, LogicScope>([
  ["map", "element"],
  ["filter", "element"],
  ["all", "element"],
  ["none", "element"],
  ["some", "element"],
  ["reduce", "fold"],
]);
