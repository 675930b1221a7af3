import { type JsonType, jsonType } from "../evaluate/json-type.js";
import type { ConditionDocument, JsonValue, Operator } from "../policy/document.js";
import type { ValueFacts } from "./value-facts.js";

/** What an operator and its operand can make of the values that may stand in a place. */
export type Fit =
  /** It may hold or not, or nothing is known. */
  | { readonly kind: "open" }
  /** Every value is an error: the operator or the operand is for another type. */
  | { readonly kind: "misfit"; readonly needs: string; readonly at: "op" | "value" }
  /** Operands that are none of the enumerated values: all of them, or those at these indexes of the list. */
  | { readonly kind: "foreign"; readonly all: boolean; readonly at: readonly number[] }
  | { readonly kind: "never" }
  | { readonly kind: "always" };

type Judge = (operand: JsonValue, facts: ValueFacts) => Fit;
type Holds = (value: number) => boolean;

const OPEN: Fit = { kind: "open" };
const NEVER: Fit = { kind: "never" };
const ALWAYS: Fit = { kind: "always" };

const NAMES: Readonly<Record<JsonType, string>> = {
  null: "null",
  boolean: "a boolean",
  number: "a number",
  string: "a string",
  array: "an array",
  object: "an object",
};

export function nameTypes(types: Iterable<JsonType>): string {
  return [...types].map((type) => NAMES[type]).join(" or ");
}

/** Holds a condition to what is known of the values it will be given; `elements` is what is known of theirs. */
export function fitOf({ op, value }: ConditionDocument, facts: ValueFacts, elements: ValueFacts): Fit {
  return op === "contains" ? containsFit(value, facts, elements) : JUDGES[op](value, facts);
}

const equal: Judge = (operand, { types, whole, values, lowest, highest }) => {
  const type = jsonType(operand) ?? "null";
  if (types !== undefined && !types.has(type)) return { kind: "misfit", needs: NAMES[type], at: "value" };
  if (values !== undefined && !values.includes(operand)) return { kind: "foreign", all: true, at: [] };
  if (values?.length === 1) return ALWAYS;
  if (typeof operand !== "number" || types?.size !== 1) return OPEN;
  const below = lowest !== undefined && (lowest.open ? operand <= lowest.at : operand < lowest.at);
  const above = highest !== undefined && (highest.open ? operand >= highest.at : operand > highest.at);
  return below || above || (whole && !Number.isInteger(operand)) ? NEVER : OPEN;
};

const among: Judge = (operand, facts) => {
  const list = operand as readonly JsonValue[];
  const fits = list.map((item) => equal(item, facts));
  const misfit = fits.find(({ kind }) => kind === "misfit");
  if (misfit !== undefined && fits.every(({ kind }) => kind === "misfit")) return misfit;
  const foreign = fits.flatMap(({ kind }, index) => (kind === "foreign" ? [index] : []));
  if (foreign.length > 0) return { kind: "foreign", all: foreign.length === list.length, at: foreign };
  return fits.every(({ kind }) => kind === "never") ? NEVER : OPEN;
};

const negated =
  (judge: Judge): Judge =>
  (operand, facts) => {
    const fit = judge(operand, facts);
    if (fit.kind === "never") return ALWAYS;
    return fit.kind === "always" ? NEVER : fit;
  };

/** `below` says whether the operator holds for small numbers and fails for large ones, or the other way round. */
const ordered =
  (holds: (operand: number) => Holds, direction: "below" | "above"): Judge =>
  (operand, { types, values, lowest, highest }) => {
    if (types !== undefined && !types.has("number")) return { kind: "misfit", needs: NAMES.number, at: "op" };
    if (types?.size !== 1) return OPEN;
    const test = holds(Number(operand));
    if (values !== undefined) return every(values.map(Number).map(test));
    const [easy, hard] = direction === "below" ? [lowest, highest] : [highest, lowest];
    // The bound itself may be outside: then nothing is as easy as it, and what is nearly as hard may hold.
    if (easy !== undefined && (!test(easy.at) || (easy.open && easy.at === operand))) return NEVER;
    return hard !== undefined && (test(hard.at) || (hard.open && hard.at === operand)) ? ALWAYS : OPEN;
  };

const text: Judge = (_operand, { types }) =>
  types === undefined || types.has("string") ? OPEN : { kind: "misfit", needs: NAMES.string, at: "op" };

/** Of a value that is there; whether it is, is not known here. */
const existence: Judge = (operand, { types }) =>
  operand === true && types !== undefined && !types.has("null") ? ALWAYS : OPEN;

function containsFit(operand: JsonValue, { types }: ValueFacts, elements: ValueFacts): Fit {
  if (types === undefined) return OPEN;
  const type = jsonType(operand) ?? "null";
  if (!types.has("string") && !types.has("array")) return { kind: "misfit", needs: "a string or an array", at: "op" };
  const inText = types.has("string") && type === "string";
  const inArray = types.has("array") && (elements.types?.has(type) ?? true);
  return inText || inArray ? OPEN : { kind: "misfit", needs: `something that holds ${NAMES[type]}`, at: "value" };
}

function every(verdicts: readonly boolean[]): Fit {
  if (verdicts.every((holds) => holds)) return ALWAYS;
  return verdicts.some((holds) => holds) ? OPEN : NEVER;
}

const JUDGES: { readonly [Op in Exclude<Operator, "contains">]: Judge } = {
  eq: equal,
  neq: negated(equal),
  in: among,
  not_in: negated(among),
  lt: ordered((operand) => (value) => value < operand, "below"),
  lte: ordered((operand) => (value) => value <= operand, "below"),
  gt: ordered((operand) => (value) => value > operand, "above"),
  gte: ordered((operand) => (value) => value >= operand, "above"),
  exists: existence,
  regex: text,
  path_within: text,
  host_in: text,
};
