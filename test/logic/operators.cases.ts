import type { JsonValue } from "callgate";

/** Logic, and what it gives for `ARGS`. */
export type Given = readonly [logic: JsonValue, value: unknown];

export const ARGS = {
  n: 5,
  s: "abcdef",
  b: true,
  nothing: null,
  empty: "",
  nums: [1, 2, 3],
  none: [],
  words: ["a", "bc"],
  matrix: [
    [1, 2],
    [3, 4],
  ],
  items: [
    { price: 5, name: "pen", tags: ["x"] },
    { price: 20, name: "ink", tags: [] },
  ],
  deep: { n: 1, "0": "zero", list: [[7]] },
} as const;

const v = (path: JsonValue): JsonValue => ({ var: path });

export const OPERATORS: Readonly<Record<string, readonly Given[]>> = {
  "==": [
    [{ "==": [v("args.n"), 5] }, true],
    [{ "==": [v("args.s"), "abc"] }, false],
    [{ "==": [null, v("args.nothing")] }, true],
  ],
  "===": [
    [{ "===": [v("args.n"), 5] }, true],
    [{ "===": [v("args.n"), "5"] }, false],
    [{ "===": [v("args.nothing"), 0] }, false],
    [{ "===": [v("args.nums"), "1,2,3"] }, false],
    [{ "===": [v("args.deep"), null] }, false],
  ],
  "!=": [
    [{ "!=": [v("args.n"), 5] }, false],
    [{ "!=": [v("args.b"), false] }, true],
  ],
  "!==": [
    [{ "!==": [v("args.n"), "5"] }, true],
    [{ "!==": [v("args.s"), "abcdef"] }, false],
  ],
  ">": [
    [{ ">": [v("args.n"), 5] }, false],
    [{ ">": ["b", "a"] }, true],
  ],
  ">=": [
    [{ ">=": [v("args.n"), 5] }, true],
    [{ ">=": ["a", "b"] }, false],
  ],
  "<": [
    [{ "<": [v("args.n"), 6] }, true],
    [{ "<": [1, v("args.n"), 5] }, false],
    [{ "<": [1, v("args.n"), 6] }, true],
    [{ "<": [5, v("args.n"), 6] }, false],
    [{ "<": [v("time.date"), "2026-07-01"] }, true],
  ],
  "<=": [
    [{ "<=": [v("args.n"), 5] }, true],
    [{ "<=": [1, v("args.n"), 5] }, true],
    [{ "<=": [6, v("args.n"), 7] }, false],
    [{ "<=": ["a", "B"] }, false],
  ],
  "!": [
    [{ "!": v("args.b") }, false],
    [{ "!": [false] }, true],
  ],
  "!!": [
    [{ "!!": [v("args.b")] }, true],
    [{ "!!": false }, false],
  ],
  and: [
    [{ and: [true, v("args.b")] }, true],
    [{ and: [true, false, v("args.absent")] }, false],
    [{ and: v("args.b") }, true],
  ],
  or: [
    [{ or: [false, v("args.b")] }, true],
    [{ or: [true, v("args.absent")] }, true],
    [{ or: [false, false] }, false],
  ],
  if: [
    [{ if: [v("args.b"), "yes", v("args.absent")] }, "yes"],
    [{ if: [false, v("args.absent"), "no"] }, "no"],
    [{ if: [false, 1, v("args.b"), 2, 3] }, 2],
    [{ if: [false, 1, false, 2] }, null],
    [{ if: [v("args.n")] }, 5],
    [{ if: v("args.n") }, 5],
  ],
  "?:": [[{ "?:": [v("args.b"), 1, 2] }, 1]],
  in: [
    [{ in: ["cd", v("args.s")] }, true],
    [{ in: ["dc", v("args.s")] }, false],
    [{ in: ["", ""] }, false],
    [{ in: ["", "a"] }, true],
    [{ in: ["longer", "long"] }, false],
    [{ in: [v("args.n"), [1, "5", 5]] }, true],
    [{ in: ["5", [5]] }, false],
    [{ in: [null, [v("args.nothing")]] }, true],
    [{ in: [1, [[1], v("args.deep")]] }, false],
  ],
  cat: [
    [{ cat: [v("args.s"), "-", "x"] }, "abcdef-x"],
    [{ cat: "x" }, "x"],
  ],
  substr: [
    [{ substr: [v("args.s"), 2] }, "cdef"],
    [{ substr: [v("args.s"), -2] }, "ef"],
    [{ substr: [v("args.s"), -9] }, "abcdef"],
    [{ substr: [v("args.s"), 9] }, ""],
    [{ substr: [v("args.s"), 1, 3] }, "bcd"],
    [{ substr: [v("args.s"), 1, -2] }, "bcd"],
    [{ substr: [v("args.s"), 4, -3] }, ""],
    [{ substr: [v("args.s"), -3, 0] }, ""],
  ],
  "+": [
    [{ "+": [v("args.n"), 1, -0.5] }, 5.5],
    [{ "+": v("args.n") }, 5],
    [{ "+": [0.1, 0.2] }, 0.1 + 0.2],
    [{ "+": [9007199254740990, 1] }, 9007199254740991],
  ],
  "-": [
    [{ "-": [v("args.n"), 7] }, -2],
    [{ "-": v("args.n") }, -5],
  ],
  "*": [
    [{ "*": [v("args.n"), 3, 0.5] }, 7.5],
    [{ "*": v("args.n") }, 5],
  ],
  "/": [[{ "/": [v("args.n"), 2] }, 2.5]],
  "%": [
    [{ "%": [v("args.n"), 3] }, 2],
    [{ "%": [-5, 3] }, -2],
  ],
  min: [
    [{ min: [v("args.n"), 2, 9] }, 2],
    [{ min: v("args.n") }, 5],
  ],
  max: [[{ max: [v("args.n"), 2, 9] }, 9]],
  map: [
    [{ map: [v("args.nums"), { "*": [v(""), 2] }] }, [2, 4, 6]],
    [{ map: [v("args.items"), v("name")] }, ["pen", "ink"]],
    [{ map: [v("args.matrix"), v(1)] }, [2, 4]],
    [{ map: [v("args.matrix"), v("0")] }, [1, 3]],
    [{ map: [v("args.none"), v("absent")] }, []],
    [{ map: [[1, v("args.n")], v([])] }, [1, 5]],
  ],
  filter: [
    [{ filter: [v("args.nums"), { ">": [v(null), 1] }] }, [2, 3]],
    [{ map: [{ filter: [v("args.items"), { "<": [v("price"), 10] }] }, v("name")] }, ["pen"]],
  ],
  reduce: [
    [{ reduce: [v("args.nums"), { "+": [v("current"), v("accumulator")] }, 10] }, 16],
    [{ reduce: [v("args.items"), { "+": [v("current.price"), v("accumulator")] }, 0] }, 25],
    [{ reduce: [v("args.none"), v("accumulator"), v("args.n")] }, 5],
    [{ reduce: [v("args.none"), v("current")] }, null],
    [{ reduce: [v("args.words"), { if: [{ "===": [v("accumulator"), null] }, v("current"), "more"] }] }, "more"],
  ],
  all: [
    [{ all: [v("args.nums"), { ">": [v(""), 0] }] }, true],
    [{ all: [v("args.nums"), { "<": [v(""), 3] }] }, false],
    [{ all: [v("args.none"), true] }, false],
  ],
  none: [
    [{ none: [v("args.nums"), { ">": [v(""), 3] }] }, true],
    [{ none: [v("args.nums"), { ">": [v(""), 2] }] }, false],
    [{ none: [v("args.none"), false] }, true],
  ],
  some: [
    [{ some: [v("args.items"), { in: ["x", v("tags")] }] }, true],
    [{ some: [v("args.items"), { some: [v("tags"), { "==": [v(""), "y"] }] }] }, false],
    [{ some: [v("args.none"), true] }, false],
  ],
  merge: [
    [{ merge: [v("args.nums"), 4, [5, [6]]] }, [1, 2, 3, 4, 5, [6]]],
    [{ merge: v("args.nums") }, [1, 2, 3]],
    [{ merge: [null, { if: [false, 1] }] }, [null, null]],
  ],
  missing: [
    [{ missing: ["args.n", "args.absent", "args.deep.n", "args.deep.m"] }, ["args.absent", "args.deep.m"]],
    [{ missing: "args.absent" }, ["args.absent"]],
    [{ missing: [["args.nothing", "args.empty", "args.none"]] }, ["args.nothing", "args.empty"]],
    [{ missing: { merge: ["args.n", { if: [v("args.b"), ["args.absent"], []] }] } }, ["args.absent"]],
    [{ map: [v("args.items"), { missing: ["name", "size"] }] }, [["size"], ["size"]]],
    [{ missing: [{ cat: ["args.", "absent"] }, "args.nums.3", "args.nums.2"] }, ["args.absent", "args.nums.3"]],
  ],
  missing_some: [
    [{ missing_some: [1, ["args.n", "args.absent"]] }, []],
    [{ missing_some: [2, ["args.n", "args.absent"]] }, ["args.absent"]],
    [{ missing_some: [0, []] }, []],
  ],
  var: [
    [v("args.n"), 5],
    [v(["args.n"]), 5],
    [v("args.nums.2"), 3],
    [v("args.deep.0"), "zero"],
    [v("args.deep.list.0.0"), 7],
    [v(["args.absent", 7]), 7],
    [v(["args.deep.absent.deeper", v("args.n")]), 5],
    [v(["args.n", v("args.absent")]), 5],
    [v(["args.nothing", 7]), null],
    [v(["args.nums.3", "none"]), "none"],
    [v({ cat: ["args.", "n"] }), 5],
    [v([{ if: [v("args.b"), "args.n", "args.s"] }, 0]), 5],
    [v("tool"), "t"],
    [v("server"), "up"],
    [v("grant.id"), "g"],
    [v("grant.labels.team"), "ab"],
    [v("session.id"), "s"],
    [v("time.hour"), 12],
    [v("time.date"), "2026-01-01"],
    [v("context.role"), "b"],
  ],
  "a list": [
    [
      [1, v("args.n"), [v("args.s")]],
      [1, 5, ["abcdef"]],
    ],
    [[], []],
  ],
  "a value": [
    [5, 5],
    ["var", "var"],
    [null, null],
    [{}, {}],
  ],
};
