import { type JsonType, jsonType } from "../evaluate/json-type.js";
import { elements, member } from "./member.js";
import type { Alternative } from "./schema.js";

/** What is known of the values that may stand in a place. What is `undefined` is not known. */
export interface ValueFacts {
  readonly types: ReadonlySet<JsonType> | undefined;
  /** Every number among them is whole. */
  readonly whole: boolean;
  /** All of them, where they are enumerated. */
  readonly values: readonly unknown[] | undefined;
  readonly lowest: Bound | undefined;
  readonly highest: Bound | undefined;
  /** What stands there where nothing is given. */
  readonly fallback: { readonly value: unknown } | undefined;
}

/** A bound on numbers; `open` where the number itself is outside. */
export interface Bound {
  readonly at: number;
  readonly open: boolean;
}

/** The longest enumeration that is read. Those with objects or arrays are not. */
const MAX_VALUES = 1_000;

const TYPES: ReadonlyMap<unknown, JsonType> = new Map<unknown, JsonType>([
  ["null", "null"],
  ["boolean", "boolean"],
  ["number", "number"],
  ["integer", "number"],
  ["string", "string"],
  ["array", "array"],
  ["object", "object"],
]);

/** Whether a value of this type may be valid. */
export function admits(alternative: Alternative, type: JsonType): boolean {
  return alternative.every((schema) => typesOf(schema)?.has(type) ?? true);
}

export function factsOf(alternatives: readonly Alternative[]): ValueFacts {
  const types = alternatives.map(typesOfAll);
  const admitted = allKnown(types) ? new Set(types.flatMap((set) => [...(set ?? [])])) : undefined;
  const values = alternatives.map((alternative) => first(alternative, valuesOf));
  const numeric = alternatives.filter((_, index) => types[index]?.has("number") ?? true);
  const fallback = first(alternatives.flat(), defaultOf);
  return {
    types: admitted?.size === 0 ? undefined : admitted,
    whole: numeric.length > 0 && numeric.every((alternative) => alternative.some(isWhole)),
    values: allKnown(values) ? values.flat() : undefined,
    lowest: loosest(
      numeric.map((alternative) => first(alternative, lowestOf)),
      -1,
    ),
    highest: loosest(
      numeric.map((alternative) => first(alternative, highestOf)),
      1,
    ),
    fallback,
  };
}

/** The types that all schemas of an alternative admit. */
function typesOfAll(alternative: Alternative): ReadonlySet<JsonType> | undefined {
  const sets = alternative.map(typesOf).filter((set) => set !== undefined);
  const [one, ...others] = sets;
  return one && new Set([...one].filter((type) => others.every((set) => set.has(type))));
}

function typesOf(schema: object): ReadonlySet<JsonType> | undefined {
  const type = member(schema, "type");
  const named = (elements(type, 8) ?? (type === undefined ? [] : [type])).map((name) => TYPES.get(name));
  const known = named.filter((name) => name !== undefined);
  // A type that is not of JSON Schema may be anything.
  const declared = known.length === named.length && known.length > 0 ? known : undefined;
  const types = declared ?? valuesOf(schema)?.flatMap((value) => jsonType(value) ?? []);
  if (types === undefined) return undefined;
  return new Set(member(schema, "nullable") === true ? [...types, "null" as const] : types);
}

function isWhole(schema: object): boolean {
  const type = member(schema, "type");
  const names = elements(type, 8) ?? [type];
  return names.includes("integer") && !names.includes("number");
}

function valuesOf(schema: object): readonly unknown[] | undefined {
  const constant = member(schema, "const");
  const values = constant === undefined ? elements(member(schema, "enum"), MAX_VALUES) : [constant];
  const scalar = values?.every((value) => value === null || typeof value !== "object") ?? false;
  return scalar && values?.length !== 0 ? values : undefined;
}

function lowestOf(schema: object): Bound | undefined {
  return boundOf(member(schema, "minimum"), member(schema, "exclusiveMinimum"), Math.max);
}

function highestOf(schema: object): Bound | undefined {
  return boundOf(member(schema, "maximum"), member(schema, "exclusiveMaximum"), Math.min);
}

/** `exclusive` is a bound of its own, or says of the other that it is outside. */
function boundOf(inclusive: unknown, exclusive: unknown, tighter: (a: number, b: number) => number): Bound | undefined {
  const at = typeof inclusive === "number" ? inclusive : undefined;
  if (typeof exclusive !== "number") return at === undefined ? undefined : { at, open: exclusive === true };
  if (at === undefined || tighter(at, exclusive) === exclusive) return { at: exclusive, open: true };
  return { at, open: false };
}

/** The bound that holds whichever alternative does; `direction` is where the looser one lies. */
function loosest(bounds: readonly (Bound | undefined)[], direction: 1 | -1): Bound | undefined {
  if (bounds.length === 0 || !allKnown(bounds)) return undefined;
  return bounds.reduce((one, other) => {
    if (one.at === other.at) return one.open ? other : one;
    return (other.at - one.at) * direction > 0 ? other : one;
  });
}

function defaultOf(schema: object): { readonly value: unknown } | undefined {
  const value = member(schema, "default");
  return value === undefined ? undefined : { value };
}

function first<In, Out>(items: readonly In[], read: (item: In) => Out | undefined): Out | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function allKnown<T>(items: readonly (T | undefined)[]): items is readonly T[] {
  return items.every((item) => item !== undefined);
}
