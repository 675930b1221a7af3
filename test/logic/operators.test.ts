import { readFileSync } from "node:fs";
import type { JsonValue } from "callgate";
import { describe, expect, test } from "vitest";
import { dataOf, judge, NOW, resultOf, says } from "./judged.js";
import { ARGS, OPERATORS } from "./operators.cases.js";
import { oracle } from "./oracle.js";

describe.each(Object.entries(OPERATORS))("%s", (_operator, cases) => {
  test.each(cases.map(([logic, value]) => ({ logic, value, shown: JSON.stringify(logic) })))(
    "$shown gives $value, as json-logic-js does",
    ({ logic, value }) => {
      expect(resultOf(logic, ARGS)).toEqual({ value });
      expect(oracle(logic, dataOf(ARGS))).toEqual(value);
      // What is true or false is so in a decision too, and all else is no verdict.
      expect(says(logic, ARGS)).toBe(typeof value === "boolean" ? String(value) : "error");
    },
  );
});

test("every operator of json-logic-js has cases, log excepted", () => {
  const source = readFileSync(new URL("../../node_modules/json-logic-js/logic.js", import.meta.url), "utf8");
  const named = [...source.matchAll(/^ {4}"([^"]+)": function|\bop ={2,3} "([^"]+)"/gm)].map(
    ([, a, b]) => a ?? b ?? "",
  );
  expect(named.length).toBeGreaterThan(30);
  const shown = new Set([...Object.keys(OPERATORS), "log"]);
  expect(named.filter((operator) => !shown.has(operator))).toEqual([]);
});

describe("a path in var", () => {
  const v = (path: JsonValue): JsonValue => ({ var: path });
  const absent = (path: string): JsonValue => ({ "===": [v([path, "absent"]), "absent"] });

  test.each([
    "args.absent",
    "args.deep.absent.deeper",
    "args.nums.3",
    "args.constructor",
    "args.__proto__.x",
    "args.toString",
  ])("%s leads nowhere: its default, and without one an error", (path) => {
    expect(says(absent(path), ARGS)).toBe("true");
    expect(says({ "===": [v(path), 0] }, ARGS)).toBe("error");
  });

  test.each([
    "args.n.x",
    "args.s.length",
    "args.s.0",
    "args.nothing.x",
    "args.b.x",
    "args.nums.length",
    "args.nums.map",
    "args.nums.constructor",
    "args.nums.-1",
    "args.nums.00",
    "args.nums.1e0",
    "tool.length",
  ])("%s goes on where there is nothing to walk into: an error, whatever the default", (path) => {
    const computed: JsonValue = { cat: [path] };
    expect(says({ "===": [v([computed, "absent"]), "absent"] }, ARGS)).toBe("error");
    expect(says({ in: ["x", { missing: [computed] }] }, ARGS)).toBe("error");
  });

  test("an own key that is named like one of every object is read", () => {
    const args = JSON.parse('{ "__proto__": 1, "constructor": 2, "o": { "length": 3 } }');
    expect(resultOf([v("args.__proto__"), v("args.constructor"), v("args.o.length")], args)).toEqual({
      value: [1, 2, 3],
    });
  });

  test.each(["", "n", "args", "args..n", "args.nums[0]", "env.HOME", `args${".a".repeat(64)}`])(
    "a computed path %s, which would be refused when it stood there, is an error",
    (path) => {
      expect(says({ "===": [v([{ cat: path }, 5]), 5] }, ARGS)).toBe("error");
      expect(says({ none: [{ missing: [v("args.p")] }, true] }, { p: path })).toBe("error");
    },
  );

  test("inside an array operator only the element is read, and inside reduce only its two values", () => {
    expect(says({ some: [v("args.nums"), absent("args.n")] }, ARGS)).toBe("error");
    expect(says({ some: [v("args.items"), absent("args.n")] }, ARGS)).toBe("true");
    expect(says({ "===": [{ reduce: [v("args.nums"), v([{ cat: "args.n" }, 1]), 0] }, 1] }, ARGS)).toBe("error");
    expect(says({ "===": [{ reduce: [v("args.nums"), v("current"), v("args.n")] }, 3] }, ARGS)).toBe("true");
  });

  test("what the caller does not have is absent; the time without a clock is an error", () => {
    const bare = {};
    expect(says({ "===": [v(["session.id", 1]), 1] }, ARGS, bare)).toBe("true");
    expect(says({ "===": [v(["server", 1]), 1] }, ARGS, bare)).toBe("true");
    expect(says({ "===": [v(["context.role", 1]), 1] }, ARGS, bare)).toBe("true");
    expect(says({ "===": [v(["grant.labels.team", 1]), 1] }, ARGS, bare)).toBe("true");
    expect(says({ "===": [v("session.id"), 1] }, ARGS, bare)).toBe("error");
    expect(says({ "===": [v("server"), 1] }, ARGS, bare)).toBe("error");
    expect(says({ "===": [v(["time.hour", 1]), 1] }, ARGS, bare)).toBe("error");
    expect(says({ none: [{ missing: "time.hour" }, true] }, ARGS, bare)).toBe("error");
    expect(says({ "===": [v("time.hour"), 12] }, ARGS, { now: NOW })).toBe("true");
  });
});

describe("values of a call never become logic", () => {
  const hostile = { var: "args.secret" };
  const args = { secret: "x", o: hostile, list: [hostile], keys: [hostile, { log: "x" }] };

  test("an argument that looks like an operation stays an object", () => {
    expect(resultOf({ var: "args.o" }, args)).toEqual({ value: hostile });
    expect(resultOf({ var: ["args.absent", { var: "args.o" }] }, args)).toEqual({ value: hostile });
    expect(resultOf({ merge: [{ var: "args.list" }, { var: "args.o" }] }, args)).toEqual({ value: [hostile, hostile] });
    expect(resultOf({ map: [{ var: "args.list" }, { var: "" }] }, args)).toEqual({ value: [hostile] });
    expect(resultOf({ reduce: [[1], { var: "accumulator" }, { var: "args.o" }] }, args)).toEqual({ value: hostile });
    expect(says({ "==": [{ var: "args.o" }, "x"] }, args)).toBe("error");
  });

  test("keys for missing and missing_some are text, where json-logic-js would evaluate them", () => {
    expect(oracle({ missing: { var: "args.keys" } }, dataOf({ ...args, keys: [hostile] }))).toEqual([hostile]);
    expect(says({ some: [{ missing: { var: "args.keys" } }, true] }, args)).toBe("error");
    expect(says({ some: [{ missing_some: [1, { var: "args.keys" }] }, true] }, args)).toBe("error");
  });
});

test("what only a prototype has is never read", () => {
  const judged = judge({ "===": [{ var: ["args.planted", "absent"] }, "absent"] });
  Object.defineProperty(Object.prototype, "planted", { value: "yes", configurable: true });
  try {
    expect(judged({})).toBe("true");
    expect(oracle({ var: "args.planted" }, { args: {} })).toBe("yes");
  } finally {
    Reflect.deleteProperty(Object.prototype, "planted");
  }
});
