import type { JsonValue, Operator } from "callgate";

/** A value an argument may have. `MISSING` is none. */
export const MISSING: unique symbol = Symbol("missing");

/** The columns of the table, in its order. What is not JSON, or not exact, comes last. */
export const VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ["missing", MISSING],
  ["null", null],
  ["true", true],
  ["false", false],
  ["5", 5],
  ["4.5", 4.5],
  ['"5"', "5"],
  ['"abc"', "abc"],
  ["[]", []],
  ["[5]", [5]],
  ['["abc"]', ["abc"]],
  ["{}", {}],
  ['{"a":5}', { a: 5 }],
  ["2^53", 2 ** 53],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["[2^53]", [2 ** 53]],
  ['{"a":NaN}', { a: Number.NaN }],
  ["undefined", undefined],
  ["a function", () => 5],
];

/** What each operator says of each value: true, FALSE as `.`, Error. */
export const TABLE: readonly (readonly [op: Operator, operand: JsonValue, verdicts: string])[] = [
  // _________________________ missing
  // _________________________ | null
  // _________________________ | | true
  // _________________________ | | | false
  // _________________________ | | | | 5
  // _________________________ | | | | | 4.5
  // _________________________ | | | | | | "5"
  // _________________________ | | | | | | | "abc"
  // _________________________ | | | | | | | | []
  // _________________________ | | | | | | | | | [5]
  // _________________________ | | | | | | | | | | ["abc"]
  // _________________________ | | | | | | | | | | | {}
  // _________________________ | | | | | | | | | | | | {"a":5}
  // _________________________ | | | | | | | | | | | | | 2^53
  // _________________________ | | | | | | | | | | | | | | NaN
  // _________________________ | | | | | | | | | | | | | | | Infinity
  // _________________________ | | | | | | | | | | | | | | | | [2^53]
  // _________________________ | | | | | | | | | | | | | | | | | {"a":NaN}
  // _________________________ | | | | | | | | | | | | | | | | | | undefined
  // _________________________ | | | | | | | | | | | | | | | | | | | function
  ["eq", 5, /*             */ ". E E E t . E E E E E E E E E E E E E E"],
  ["eq", "5", /*           */ ". E E E E E t . E E E E E E E E E E E E"],
  ["eq", true, /*          */ ". E t . E E E E E E E E E E E E E E E E"],
  ["eq", null, /*          */ ". t E E E E E E E E E E E E E E E E E E"],
  ["eq", [5], /*           */ ". E E E E E E E . t . E E E E E E E E E"],
  ["eq", { a: 5 }, /*      */ ". E E E E E E E E E E . t E E E E E E E"],
  ["neq", 5, /*            */ ". E E E . t E E E E E E E E E E E E E E"],
  ["neq", "5", /*          */ ". E E E E E . t E E E E E E E E E E E E"],
  ["neq", true, /*         */ ". E . t E E E E E E E E E E E E E E E E"],
  ["neq", null, /*         */ ". . E E E E E E E E E E E E E E E E E E"],
  ["neq", [5], /*          */ ". E E E E E E E t . t E E E E E E E E E"],
  ["neq", { a: 5 }, /*     */ ". E E E E E E E E E E t . E E E E E E E"],
  ["lt", 5, /*             */ ". E E E . t E E E E E E E E E E E E E E"],
  ["lte", 4.5, /*          */ ". E E E . t E E E E E E E E E E E E E E"],
  ["lte", 5, /*            */ ". E E E t t E E E E E E E E E E E E E E"],
  ["gt", 4.5, /*           */ ". E E E t . E E E E E E E E E E E E E E"],
  ["gte", 5, /*            */ ". E E E t . E E E E E E E E E E E E E E"],
  ["gte", 4.5, /*          */ ". E E E t t E E E E E E E E E E E E E E"],
  ["in", [5, "abc"], /*    */ ". E E E t . . t E E E E E E E E E E E E"],
  ["in", [null, [5]], /*   */ ". t E E E E E E . t . E E E E E E E E E"],
  ["in", [{ a: 5 }], /*    */ ". E E E E E E E E E E . t E E E E E E E"],
  ["in", [true], /*        */ ". E t . E E E E E E E E E E E E E E E E"],
  ["not_in", [5, "abc"], /**/ ". E E E . t t . E E E E E E E E E E E E"],
  ["not_in", [null, [5]], /**/ ". . E E E E E E t . t E E E E E E E E E"],
  ["not_in", [true], /*    */ ". E . t E E E E E E E E E E E E E E E E"],
  ["exists", true, /*      */ ". . t t t t t t t t t t t t t t t t E t"],
  ["exists", false, /*     */ "t t . . . . . . . . . . . . . . . . E ."],
  ["regex", "^ab", /*      */ ". E E E E E . t E E E E E E E E E E E E"],
  ["regex", "", /*         */ ". E E E E E t t E E E E E E E E E E E E"],
  ["contains", "abc", /*   */ ". E E E E E . t . E t E E E E E E E E E"],
  ["contains", "b", /*     */ ". E E E E E . t . E . E E E E E E E E E"],
  ["contains", 5, /*       */ ". E E E E E E E . t E E E E E E E E E E"],
  ["contains", null, /*    */ ". E E E E E E E . E E E E E E E E E E E"],
  ["path_within", "/", /*  */ ". E E E E E E E E E E E E E E E E E E E"],
  ["host_in", "abc", /*    */ ". E E E E E E E E E E E E E E E E E E E"],
];
