import type { JsonValue } from "callgate";
import fc from "fast-check";
import type { Args } from "./judged.js";

/** What logic gives, and what elements a list has. */
export const TYPES = ["bool", "num", "text", "nums", "texts", "bools", "items"] as const;
export type Type = (typeof TYPES)[number];
type Scalar = "bool" | "num" | "text";
type List = "nums" | "texts" | "bools" | "items";
type Element = Scalar | "item";

/** What `var` reads: the call, an element, or the two values of `reduce`. */
type Scope = "call" | Element | `fold ${Scalar} ${Element}`;
type Logic = fc.Arbitrary<JsonValue>;

const SCALARS = ["bool", "num", "text"] as const;
const LISTS = ["nums", "texts", "bools", "items"] as const;
const ELEMENTS = { nums: "num", texts: "text", bools: "bool", items: "item" } as const;
const LIST_OF = { num: "nums", text: "texts", bool: "bools", item: "items" } as const;

/** Where each type stands in a call, and in an item. */
const CALL: Readonly<Record<Type, readonly string[]>> = {
  bool: ["args.b", "args.c", "args.flags.0"],
  num: ["args.n", "args.m", "args.nums.0", "args.items.0.n", "time.hour"],
  text: [
    "args.s",
    "args.t",
    "args.texts.0",
    "tool",
    "grant.id",
    "grant.labels.team",
    "session.id",
    "server",
    "time.date",
    "context.role",
  ],
  nums: ["args.nums"],
  texts: ["args.texts", "args.items.0.tags"],
  bools: ["args.flags"],
  items: ["args.items"],
};
const ITEM: Readonly<Partial<Record<Type, readonly string[]>>> = {
  bool: ["b"],
  num: ["n"],
  text: ["s"],
  texts: ["tags"],
};
const ABSENT: Readonly<Record<"call" | "item", readonly string[]>> = {
  call: ["args.absent", "args.absent.x", "args.items.9", "args.maybe", "context.other"],
  item: ["absent", "absent.x", "maybe"],
};

const num = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(0.5, -2.5, 0.1, 12, 30));
const text = fc.oneof(fc.constantFrom("", "a", "b", "ab", "é", "2026-01-01", "t"), fc.string({ maxLength: 4 }));
const LITERALS = { bool: fc.boolean(), num, text } as const;
const PLAIN = { noNullPrototype: true } as const;

/** Arguments in which every path of the generator leads where it says. */
export const args: fc.Arbitrary<Args> = fc.record(
  {
    n: num,
    m: num,
    s: text,
    t: text,
    b: fc.boolean(),
    c: fc.boolean(),
    nums: fc.array(num, { minLength: 1, maxLength: 3 }),
    texts: fc.array(text, { minLength: 1, maxLength: 3 }),
    flags: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
    items: fc.array(
      fc.record(
        { n: num, s: text, b: fc.boolean(), tags: fc.array(text, { maxLength: 2 }), maybe: fc.constantFrom("", "x") },
        { requiredKeys: ["n", "s", "b", "tags"], ...PLAIN },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    maybe: fc.constantFrom("", "x"),
  },
  { requiredKeys: ["n", "m", "s", "t", "b", "c", "nums", "texts", "flags", "items"], ...PLAIN },
);

function op(name: string, ...operands: readonly fc.Arbitrary<unknown>[]): Logic {
  return fc.tuple(...operands).map((values) => ({ [name]: values }) as JsonValue);
}

/** An operator of one or more operands of one type; of one alone it may stand without a list. */
function many(name: string, operand: Logic, maxLength = 3): Logic {
  return fc.oneof(
    { weight: 4, arbitrary: fc.array(operand, { minLength: 1, maxLength }).map((values) => ({ [name]: values })) },
    // A list would be read as the operands.
    { weight: 1, arbitrary: operand.map((value) => ({ [name]: Array.isArray(value) ? [value] : value })) },
  );
}

function pathsTo(type: Type | "item", scope: Scope): readonly JsonValue[] {
  if (scope === "call") return type === "item" ? [] : CALL[type];
  const [accumulator, current] = scope.startsWith("fold ") ? scope.split(" ").slice(1) : [];
  if (accumulator !== undefined) {
    const inItem = current === "item" && type !== "item" ? (ITEM[type] ?? []).map((key) => `current.${key}`) : [];
    return [...(accumulator === type ? ["accumulator"] : []), ...(current === type ? ["current"] : []), ...inItem];
  }
  if (scope === type) return ["", null];
  return scope === "item" && type !== "item" ? (ITEM[type] ?? []) : [];
}

const known = new Map<string, Logic>();

/** Logic of a type in which nothing is coerced. It fails only where arithmetic has no exact result. */
export function logicOf(type: Type, depth = 4, scope: Scope = "call"): Logic {
  const key = `${type} ${depth} ${scope}`;
  const made = known.get(key) ?? make(type, depth, scope);
  known.set(key, made);
  return made;
}

function make(type: Type, depth: number, scope: Scope): Logic {
  const leaves = [...variables(type, scope), ...literals(type)];
  if (depth === 0) return fc.oneof(...leaves);
  const inner = (wanted: Type): Logic => logicOf(wanted, depth - 1, scope);
  const shared: Logic[] = [
    op("if", inner("bool"), inner(type), inner(type)),
    op("?:", inner("bool"), inner(type), inner("bool"), inner(type), inner(type)),
    ...defaults(type, depth, scope),
  ];
  const own: Readonly<Record<Type, () => Logic[]>> = {
    bool: () => booleans(inner, depth, scope),
    num: () => [...numbers(inner), ...folds("num", depth, scope)],
    text: () => [...texts(inner), ...folds("text", depth, scope)],
    nums: () => lists("nums", depth, scope),
    texts: () => [...lists("texts", depth, scope), ...absences(scope)],
    bools: () => lists("bools", depth, scope),
    items: () => lists("items", depth, scope),
  };
  return fc.oneof(
    { weight: 1, arbitrary: fc.oneof(...leaves) },
    { weight: 1, arbitrary: fc.oneof(...shared) },
    { weight: 5, arbitrary: fc.oneof(...own[type]()) },
  );
}

function variables(type: Type, scope: Scope): Logic[] {
  const paths = pathsTo(type, scope);
  if (paths.length === 0) return [];
  const path = fc.constantFrom(...paths);
  return [path.map((at) => ({ var: at })), path.map((at) => ({ var: [at] }))];
}

function literals(type: Type): Logic[] {
  if (type === "items") return [fc.constant([])];
  if (type === "bool" || type === "num" || type === "text") return [LITERALS[type] as fc.Arbitrary<JsonValue>];
  return [fc.array(LITERALS[ELEMENTS[type] as Scalar] as fc.Arbitrary<JsonValue>, { maxLength: 3 })];
}

/** `var` with a default, that leads somewhere or nowhere, also by a path that is computed. */
function defaults(type: Type, depth: number, scope: Scope): Logic[] {
  if (scope !== "call" && scope !== "item") return [];
  const present = pathsTo(type, scope) as readonly string[];
  const absent = ABSENT[scope].filter((path) => !path.endsWith("maybe"));
  const path = fc.constantFrom(...present, ...absent);
  const computed = path.map((at): JsonValue => ({ cat: [at.slice(0, 2), at.slice(2)] }));
  const otherwise = logicOf(type, depth - 1, scope);
  return [op("var", path, otherwise), op("var", computed, otherwise)];
}

function booleans(inner: (type: Type) => Logic, depth: number, scope: Scope): Logic[] {
  const pair = (name: string): Logic[] => SCALARS.map((type) => op(name, inner(type), inner(type)));
  const mixed = fc.oneof(...SCALARS.map(inner), fc.constant(null));
  const ordered = (name: string): Logic[] =>
    (["num", "text"] as const).map((type) => op(name, inner(type), inner(type)));
  const between = (name: string): Logic[] =>
    (["num", "text"] as const).map((type) => op(name, inner(type), inner(type), inner(type)));
  const over = (name: string): Logic[] =>
    LISTS.map((list) => op(name, logicOf(list, depth - 1, scope), logicOf("bool", depth - 1, ELEMENTS[list])));
  const oneOf = (...alternatives: Logic[]): Logic => fc.oneof(...alternatives);
  return [
    many("!", inner("bool"), 1),
    many("!!", inner("bool"), 1),
    many("and", inner("bool")),
    many("or", inner("bool")),
    oneOf(...pair("==")),
    oneOf(...pair("!=")),
    op("===", mixed, mixed),
    op("!==", mixed, mixed),
    oneOf(...ordered(">")),
    oneOf(...ordered(">=")),
    oneOf(...ordered("<"), ...between("<")),
    oneOf(...ordered("<="), ...between("<=")),
    op("in", inner("text"), inner("text")),
    oneOf(...(["nums", "texts", "bools"] as const).map((list) => op("in", mixed, inner(list)))),
    oneOf(...over("all")),
    oneOf(...over("none")),
    oneOf(...over("some")),
  ];
}

function numbers(inner: (type: Type) => Logic): Logic[] {
  return [
    many("+", inner("num")),
    many("-", inner("num"), 2),
    many("*", inner("num"), 2),
    op("/", inner("num"), fc.constantFrom(2, -4, 0.5, 3)),
    op("%", inner("num"), fc.constantFrom(2, -3, 0.5, 7)),
    many("min", inner("num")),
    many("max", inner("num")),
  ];
}

function texts(inner: (type: Type) => Logic): Logic[] {
  const index = fc.integer({ min: -6, max: 6 });
  return [many("cat", inner("text")), op("substr", inner("text"), index), op("substr", inner("text"), index, index)];
}

function folds(type: Scalar, depth: number, scope: Scope): Logic[] {
  return LISTS.map((list) => {
    const fold: Scope = `fold ${type} ${ELEMENTS[list]}`;
    return op(
      "reduce",
      logicOf(list, depth - 1, scope),
      logicOf(type, depth - 1, fold),
      logicOf(type, depth - 1, scope),
    );
  });
}

function lists(type: List, depth: number, scope: Scope): Logic[] {
  const inner = (wanted: Type): Logic => logicOf(wanted, depth - 1, scope);
  const element = ELEMENTS[type];
  const filtered = op("filter", inner(type), logicOf("bool", depth - 1, element));
  if (element === "item") return [filtered, many("merge", inner(type))];
  const from = LISTS.map((list) => op("map", inner(list), logicOf(element, depth - 1, ELEMENTS[list])));
  return [
    filtered,
    fc.oneof(...from),
    many("merge", fc.oneof(inner(LIST_OF[element]), inner(element))),
    fc.array(inner(element), { maxLength: 3 }),
  ];
}

function absences(scope: Scope): Logic[] {
  if (scope !== "call" && scope !== "item") return [];
  const present = scope === "call" ? Object.values(CALL).flat() : Object.values(ITEM).flat();
  const keys = fc.array(fc.constantFrom(...present, ...ABSENT[scope]), { minLength: 1, maxLength: 4 });
  return [
    keys.map((given) => ({ missing: given })),
    keys.map((given) => ({ missing: [given] })),
    keys.map((given) => ({ missing: { merge: given } })),
    op("missing_some", fc.integer({ min: 0, max: 4 }), keys),
  ];
}
