import { jsonType } from "../evaluate/json-type.js";
import { canonicalJson } from "../internal/canonical-json.js";
import type { ConditionDocument, JsonValue } from "../policy/document.js";

/** One end of an interval of numbers. */
interface End {
  readonly at: number;
  readonly open: boolean;
}

type Condition = Pick<ConditionDocument, "op" | "value">;

/** Whether no value there is meets all conditions on one place; with operators that are not looked into, it may. */
export function excludeEachOther(conditions: readonly Condition[]): boolean {
  const absent = conditions.some(({ op, value }) => op === "exists" && value === false);
  const others = conditions.filter(({ op }) => op !== "exists");
  const present = conditions.some(({ op, value }) => op === "exists" && value === true);
  if (absent && present) return true;
  const candidates = candidatesOf(others);
  // Only null is there and does not exist.
  if (absent) return !(candidates ?? [null]).includes(null) || others.some(isOrdered);
  if (candidates !== undefined)
    return !candidates.some((value) => others.every((condition) => meets(value, condition)));
  return isEmpty(endOf(others, ["gt", "gte"], 1), endOf(others, ["lt", "lte"], -1));
}

/** The values that an `eq` or `in` leaves; `undefined` where there is none of these. */
function candidatesOf(conditions: readonly Condition[]): readonly JsonValue[] | undefined {
  const lists = conditions.flatMap(({ op, value }) =>
    op === "eq" ? [[value]] : op === "in" && Array.isArray(value) ? [value] : [],
  );
  return lists.reduce<readonly JsonValue[] | undefined>(
    (shortest, list) => (shortest !== undefined && shortest.length <= list.length ? shortest : list),
    undefined,
  );
}

function meets(value: JsonValue, { op, value: operand }: Condition): boolean {
  switch (op) {
    case "eq":
      return same(value, operand);
    case "neq":
      return jsonType(value) === jsonType(operand) && !same(value, operand);
    case "in":
      return (operand as readonly JsonValue[]).some((item) => same(value, item));
    case "not_in":
      return !(operand as readonly JsonValue[]).some((item) => same(value, item));
    case "lt":
      return typeof value === "number" && value < Number(operand);
    case "lte":
      return typeof value === "number" && value <= Number(operand);
    case "gt":
      return typeof value === "number" && value > Number(operand);
    case "gte":
      return typeof value === "number" && value >= Number(operand);
    case "exists":
    case "regex":
    case "contains":
    case "path_within":
    case "host_in":
      return true;
    default:
      return op satisfies never;
  }
}

function same(a: JsonValue, b: JsonValue): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && canonicalJson(a) === canonicalJson(b));
}

function isOrdered({ op }: Condition): boolean {
  return op === "lt" || op === "lte" || op === "gt" || op === "gte";
}

/** The tightest end that operators of one direction set; the first of `ops` leaves the number itself out. */
function endOf(conditions: readonly Condition[], ops: readonly [string, string], direction: 1 | -1): End | undefined {
  let tightest: End | undefined;
  for (const { op, value } of conditions) {
    if (!ops.includes(op)) continue;
    const end: End = { at: Number(value), open: op === ops[0] };
    const further = tightest === undefined ? 1 : (end.at - tightest.at) * direction;
    if (further > 0 || (further === 0 && end.open)) tightest = end;
  }
  return tightest;
}

function isEmpty(lower: End | undefined, upper: End | undefined): boolean {
  if (lower === undefined || upper === undefined) return false;
  return lower.at > upper.at || (lower.at === upper.at && (lower.open || upper.open));
}
