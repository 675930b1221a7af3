import { dividedBy, largest, minus, modulo, plus, smallest, times } from "../evaluate/logic/arithmetic.js";
import {
  equal,
  greater,
  greaterOrEqual,
  isIn,
  less,
  lessOrEqual,
  strictlyEqual,
  strictlyUnequal,
  unequal,
} from "../evaluate/logic/comparison.js";
import { all, any, choice, isFalse, isTrue } from "../evaluate/logic/control.js";
import { computedVariable, missing, missingSome, variable } from "../evaluate/logic/data.js";
import { applied, type Expression, listOf, literal, type Operator } from "../evaluate/logic/expression.js";
import { every, filtered, mapped, merged, none, reduced, some } from "../evaluate/logic/lists.js";
import { concatenated, partOf } from "../evaluate/logic/text.js";
import { type LogicScope, parseLogicPath } from "../internal/logic-path.js";
import type { JsonValue } from "../policy/document.js";
import { isLogicOperator, type LogicOperator, operandsOf, scopeOf } from "../policy/logic-operators.js";

/** An operation before it is compiled: what it is given, its operands, and what `var` reads around it. */
interface Operation {
  readonly given: readonly JsonValue[];
  readonly operands: readonly Expression[];
  readonly scope: LogicScope;
}

type Build = (operation: Operation) => Expression;

const of =
  (operator: Operator): Build =>
  ({ operands }) =>
    applied(operator, operands);

const lazily =
  (build: (operands: readonly Expression[]) => Expression): Build =>
  ({ operands }) =>
    build(operands);

const each =
  (build: (list: Expression, inner: Expression) => Expression): Build =>
  ({ operands: [list = NOTHING, inner = NOTHING] }) =>
    build(list, inner);

const NOTHING: Expression = literal(null);

const OPERATIONS: { readonly [Op in LogicOperator]: Build } = {
  var: ({ given: [source = null], operands: [computed, otherwise], scope }) => {
    if (computed !== undefined && isOperation(source)) return computedVariable(computed, otherwise, scope);
    const parsed = parseLogicPath(source, scope);
    if (!parsed.ok) throw new TypeError(`path of an accepted policy: ${parsed.message}`);
    return variable(parsed.path, otherwise);
  },
  missing: ({ operands, scope }) => missing(operands, scope),
  missing_some: ({ operands: [needed = NOTHING, keys = NOTHING], scope }) => missingSome(needed, keys, scope),
  if: lazily(choice),
  "?:": lazily(choice),
  and: lazily(all),
  or: lazily(any),
  "!": of(isFalse),
  "!!": of(isTrue),
  "==": of(equal),
  "===": of(strictlyEqual),
  "!=": of(unequal),
  "!==": of(strictlyUnequal),
  ">": of(greater),
  ">=": of(greaterOrEqual),
  "<": of(less),
  "<=": of(lessOrEqual),
  in: of(isIn),
  cat: of(concatenated),
  substr: of(partOf),
  "+": of(plus),
  "-": of(minus),
  "*": of(times),
  "/": of(dividedBy),
  "%": of(modulo),
  min: of(smallest),
  max: of(largest),
  map: each(mapped),
  filter: each(filtered),
  reduce: ({ operands: [list = NOTHING, inner = NOTHING, initial = NOTHING] }) => reduced(list, inner, initial),
  all: each(every),
  none: each(none),
  some: each(some),
  merge: of(merged),
};

/** Compiles JSON Logic of an accepted policy. Values of a call are only ever read: none becomes logic. */
export function compileLogic(logic: JsonValue, scope: LogicScope = "call"): Expression {
  if (isList(logic)) {
    return isConstant(logic) ? literal(logic) : listOf(logic.map((item) => compileLogic(item, scope)));
  }
  if (!isOperation(logic)) return literal(logic);
  const [op = "", value = null] = Object.entries(logic)[0] ?? [];
  if (!isLogicOperator(op)) throw new TypeError("operator of an accepted policy is not known");
  const given = operandsOf(value);
  const operands = given.map((operand, index) => compileLogic(operand, scopeOf(op, index, scope)));
  return OPERATIONS[op]({ given, operands, scope });
}

function isConstant(node: JsonValue): boolean {
  return isList(node) ? node.every(isConstant) : !isOperation(node);
}

function isOperation(node: JsonValue): node is { readonly [op: string]: JsonValue } {
  return node !== null && typeof node === "object" && !isList(node) && Object.keys(node).length > 0;
}

function isList(node: JsonValue): node is readonly JsonValue[] {
  return Array.isArray(node);
}
