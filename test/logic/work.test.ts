import { decide, type JsonValue, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { type Args, judge, says } from "./judged.js";

const v = (path: string): JsonValue => ({ var: path });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index % 10);

/** `count` operators in one another. */
const nested = (count: number): JsonValue =>
  Array.from({ length: count }).reduce<JsonValue>((inner) => ({ "!": inner }), true);

/** `count` values, the operation and its operands among them. */
const wide = (count: number): JsonValue => ({ in: [0, Array(count - 4).fill(0)] });

describe("caps of one formula", () => {
  test("24 operators in one another and 5,000 values are accepted", () => {
    expect(says(nested(24), {})).toBe("true");
    expect(() => says(nested(25), {})).toThrow("logic nests deeper than 24");
    expect(says(wide(5_000), {})).toBe("true");
    expect(() => says(wide(5_001), {})).toThrow("logic has more than 5000 values");
  });

  test("a document of hundreds of formulas is accepted", () => {
    const rules = Array.from({ length: 500 }, (_, index) => ({ logic: { "<": [v("args.n"), index + 10] } }));
    const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { require: rules } } });
    expect(decide(policy, { name: "t", arguments: { n: 1 } }).outcome).toBe("allow");
  });
});

/** Formulas whose work grows faster than what they are given, or with it. */
const HEAVY: readonly (readonly [what: string, logic: JsonValue, small: Args, large: Args])[] = [
  ["a list", { all: [v("args.l"), { "<": [v(""), 10] }] }, { l: numbers(10_000) }, { l: numbers(100_000) }],
  [
    "map in map",
    { all: [v("args.l"), { all: [v(""), { "<": [v(""), 10] }] }] },
    { l: Array(100).fill(numbers(100)) },
    { l: Array(1_000).fill(numbers(1_000)) },
  ],
  [
    "a list of literals for each element",
    { none: [v("args.l"), { some: [numbers(1_000), { "==": [v(""), 11] }] }] },
    { l: numbers(10) },
    { l: numbers(1_000) },
  ],
  [
    "in a list, for each element",
    { none: [v("args.l"), { in: [v(""), numbers(1_000).map((number) => number + 100)] }] },
    { l: numbers(50) },
    { l: numbers(1_000) },
  ],
  [
    "many literal operands for each element",
    { all: [v("args.l"), { "<": [0, { "+": Array(500).fill(1) }] }] },
    { l: numbers(100) },
    { l: numbers(1_000) },
  ],
  [
    "merge that doubles",
    { none: [{ reduce: [v("args.l"), { merge: [v("accumulator"), v("accumulator")] }, [1]] }, { "==": [v(""), 2] }] },
    { l: numbers(10) },
    { l: numbers(20) },
  ],
  [
    "cat that doubles",
    { "!==": [{ reduce: [v("args.l"), { cat: [v("accumulator"), v("accumulator")] }, "ab"] }, "x"] },
    { l: numbers(10) },
    { l: numbers(20) },
  ],
  [
    "a list in lists that doubles",
    { "!==": [{ reduce: [v("args.l"), [v("accumulator"), v("accumulator")], 1] }, "x"] },
    { l: numbers(1_000) },
    { l: numbers(50_000) },
  ],
  [
    "a text in a text",
    { "!": { in: [v("args.part"), v("args.text")] } },
    { part: `a${"b".repeat(100)}`, text: "ab".repeat(10_000) },
    { part: `a${"b".repeat(10_000)}`, text: "ab".repeat(100_000) },
  ],
  [
    "equal texts, for each element",
    { all: [v("args.l"), { "==": [v("a"), v("b")] }] },
    { l: Array(10).fill({ a: "x".repeat(10_000), b: "x".repeat(10_000) }) },
    { l: Array(1_000).fill({ a: "x".repeat(10_000), b: "x".repeat(10_000) }) },
  ],
  [
    "texts in order, for each element",
    { all: [v("args.l"), { "<=": [v("a"), v("b")] }] },
    { l: Array(10).fill({ a: "x".repeat(10_000), b: "x".repeat(10_001) }) },
    { l: Array(1_000).fill({ a: "x".repeat(10_000), b: "x".repeat(10_001) }) },
  ],
  [
    "computed paths, for each element",
    { all: [v("args.l"), { "===": [{ var: [v("p"), 1] }, 1] }] },
    { l: Array(100).fill({ p: "p1.".repeat(30).slice(0, -1).replace("p1", "q") }) },
    { l: Array(10_000).fill({ p: "p1.".repeat(30).slice(0, -1).replace("p1", "q") }) },
  ],
  [
    "long computed paths, for each element",
    { all: [v("args.l"), { "===": [{ var: [v("p"), 1] }, 1] }] },
    { l: Array(100).fill({ p: "x".repeat(4_000) }) },
    { l: Array(1_000).fill({ p: "x".repeat(4_000) }) },
  ],
  [
    "missing, for each element",
    { none: [{ map: [v("args.l"), { missing: ["a", "b", "c"] }] }, false] },
    { l: [] },
    { l: Array(50_000).fill({ a: 1 }) },
  ],
  [
    "keys for missing that the call gives",
    { some: [{ missing: v("args.keys") }, true] },
    { keys: Array(1_000).fill("args.absent") },
    { keys: Array(100_000).fill("args.absent") },
  ],
];

describe("work is bounded: what would take too many steps is an error", () => {
  test.each(HEAVY)("%s", (_what, logic, small, large) => {
    const judged = judge(logic);
    expect(judged(small)).toBe("true");
    expect(judged(large)).toBe("error");
  });

  test("what decides early is not charged for what it does not look at", () => {
    expect(says({ or: [true, { all: [v("args.l"), true] }] }, { l: numbers(1_000_000) })).toBe("true");
  });

  test("a path that a call gives is not split without bound", () => {
    const judged = judge({ "===": [{ var: [v("args.p"), 1] }, 1] });
    expect(judged({ p: "args.x" })).toBe("true");
    expect(judged({ p: `args${".x".repeat(5_000)}` })).toBe("error");
  });

  const half: JsonValue = { all: [v("args.l"), { "<": [v(""), 10] }] };
  const otherHalf: JsonValue = { all: [v("args.l"), { "<": [v(""), 11] }] };
  const decideBy = (document: object, count: number) =>
    decide(parsePolicy({ version: "1", default: "deny", tools: { t: document } }), {
      name: "t",
      arguments: { l: numbers(count) },
    });

  test("the rules of one call share the bound, in any order", () => {
    const [one, other] = [{ logic: half }, { logic: otherHalf }];
    expect(decideBy({ require: [one] }, 10_000).outcome).toBe("allow");
    expect(decideBy({ require: [other] }, 10_000).outcome).toBe("allow");
    for (const rules of [
      [one, other],
      [other, one],
    ]) {
      expect(decideBy({ require: rules }, 10_000)).toMatchObject({
        outcome: "deny",
        pointer: "/tools/t/require/1/logic",
      });
    }
    expect(decideBy({ require: [one], deny_if: [{ logic: { "!": otherHalf } }] }, 10_000).outcome).toBe("deny");
  });

  test("logic that stands there twice is judged once, and says the same", () => {
    const rule = { logic: half };
    const same = { logic: JSON.parse(JSON.stringify(half)) };
    expect(decideBy({ require: [rule, same, { ...rule, on_deny: "no" }] }, 10_000).outcome).toBe("allow");
  });

  test("each call starts with all of it", () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { require: [{ logic: half }] } } });
    const call = { name: "t", arguments: { l: numbers(10_000) } };
    for (let calls = 0; calls < 5; calls++) expect(decide(policy, call).outcome).toBe("allow");
  });
});
