import { type LogicPath, type LogicScope, parseLogicPath } from "../../internal/logic-path.js";
import type { Environment } from "../environment.js";
import { jsonType } from "../json-type.js";
import { FAULT, MISSING } from "../walk.js";
import { type Expression, fault, spend, spendOnText } from "./expression.js";
import { listFrom, numberOf } from "./operand.js";

/** `var` of a path that is known. What is absent is an error, unless there is a default, judged only then. */
export function variable(path: LogicPath, otherwise: Expression | undefined): Expression {
  return (data, environment) => found(look(path, data, environment), otherwise, data, environment);
}

/** `var` of a path that is itself computed. */
export function computedVariable(source: Expression, otherwise: Expression | undefined, scope: LogicScope): Expression {
  return (data, environment) => {
    const path = readPath(source(data, environment), scope, environment);
    return found(look(path, data, environment), otherwise, data, environment);
  };
}

/** `missing`: those of the paths that lead nowhere, or to null or an empty string. The paths may be one list. */
export function missing(operands: readonly Expression[], scope: LogicScope): Expression {
  return (data, environment) => {
    spend(environment, operands.length + 1);
    const given = operands.map((operand) => operand(data, environment));
    if (!Array.isArray(given[0])) return missingOf(given, scope, data, environment);
    return given.length === 1
      ? missingOf(given[0], scope, data, environment)
      : fault("`missing` has keys after a list");
  };
}

/** `missing_some`: nothing when at least so many of the paths lead somewhere, otherwise what is missing. */
export function missingSome(needed: Expression, keys: Expression, scope: LogicScope): Expression {
  return (data, environment) => {
    spend(environment, 3);
    const least = numberOf(needed(data, environment));
    const given = listFrom(keys(data, environment));
    const absent = missingOf(given, scope, data, environment);
    return given.length - absent.length >= least ? [] : absent;
  };
}

function missingOf(
  keys: readonly unknown[],
  scope: LogicScope,
  data: unknown,
  environment: Environment,
): readonly unknown[] {
  spend(environment, keys.length);
  return keys.filter((key) => {
    const value = look(readPath(key, scope, environment), data, environment);
    if (value === MISSING) return true;
    if (jsonType(value) === undefined) fault("a path leads to no value");
    return value === null || value === "";
  });
}

function readPath(source: unknown, scope: LogicScope, environment: Environment): LogicPath {
  // A computed path is read each time.
  if (typeof source === "string") spendOnText(environment, source.length * 8);
  const parsed = parseLogicPath(source, scope);
  return parsed.ok ? parsed.path : fault(parsed.message);
}

function look({ root, keys }: LogicPath, data: unknown, environment: Environment): unknown {
  spend(environment, keys.length + 1);
  let value = root === undefined ? data : environment.root(root);
  for (const key of keys) {
    if (value === MISSING || value === FAULT) return value;
    value = under(value, key);
  }
  return value;
}

function found(value: unknown, otherwise: Expression | undefined, data: unknown, environment: Environment): unknown {
  if (value === MISSING && otherwise !== undefined) return otherwise(data, environment);
  return jsonType(value) === undefined ? fault("a path leads to no value") : value;
}

const INDEX = /^(0|[1-9][0-9]{0,9})$/;

/** What an object has under its own key, or a list at an index. */
function under(value: unknown, key: string): unknown {
  if (value === null || typeof value !== "object") return FAULT;
  if (!Array.isArray(value)) return Object.hasOwn(value, key) ? Reflect.get(value, key) : MISSING;
  if (!INDEX.test(key)) return FAULT;
  return Number(key) < value.length ? value[Number(key)] : MISSING;
}
