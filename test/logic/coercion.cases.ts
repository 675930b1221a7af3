import type { JsonValue } from "callgate";

/** The JSON types that an operand may have. */
export type Wanted = "boolean" | "number" | "whole number" | "string" | "list" | "path" | "scalar" | "string or list";

const X: JsonValue = { var: "args.x" };

/** What gives true or false whatever `logic` gives, so that only an error in it is one. */
const ofScalar = (logic: JsonValue): JsonValue => ({ "===": [logic, "?"] });
const ofList = (logic: JsonValue): JsonValue => ({ none: [logic, false] });

const booleans: readonly JsonValue[] = [
  X,
  { "!": X },
  { "!!": X },
  { and: [true, X] },
  { and: [X, true] },
  { or: [false, X] },
  { or: [X, true] },
  ofScalar({ if: [X, 1, 2] }),
  ofScalar({ "?:": [false, 1, X, 2, 3] }),
  { all: [[X], { var: "" }] },
  { none: [[X], { var: "" }] },
  { some: [[X], { var: "" }] },
  ofList({ filter: [[X], { var: "" }] }),
];
const numbers: readonly JsonValue[] = [
  ...["+", "*", "min", "max", "-"].flatMap((op) => [
    ofScalar({ [op]: [X] }),
    ofScalar({ [op]: [X, 2] }),
    ofScalar({ [op]: [2, X] }),
  ]),
  ...["/", "%"].flatMap((op) => [ofScalar({ [op]: [X, 2] }), ofScalar({ [op]: [2, X] })]),
  ...[">", ">=", "<", "<=", "=="].flatMap((op): JsonValue[] => [{ [op]: [X, 2] }, { [op]: [2, X] }]),
  ...["<", "<="].flatMap((op): JsonValue[] => [{ [op]: [X, 1, 2] }, { [op]: [1, X, 2] }, { [op]: [9, 1, X] }]),
  { "!=": [X, 2] },
  ofScalar({ reduce: [[X], { "+": [{ var: "current" }, { var: "accumulator" }] }, 0] }),
  ofList({ missing_some: [X, ["args.y"]] }),
];
const wholeNumbers: readonly JsonValue[] = [ofScalar({ substr: ["abc", X] }), ofScalar({ substr: ["abc", 0, X] })];
const strings: readonly JsonValue[] = [
  ofScalar({ cat: X }),
  ofScalar({ cat: ["a", X, "b"] }),
  ofScalar({ substr: [X, 0] }),
  { in: [X, "text"] },
  ...[">", ">=", "<", "<=", "==", "!="].flatMap((op): JsonValue[] => [{ [op]: [X, "a"] }, { [op]: ["a", X] }]),
];
const lists: readonly JsonValue[] = [
  ofList({ map: [X, 1] }),
  ofList({ filter: [X, true] }),
  ofScalar({ reduce: [X, 1, 0] }),
  { all: [X, true] },
  { none: [X, true] },
  { none: [X, { "==": [{ var: "" }, "a"] }] },
  { some: [X, true] },
  ofList({ missing_some: [1, X] }),
];
const paths: readonly JsonValue[] = [
  ofScalar({ var: [X, 1] }),
  ofList({ missing: [X, "args.y"] }),
  ofList({ missing: ["args.y", X] }),
  ofList({ missing: [[X]] }),
  ofList({ missing_some: [1, [X]] }),
];

/** Formulas in which `args.x` is an operand of a type. */
export const HOLES: Readonly<Record<Wanted, readonly JsonValue[]>> = {
  boolean: booleans,
  number: numbers,
  "whole number": wholeNumbers,
  string: strings,
  list: lists,
  path: paths,
  scalar: [{ in: [X, [1, "a"]] }, { "==": [X, X] }, { "===": [X, X] }, { "!=": [X, X] }, { "!==": [X, X] }],
  "string or list": [{ in: ["a", X] }],
};

/** Values, and the types they are operands of. */
export const VALUES: readonly (readonly [shown: string, value: unknown, types: readonly Wanted[]])[] = [
  ["null", null, ["scalar"]],
  ["true", true, ["boolean", "scalar"]],
  ["false", false, ["boolean", "scalar"]],
  ["0", 0, ["number", "whole number", "scalar"]],
  ["1", 1, ["number", "whole number", "scalar"]],
  ["2.5", 2.5, ["number", "scalar"]],
  ["9007199254740992", 2 ** 53, []],
  ["1e21", 1e21, []],
  ["NaN", Number.NaN, []],
  ["Infinity", Number.POSITIVE_INFINITY, []],
  ["an empty string", "", ["string", "scalar", "string or list"]],
  ["digits", "3", ["string", "scalar", "string or list"]],
  ["a word", "true", ["string", "scalar", "string or list"]],
  ["an empty list", [], ["list", "string or list"]],
  ["a list of one number", [3], ["list", "string or list"]],
  ["a list of a list", [[]], ["list", "string or list"]],
  ["an empty object", {}, []],
  ["an object that looks like a list", { length: 1, 0: "a" }, []],
  ["an object that looks like logic", { var: "args.y" }, []],
  ["undefined", undefined, []],
  ["a function", () => true, []],
  ["a bigint", 3n, []],
  ["a boxed number", Object(3), []],
  ["a Date", new Date(0), []],
  ["an object with valueOf", { valueOf: () => 3, toString: () => "a" }, []],
];

/** What json-logic-js makes of a formula, where ours is an error. */
export const NAMED: readonly (readonly [
  states: string,
  logic: JsonValue,
  args: Readonly<Record<string, unknown>>,
  theirs: unknown,
])[] = [
  [
    "none of a string",
    { none: [{ var: "args.r" }, { "==": [{ var: "" }, "x@evil.example"] }] },
    { r: "x@evil.example" },
    true,
  ],
  ["none of what is absent", { none: [{ var: "args.r" }, true] }, {}, true],
  ["all of an object", { all: [{ var: "args.r" }, true] }, { r: { 0: 1, length: 1 } }, false],
  ["reduce of what is no list", { "==": [{ reduce: [{ var: "args.r" }, 1, 0] }, 0] }, { r: "abc" }, true],
  ["== of text and a number", { "==": ["5", 5] }, {}, true],
  ["== of null and false", { "==": [null, false] }, {}, false],
  ["== of a list and text", { "==": [{ var: "args.r" }, "a"] }, { r: ["a"] }, true],
  ["+ of digits", { "==": [{ "+": ["3", 1] }, 4] }, {}, true],
  ["+ of text that starts with digits", { "==": [{ "+": ["3 apples", 1] }, 4] }, {}, true],
  ["< of a list of one number", { "<": [{ var: "args.r" }, 10] }, { r: [5] }, true],
  ["< of null", { "<": [{ var: "args.r" }, 10] }, { r: null }, true],
  ["< of what is absent", { "<": [{ var: "args.r" }, 10] }, {}, true],
  ["in an object", { in: ["a", {}] }, {}, false],
  ["in an object of the call", { "!": { in: ["a", { var: "args.r" }] } }, { r: { a: 1 } }, true],
  ["a number in a string", { in: [5, "15"] }, {}, true],
  ["in what is absent", { "!": { in: ["a", { var: "args.r" }] } }, {}, true],
  ["cat of a number", { "==": [{ cat: [1, "x"] }, "1x"] }, {}, true],
  ["cat of a list", { "==": [{ cat: { var: "args.r" } }, "a,b"] }, { r: ["a", "b"] }, true],
  ["! of an empty list", { "!": { var: "args.r" } }, { r: [] }, true],
  ["!! of text", { "!!": { var: "args.r" } }, { r: "no" }, true],
  ["a result that is no boolean", { var: "args.r" }, { r: "yes" }, "yes"],
  ["max of a list", { "==": [{ max: { var: "args.r" } }, 3] }, { r: [3] }, true],
  ["the length of a list", { "==": [{ var: "args.r.length" }, 2] }, { r: [1, 2] }, true],
  ["the length of text", { "<": [{ var: "args.r.length" }, 4] }, { r: "abc" }, true],
  ["constructor", { "!": { "===": [{ var: "args.constructor" }, null] } }, {}, true],
  ["a path through __proto__", { "!": { "===": [{ var: "args.__proto__.toString" }, null] } }, {}, true],
  ["a division by zero", { "<": [1, { "/": [1, 0] }] }, {}, true],
  ["a remainder by zero", { "!": { "<": [{ "%": [1, 0] }, 1] } }, {}, true],
  [
    "a sum beyond what is exact",
    { "==": [{ "+": [9007199254740991, 1, 1] }, { "+": [9007199254740991, 1] }] },
    {},
    true,
  ],
  ["a product beyond what is exact", { ">": [{ "*": [9007199254740991, 3] }, 0] }, {}, true],
  ["a sum that is not exact on its way", { "==": [{ "+": [9007199254740991, 1, -1] }, 9007199254740991] }, {}, true],
  ["a result that is not exact and not looked at", { none: [{ map: [[1], { "/": [1, 0] }] }, false] }, {}, true],
  ["an integer that is not exact", { "===": [{ var: "args.r" }, 5] }, { r: 2 ** 53 }, false],
  ["an integer that is not exact and text", { "===": [{ var: "args.r" }, "a"] }, { r: 2 ** 53 }, false],
  ["text and an integer that is not exact", { "!==": ["a", { var: "args.r" }] }, { r: 2 ** 53 }, true],
  ["an integer that is not exact in a list of text", { in: [{ var: "args.r" }, ["a"]] }, { r: 2 ** 53 }, false],
  ["a list with holes", { none: [{ filter: [{ var: "args.r" }, true] }, true] }, { r: Array(2) }, true],
  ["an element that is not exact", { in: [5, { var: "args.r" }] }, { r: [2 ** 53] }, false],
  ["two lists, which it compares by identity", { "==": [{ var: "args.r" }, { var: "args.r" }] }, { r: [] }, true],
  ["a list in a list", { in: [{ var: "args.r" }, [[1]]] }, { r: [1] }, false],
];
