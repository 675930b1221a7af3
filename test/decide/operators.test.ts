import type { ConditionDocument, JsonValue, Operator } from "callgate";
import { describe, expect, test } from "vitest";
import { MISSING, TABLE, VALUES } from "./operators.cases.js";
import { type Arguments, type Verdict, verdictOf } from "./verdict.js";

const LETTERS: ReadonlyMap<string, Verdict> = new Map([
  ["t", "true"],
  [".", "false"],
  ["E", "error"],
]);

/** Where a condition can find a value: the path, and the arguments or facts that have the value there. */
const PLACES: readonly (readonly [path: string, args: (value: unknown) => Arguments, facts?: "facts"])[] = [
  ["args.v", (value) => (value === MISSING ? {} : { v: value })],
  ["args.deep.v", (value) => ({ deep: value === MISSING ? {} : { v: value } })],
  ["args.list[1]", (value) => ({ list: value === MISSING ? [0] : [0, value] })],
  ['args["__proto__"]', (value) => ownProto(value)],
  ["context.v", (value) => (value === MISSING ? {} : { v: value }), "facts"],
];

function ownProto(value: unknown): Arguments {
  const args = {};
  if (value !== MISSING) Object.defineProperty(args, "__proto__", { value, enumerable: true });
  return args;
}

function verdictAt(place: (typeof PLACES)[number], op: Operator, operand: JsonValue, value: unknown): Verdict {
  const [path, args, facts] = place;
  const condition: ConditionDocument = { path, op, value: operand };
  return facts === undefined ? verdictOf(condition, args(value)) : verdictOf(condition, {}, args(value));
}

describe("operators", () => {
  const OPERATORS = new Set(TABLE.map(([op]) => op));
  test("the table covers all thirteen operators", () => {
    expect(OPERATORS.size).toBe(13);
  });

  describe.each(PLACES.map((place) => ({ path: place[0], place })))("at $path", ({ place }) => {
    test.each(TABLE)("%s %j is true, false or an error as the table says", (op, operand, row) => {
      const letters = row.split(" ");
      expect(letters).toHaveLength(VALUES.length);
      const stated = VALUES.map(([name], index) => [name, LETTERS.get(letters[index] ?? "")]);
      const found = VALUES.map(([name, value]) => [name, verdictAt(place, op, operand, value)]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(stated));
    });
  });

  test("a number is compared by its value, however it was written", () => {
    const args = JSON.parse('{ "a": 1.0, "b": 10e-1, "c": -0 }') as Arguments;
    expect(verdictOf({ path: "args.a", op: "eq", value: 1 }, args)).toBe("true");
    expect(verdictOf({ path: "args.b", op: "in", value: [1] }, args)).toBe("true");
    expect(verdictOf({ path: "args.c", op: "eq", value: 0 }, args)).toBe("true");
    expect(verdictOf({ path: "args.c", op: "in", value: [0] }, args)).toBe("true");
  });

  test.each<[string, JsonValue, unknown, Verdict]>([
    ["the order of keys does not matter", { a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, "true"],
    ["the order of elements does", [1, 2], [2, 1], "false"],
    ["a key more is another value", { a: 1 }, { a: 1, b: 1 }, "false"],
    ["a key that is missing is not null", { a: null }, {}, "false"],
    ["types differ deep inside", { a: [1] }, { a: ["1"] }, "false"],
    ["an own __proto__ is compared", JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}'), "true"],
    ["an own __proto__ is not the prototype", JSON.parse('{"__proto__":{}}'), {}, "false"],
    ["an inexact number anywhere is an error", { a: [1] }, { a: [1], b: [{ c: 2 ** 53 }] }, "error"],
    ["a member that is undefined is an error", { a: 1 }, { a: 1, b: undefined }, "error"],
    ["a member that is not JSON is an error", { a: 1 }, { a: 1, b: 1n }, "error"],
  ])("values are compared deeply: %s", (_rule, operand, value, verdict) => {
    expect(verdictOf({ path: "args.v", op: "eq", value: operand }, { v: value })).toBe(verdict);
    expect(verdictOf({ path: "args.v", op: "in", value: [operand] }, { v: value })).toBe(verdict);
    expect(verdictOf({ path: "args.v", op: "contains", value: operand }, { v: [value] })).toBe(verdict);
  });

  test.each<[string, JsonValue, unknown, Verdict]>([
    ["an element of another type beside one that equals", 5, ["x", 5], "true"],
    ["an element of another type beside one that differs", 5, ["x", 4], "error"],
    ["an element that is null", 5, [4, null], "error"],
    ["elements that all differ", 5, [4, 6], "false"],
    ["an inexact element beside one that differs", 5, [4, 2 ** 53], "error"],
    ["an inexact element beside one that equals: the whole value is compared", 5, [5, 2 ** 53], "error"],
    ["an array as element", [5], [[4], [5]], "true"],
    ["the elements of an element", 5, [[5]], "error"],
    ["the empty string in a string", "", "abc", "true"],
    ["upper case in lower case", "B", "abc", "false"],
  ])("contains: %s", (_rule, operand, value, verdict) => {
    expect(verdictOf({ path: "args.v", op: "contains", value: operand }, { v: value })).toBe(verdict);
  });

  test("a value that nests deeper than can be compared is an error, not an exception", () => {
    let value: unknown = [];
    for (let depth = 0; depth < 50_000; depth++) value = [value];
    expect(verdictOf({ path: "args.v", op: "eq", value: [] }, { v: value })).toBe("error");
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(verdictOf({ path: "args.v", op: "eq", value: [] }, { v: cycle })).toBe("error");
  });

  test("a value that throws when read is an error", () => {
    const args = {
      get v(): never {
        throw new Error("boom");
      },
    };
    expect(verdictOf({ path: "args.v", op: "eq", value: 1 }, args)).toBe("error");
    expect(verdictOf({ path: "args.v", op: "exists", value: false }, args)).toBe("error");
    expect(verdictOf({ path: "args.o.v", op: "eq", value: 1 }, { o: args })).toBe("error");
  });
});
