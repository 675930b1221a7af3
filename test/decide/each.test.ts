import type { ConditionDocument, Decision } from "callgate";
import { describe, expect, test } from "vitest";
import { type Arguments, decideBy } from "./verdict.js";

/** What becomes of a call: by a requirement, and by a prohibition that fires or cannot be judged. */
type Row = readonly [args: string, required: "passes" | "denies", forbidden: "passes" | "fires" | "errs"];

function required(condition: ConditionDocument, args: Arguments): Row[1] {
  return decideBy("require", [{ conditions: [condition] }], args).outcome === "allow" ? "passes" : "denies";
}

function forbidden(condition: ConditionDocument, args: Arguments): Row[2] {
  const decision: Decision = decideBy("deny_if", [{ conditions: [condition] }], args);
  if (decision.outcome === "allow") return "passes";
  return decision.pointer === "/tools/t/deny_if/0" ? "fires" : "errs";
}

const PRICE_AT_MOST_100: readonly Row[] = [
  ['{"items":[{"price":50}]}', "passes", "fires"],
  ['{"items":[{"price":50},{"price":100}]}', "passes", "fires"],
  ['{"items":[{"price":50},{"price":101}]}', "denies", "fires"],
  ['{"items":[{"price":101},{"price":102}]}', "denies", "passes"],
  ['{"items":[]}', "denies", "passes"],
  ["{}", "denies", "passes"],
  ['{"items":[{}]}', "denies", "passes"],
  ['{"items":[{"price":50},{}]}', "denies", "fires"],
  ['{"items":[{"price":101},{}]}', "denies", "passes"],
  ['{"items":[{"price":50},{"price":"50"}]}', "denies", "fires"],
  ['{"items":[{"price":101},{"price":"50"}]}', "denies", "errs"],
  ['{"items":[{"price":"50"},{"price":101}]}', "denies", "errs"],
  ['{"items":[{"price":null}]}', "denies", "errs"],
  ['{"items":[{"price":[50]}]}', "denies", "errs"],
  ['{"items":[{"price":9007199254740993}]}', "denies", "errs"],
  ['{"items":[50]}', "denies", "errs"],
  ['{"items":[null]}', "denies", "errs"],
  ['{"items":[[{"price":50}]]}', "denies", "errs"],
  ['{"items":{"0":{"price":50}}}', "denies", "errs"],
  ['{"items":{"price":50}}', "denies", "errs"],
  ['{"items":"50"}', "denies", "errs"],
  ['{"items":null}', "denies", "errs"],
];

/** Other conditions on elements: path, operator and operand as JSON, then what becomes of the call. */
const OTHERS: readonly (readonly [condition: string, ...row: Row])[] = [
  ['["args.to[*]","regex","@example\\\\.com$"]', '{"to":["a@example.com","b@example.com"]}', "passes", "fires"],
  ['["args.to[*]","regex","@example\\\\.com$"]', '{"to":["a@example.com","b@evil.com"]}', "denies", "fires"],
  ['["args.to[*]","neq","a"]', '{"to":["a","b"]}', "denies", "fires"],
  ['["args.to[*]","neq","a"]', '{"to":["a","a"]}', "denies", "passes"],
  ['["args.to[*]","neq","a"]', '{"to":[]}', "denies", "passes"],
  ['["args.to[*]","not_in",["a"]]', '{"to":["b",5]}', "denies", "fires"],
  ['["args.to[*]","not_in",["a"]]', '{"to":["a",5]}', "denies", "errs"],
  ['["args.to[*]","eq",null]', '{"to":[null,null]}', "passes", "fires"],
  ['["args.to[*]","contains","a"]', '{"to":[["a"],["b","a"]]}', "passes", "fires"],
  ['["args.i[*].id","exists",true]', '{"i":[{"id":1},{"id":2}]}', "passes", "fires"],
  ['["args.i[*].id","exists",true]', '{"i":[{"id":1},{}]}', "denies", "fires"],
  ['["args.i[*].id","exists",true]', '{"i":[{"id":null}]}', "denies", "passes"],
  ['["args.i[*].id","exists",true]', '{"i":[]}', "denies", "passes"],
  ['["args.i[*].id","exists",false]', '{"i":[{},{"id":null}]}', "passes", "fires"],
  ['["args.i[*].id","exists",false]', '{"i":[{},{"id":1}]}', "denies", "fires"],
  ['["args.i[*].id","exists",false]', '{"i":[{"id":1}]}', "denies", "passes"],
  ['["args.i[*].id","exists",false]', '{"i":[5]}', "denies", "errs"],
  ['["args.i[*].tags[*]","eq","x"]', '{"i":[{"tags":["x"]},{"tags":["x","x"]}]}', "passes", "fires"],
  ['["args.i[*].tags[*]","eq","x"]', '{"i":[{"tags":["x"]},{"tags":["x","y"]}]}', "denies", "fires"],
  ['["args.i[*].tags[*]","eq","x"]', '{"i":[{"tags":["x"]},{"tags":[]}]}', "denies", "fires"],
  ['["args.i[*].tags[*]","eq","x"]', '{"i":[{"tags":["y"]},{"tags":[5]}]}', "denies", "errs"],
  ['["args.i[*][0]","eq",1]', '{"i":[[1],[1,2]]}', "passes", "fires"],
  ['["args.i[*][0]","eq",1]', '{"i":[[1],[]]}', "denies", "fires"],
  ['["args.i[*][0]","eq",1]', '{"i":[[]]}', "denies", "passes"],
];

describe("[*]", () => {
  test.each(PRICE_AT_MOST_100)(
    "C11: every price of %s at most 100: a requirement %s; any of them: a prohibition %s",
    (text, whenRequired, whenForbidden) => {
      const condition: ConditionDocument = { path: "args.items[*].price", op: "lte", value: 100 };
      const args = JSON.parse(text) as Arguments;
      expect([required(condition, args), forbidden(condition, args)]).toEqual([whenRequired, whenForbidden]);
    },
  );

  test.each(OTHERS)("%s of %s: a requirement %s, a prohibition %s", (stated, text, whenRequired, whenForbidden) => {
    const [path, op, value] = JSON.parse(stated);
    const args = JSON.parse(text) as Arguments;
    expect([required({ path, op, value }, args), forbidden({ path, op, value }, args)]).toEqual([
      whenRequired,
      whenForbidden,
    ]);
  });

  test("C25: one bad recipient among good ones denies", () => {
    const condition: ConditionDocument = { path: "args.to[*]", op: "regex", value: "^[a-z]+@example\\.com$" };
    const good = Array.from({ length: 100 }, () => "a@example.com");
    expect(required(condition, { to: good })).toBe("passes");
    for (const bad of ["a@evil.com", "a@example.com.evil.com", "", null, ["a@example.com"]]) {
      expect(required(condition, { to: [...good, bad, ...good] })).toBe("denies");
    }
  });

  test("conditions of a rule are not correlated by element", () => {
    const conditions: ConditionDocument[] = [
      { path: "args.i[*].kind", op: "eq", value: "refund" },
      { path: "args.i[*].amount", op: "gt", value: 100 },
    ];
    const args = {
      i: [
        { kind: "refund", amount: 1 },
        { kind: "charge", amount: 500 },
      ],
    };
    expect(decideBy("deny_if", [{ conditions }], args).outcome).toBe("deny");
  });

  test("the elements of context are read the same way", () => {
    const conditions: ConditionDocument[] = [{ path: "context.roles[*]", op: "eq", value: "admin" }];
    expect(decideBy("deny_if", [{ conditions }], {}, { roles: ["user", "admin"] }).outcome).toBe("deny");
    expect(decideBy("require", [{ conditions }], {}, { roles: ["user", "admin"] }).outcome).toBe("deny");
    expect(decideBy("require", [{ conditions }], {}, { roles: "admin" }).outcome).toBe("deny");
    expect(decideBy("require", [{ conditions }], {}, { roles: ["admin"] }).outcome).toBe("allow");
  });
});
