import { type LogicScope, parseLogicPath } from "../internal/logic-path.js";
import { nearest } from "../internal/nearest.js";
import { quote } from "../internal/quote.js";
import type { Finding } from "./issue.js";
import { isLogicOperator, LOGIC_OPERATORS, type LogicOperator, operandsOf, scopeOf } from "./logic-operators.js";
import { isRecord } from "./structure.js";

type PathSegments = readonly (string | number)[];

/** A part of a formula: its value, where it stands, and what `var` reads there. */
interface Part {
  readonly node: unknown;
  readonly path: PathSegments;
  readonly scope: LogicScope;
  /** How many operators and lists it stands in. */
  readonly depth: number;
}

/** How deep operators and lists of one formula may nest, and how many values it may hold. */
export const MAX_LOGIC_DEPTH = 24;
export const MAX_LOGIC_VALUES = 5_000;

/** Every place where a value is not JSON Logic that can be judged. */
export function checkLogic(logic: unknown, path: PathSegments): Finding[] {
  if (countValues(logic) > MAX_LOGIC_VALUES) return [finding(path, `logic has more than ${MAX_LOGIC_VALUES} values`)];
  return checkPart({ node: logic, path, scope: "call", depth: 0 });
}

function checkPart(part: Part): Finding[] {
  const { node, path, scope, depth } = part;
  if (typeof node === "number") return checkNumber(node, path);
  if (node === null || typeof node !== "object") return [];
  if (depth >= MAX_LOGIC_DEPTH) return [finding(path, `logic nests deeper than ${MAX_LOGIC_DEPTH}`)];
  if (!isRecord(node)) {
    return (node as readonly unknown[]).flatMap((item, index) =>
      checkPart({ node: item, path: [...path, index], scope, depth: depth + 1 }),
    );
  }
  const [op, ...others] = Object.keys(node);
  // An object without keys is a value, as in json-logic-js.
  if (op === undefined) return [];
  if (others.length > 0) return [finding(path, "an operation has one key, its operator", "put both into an `and`")];
  return isLogicOperator(op) ? checkOperation(op, node[op], part) : [unknownOperator(op, [...path, op])];
}

function checkOperation(op: LogicOperator, given: unknown, { path, scope, depth }: Part): Finding[] {
  const operands = operandsOf(given).map((node, index): Part => {
    const at = Array.isArray(given) ? [...path, op, index] : [...path, op];
    return { node, path: at, scope: scopeOf(op, index, scope), depth: depth + 1 };
  });
  return [
    ...checkArity(op, operands, [...path, op]),
    ...pathsOf(op, operands).flatMap(checkPath),
    ...operands.flatMap(checkPart),
  ];
}

function checkArity(op: LogicOperator, operands: readonly Part[], path: PathSegments): Finding[] {
  const [least, most = Number.POSITIVE_INFINITY]: readonly number[] = LOGIC_OPERATORS[op];
  const count = operands.length;
  if (op === "missing" && count > 1 && operands.some(({ node }) => Array.isArray(node))) {
    return [{ ...finding(path, "`missing` takes paths, or one list of them"), atKey: true }];
  }
  if (least !== undefined && count >= least && count <= most) return [];
  return [{ ...finding(path, `\`${op}\` takes ${countOf(least, most)}, found ${count}`), atKey: true }];
}

function countOf(least: number | undefined, most: number): string {
  if (least === most) return least === 1 ? "1 operand" : `${least} operands`;
  return most === Number.POSITIVE_INFINITY ? `${least} or more operands` : `${least} to ${most} operands`;
}

/** The operands of an operator that are paths. */
function pathsOf(op: LogicOperator, operands: readonly Part[]): readonly Part[] {
  switch (op) {
    case "var":
      return operands.slice(0, 1);
    case "missing":
      return operands.flatMap(itemsOf);
    case "missing_some":
      return operands.slice(1).flatMap(itemsOf);
    default:
      return [];
  }
}

function itemsOf(part: Part): readonly Part[] {
  if (!Array.isArray(part.node)) return [part];
  return part.node.map((node, index) => ({ ...part, node, path: [...part.path, index] }));
}

/** A path that is computed is read when a call is judged. */
function checkPath({ node, path, scope }: Part): Finding[] {
  if (isRecord(node) && Object.keys(node).length > 0) return [];
  const parsed = parseLogicPath(node, scope);
  return parsed.ok ? [] : [finding(path, parsed.message, PATH_HELP.get(scope))];
}

const PATH_HELP: ReadonlyMap<LogicScope, string> = new Map<LogicScope, string>([
  ["call", "write `args.name`"],
  ["fold", "write `current.name`"],
]);

function checkNumber(value: number, path: PathSegments): Finding[] {
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return [];
  return [finding(path, "numbers must be exact: no integer beyond 9007199254740991")];
}

/** What other languages call an operator. */
const OTHER_NAMES: ReadonlyMap<string, LogicOperator> = new Map<string, LogicOperator>([
  ["=", "=="],
  ["<>", "!="],
  ["&&", "and"],
  ["||", "or"],
  ["not", "!"],
]);

function unknownOperator(op: string, path: PathSegments): Finding {
  if (op === "log") return { ...finding(path, "`log` is not legal: deciding has no effects"), atKey: true };
  const known = Object.keys(LOGIC_OPERATORS);
  // Of signs, the nearest one means something else.
  const near = OTHER_NAMES.get(op) ?? (/\w\w/.test(op) ? nearest(op, known) : undefined);
  const help = near === undefined ? `known: ${known.join(" ")}` : `did you mean \`${near}\`?`;
  return { ...finding(path, `unknown operator ${quote(op)}`, help), atKey: true };
}

function countValues(node: unknown): number {
  if (node === null || typeof node !== "object") return 1;
  let count = 1;
  for (const member of Object.values(node)) count += countValues(member);
  return count;
}

function finding(path: PathSegments, message: string, help?: string): Finding {
  return { code: "invalid_logic", path, message, help };
}
