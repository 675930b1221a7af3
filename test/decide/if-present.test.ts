import { type ConditionDocument, decide, type JsonValue, type Operator, parsePolicy, safeParsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { type Arguments, decideBy } from "./verdict.js";

type Row = readonly [Operator, JsonValue, passes: readonly unknown[], fails: readonly unknown[]];

const OPERATORS: readonly Row[] = [
  ["eq", 5, [5], [4, "5", null, [5], 2 ** 53]],
  ["neq", 5, [4], [5, "4", null]],
  ["lt", 5, [4], [5, "4", null]],
  ["lte", 5, [5], [6, null]],
  ["gt", 5, [6], [5, "6", null]],
  ["gte", 5, [5], [4, null, true]],
  ["in", ["a", 1], ["a", 1], ["b", 2, null, ["a"]]],
  ["not_in", ["a", 1], ["b"], ["a", null, true]],
  ["regex", "^a", ["ab"], ["b", 5, null]],
  ["contains", "a", ["bab", ["a"]], ["b", ["b"], [], 5, null]],
  ["path_within", "/srv", ["/srv/a"], ["/etc", "/srv/../etc", null, 5]],
  ["host_in", "a.com", ["https://a.com/"], ["https://b.com/", "a.com", null, 5]],
];

const holds = (condition: ConditionDocument, args: Arguments): boolean =>
  decideBy("require", [{ conditions: [condition] }], args).outcome === "allow";

describe("if_present", () => {
  test("the table covers every operator but `exists`, which says itself what a missing argument means", () => {
    expect(new Set(OPERATORS.map(([op]) => op)).size).toBe(12);
  });

  test.each(OPERATORS)(
    "with %s %j a missing argument holds, and a present one is judged as ever",
    (op, value, good, bad) => {
      for (const [path, wrap] of [
        ["args.v", (v: unknown) => ({ v })],
        ["args.o.v", (v: unknown) => ({ o: { v } })],
        ["args.l[1]", (v: unknown) => ({ l: [0, v] })],
        ["args.l[*].v", (v: unknown) => ({ l: [{ v }, {}] })],
      ] as const) {
        const plain: ConditionDocument = { path, op, value };
        const optional: ConditionDocument = { ...plain, if_present: true };
        expect(holds(plain, {})).toBe(false);
        expect(holds(optional, {})).toBe(true);
        for (const v of good) expect([path, v, holds(optional, wrap(v))]).toEqual([path, v, true]);
        for (const v of bad) expect([path, v, holds(optional, wrap(v))]).toEqual([path, v, false]);
      }
    },
  );

  test.each<[what: string, path: string, args: Arguments, holds: boolean]>([
    ["the whole of the path is missing", "args.a.b.c", {}, true],
    ["the end of the path is missing", "args.a.b.c", { a: { b: {} } }, true],
    ["an index past the end", "args.a[1]", { a: [5] }, true],
    ["null is there", "args.a", { a: null }, false],
    ["undefined is there", "args.a", { a: undefined }, false],
    ["null is in the way", "args.a.b", { a: null }, false],
    ["a scalar is in the way", "args.a.b", { a: 5 }, false],
    ["an array is under a name", "args.a.b", { a: [] }, false],
    ["an object is under an index", "args.a[0]", { a: {} }, false],
    ["an object is under `[*]`", "args.a[*]", { a: {} }, false],
    ["the array itself is missing", "args.a[*].b", {}, true],
    ["every element lacks the key", "args.a[*].b", { a: [{}, {}] }, true],
    ["one element lacks the key, the other is right", "args.a[*].b", { a: [{}, { b: 5 }] }, true],
    ["one element lacks the key, the other is wrong", "args.a[*].b", { a: [{}, { b: 6 }] }, false],
    ["one element lacks the key, the other cannot be judged", "args.a[*].b", { a: [{}, { b: "5" }] }, false],
    ["an element cannot be walked into", "args.a[*].b", { a: [{}, null] }, false],
    ["C11: an array is empty, which is not missing", "args.a[*]", { a: [] }, false],
    ["C11: an array is empty below", "args.a[*].b[*]", { a: [{ b: [] }] }, false],
    ["C17: only the prototype has it", "args.a", Object.create({ a: 6 }), true],
  ])("where %s", (_what, path, args, expected) => {
    expect(holds({ path, op: "eq", value: 5, if_present: true }, args)).toBe(expected);
  });

  test.each([
    ["session.id", {}, true],
    ["session.id", { session: "other" }, false],
    ["session.id", { session: "s" }, true],
    ["server", {}, true],
    ["server", { server: "other" }, false],
    ["grant.labels.team", {}, true],
    ["grant.labels.team", { labels: { team: "other" } }, false],
    ["grant.labels.team", { labels: [] as never }, false],
    ["context.role", {}, true],
    ["context.role", { facts: { role: "s" } }, true],
    ["time.hour", {}, false],
  ])("%s of %j: what the call has not holds, what it has is judged", (path, context, expected) => {
    const rule = { conditions: [{ path, op: "eq" as const, value: "s", if_present: true as const }] };
    expect(decideBy("require", [rule], {}, undefined, context).outcome === "allow").toBe(expected);
  });

  test("the conditions of a rule each have their own", () => {
    const conditions: ConditionDocument[] = [
      { path: "args.a", op: "eq", value: 1 },
      { path: "args.b", op: "eq", value: 1, if_present: true },
    ];
    const outcome = (args: Arguments) => decideBy("require", [{ conditions }], args).outcome;
    expect([{ a: 1 }, { a: 1, b: 1 }, { a: 1, b: 2 }, { b: 1 }, {}].map(outcome)).toEqual([
      ...["allow", "allow", "deny", "deny", "deny"],
    ]);
  });

  test("one expression with and without it is two conditions, though it is matched once", () => {
    const regex: ConditionDocument = { path: "args.s", op: "regex", value: "a" };
    const optional: ConditionDocument = { ...regex, if_present: true };
    for (const conditions of [[regex], [optional], [regex, optional], [optional, regex]]) {
      const strict = conditions.includes(regex);
      expect(decideBy("require", [{ conditions }], {}).outcome).toBe(strict ? "deny" : "allow");
      expect(decideBy("require", [{ conditions }], { s: "a" }).outcome).toBe("allow");
      expect(decideBy("require", [{ conditions }], { s: "b" }).outcome).toBe("deny");
    }
  });

  test("in all_tools it lets pass the tools that have no such argument", () => {
    const require = [{ conditions: [{ path: "args.path", op: "path_within", value: "/srv", if_present: true }] }];
    const policy = parsePolicy({ version: "1", default: "allow", all_tools: { require } });
    expect(decide(policy, { name: "ping" }).outcome).toBe("allow");
    expect(decide(policy, { name: "read", arguments: { path: "/srv/a" } }).outcome).toBe("allow");
    expect(decide(policy, { name: "read", arguments: { path: "/etc/passwd" } })).toMatchObject({
      outcome: "deny",
      rule: "/all_tools/require/args.path-path_within",
    });
  });

  test("it is refused where a missing argument fires nothing anyway", () => {
    const conditions = [{ path: "args.a", op: "eq", value: 1, if_present: true }];
    for (const list of ["deny_if", "require_approval_if"]) {
      for (const rules of [
        { tools: { t: { [list]: [{ conditions }] } } },
        { all_tools: { [list]: [{ conditions }] } },
      ]) {
        expect(safeParsePolicy({ version: "1", default: "deny", ...rules }).ok).toBe(false);
      }
    }
  });
});
