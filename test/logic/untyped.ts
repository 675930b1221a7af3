import type { JsonValue } from "callgate";
import fc from "fast-check";
import { LOGIC_OPERATORS } from "../../src/policy/logic-operators.js";
import type { Args } from "./judged.js";

const hostile = fc.constantFrom<unknown>(
  null,
  true,
  false,
  0,
  -0,
  1,
  "1",
  "",
  "a",
  "args.a",
  "length",
  "constructor",
  [],
  [1],
  ["1"],
  [[]],
  {},
  { length: 1 },
  { a: { b: [1, "x", null] } },
  { var: "args.a" },
  0.1,
  2 ** 53,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  undefined,
);

/** Arguments of every type under every name. */
export const anyArgs: fc.Arbitrary<Args> = fc.record(
  { a: hostile, b: hostile, c: fc.array(hostile, { maxLength: 3 }) },
  { requiredKeys: [], noNullPrototype: true },
);

const CALL = [
  "args.a",
  "args.b",
  "args.c",
  "args.c.0",
  "args.a.length",
  "args.a.b.0",
  "args.a.constructor",
  "args.__proto__",
  "tool",
  "time.hour",
];
const ELEMENT = ["", "a", "length", "0", "b.1", "constructor", "__proto__"];
const FOLD = ["current", "accumulator", "current.length", "accumulator.0", "current.a"];
const INNER: Readonly<Record<string, readonly string[]>> = {
  map: ELEMENT,
  filter: ELEMENT,
  all: ELEMENT,
  none: ELEMENT,
  some: ELEMENT,
  reduce: FOLD,
};
const literal = fc.constantFrom<JsonValue>(
  null,
  true,
  false,
  0,
  1,
  2,
  -1,
  0.5,
  "1",
  "",
  "a",
  "b",
  [],
  [1, "1"],
  ["args.a", "a"],
  {},
);
const OPERATORS = Object.entries(LOGIC_OPERATORS) as [string, readonly [number, number?]][];

/** Any operator on any operands: most coerce in json-logic-js. What is refused when parsed is not among them. */
export const anyLogic: fc.Arbitrary<JsonValue> = logicIn(CALL, 3);

function logicIn(paths: readonly string[], depth: number): fc.Arbitrary<JsonValue> {
  const variable = fc.constantFrom(...paths).map((path): JsonValue => ({ var: path }));
  if (depth === 0) return fc.oneof(literal, variable);
  const operand = logicIn(paths, depth - 1);
  const path = fc.constantFrom(...paths);
  // json-logic-js judges a default that is not taken too, and may throw.
  const special: Readonly<Record<string, () => fc.Arbitrary<readonly JsonValue[]>>> = {
    var: () =>
      fc.oneof(
        fc.tuple(path, fc.oneof(literal, variable)),
        fc.tuple(fc.record({ cat: path }, { noNullPrototype: true })),
      ),
    missing: () => fc.oneof(fc.array(path, { minLength: 1, maxLength: 3 }), fc.tuple(variable)),
    missing_some: () => fc.tuple(operand, fc.oneof(fc.array(path, { maxLength: 3 }), variable)),
  };
  const operations = OPERATORS.map(([op, [least, most = 3]]) => {
    const inner = INNER[op];
    const any = fc.array(operand, { minLength: least, maxLength: most });
    const operands =
      special[op]?.() ??
      (inner === undefined
        ? any
        : fc.tuple(any, logicIn(inner, depth - 1)).map(([given, second]) => given.with(1, second)));
    return operands.map((given): JsonValue => ({ [op]: given }));
  });
  return fc.oneof(
    { weight: 1, arbitrary: variable },
    { weight: 1, arbitrary: literal },
    { weight: 8, arbitrary: fc.oneof(...operations) },
  );
}
