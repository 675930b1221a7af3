import type { ConditionDocument } from "callgate";
import { describe, expect, test } from "vitest";
import { type Arguments, decideBy, type Verdict, verdictOf } from "./verdict.js";

const parse = (text: string) => JSON.parse(text) as Arguments;
const equalsOne = (path: string): ConditionDocument => ({ path, op: "eq", value: 1 });

/** The verdict of `<path> eq 1` on arguments, which are given as JSON text. */
const WALKS: readonly (readonly [path: string, args: string, verdict: Verdict])[] = [
  ["args.a.b", '{"a":{"b":1}}', "true"],
  ["args.a.b", '{"a":{"b":2}}', "false"],
  ["args.a.b", "{}", "false"],
  ["args.a.b", '{"a":{}}', "false"],
  ["args.a.b", '{"a":{"B":1}}', "false"],
  ["args.a.b", '{"a":null}', "error"],
  ["args.a.b", '{"a":5}', "error"],
  ["args.a.b", '{"a":false}', "error"],
  ["args.a.b", '{"a":"b"}', "error"],
  ["args.a.b", '{"a":[]}', "error"],
  ["args.a.b", '{"a":[{"b":1}]}', "error"],
  ["args.a.b.c", '{"a":{"b":null}}', "error"],
  ["args.a[0]", '{"a":[1]}', "true"],
  ["args.a[0]", '{"a":[2,1]}', "false"],
  ["args.a[0]", '{"a":[]}', "false"],
  ["args.a[0]", "{}", "false"],
  ["args.a[0]", '{"a":{"0":1}}', "error"],
  ["args.a[0]", '{"a":"1"}', "error"],
  ["args.a[0]", '{"a":null}', "error"],
  ["args.a[1]", '{"a":[0,1]}', "true"],
  ["args.a[9999999999]", '{"a":[1]}', "false"],
  ["args.a.0", '{"a":{"0":1}}', "true"],
  ["args.a.0", '{"a":[1]}', "error"],
  ["args.a.length", '{"a":[1]}', "error"],
  ["args.a.length", '{"a":"1"}', "error"],
  ["args.a.length", '{"a":{"length":1}}', "true"],
  ["args.length", "{}", "false"],
  ["args.a[0][1].b", '{"a":[[0,{"b":1}]]}', "true"],
  ["args.a-b", '{"a-b":1}', "true"],
  ["args.é", '{"é":1}', "true"],
  ["args.é".normalize("NFD"), '{"é":1}', "false"],
  ["args.*", '{"*":1}', "true"],
  ["args.*", '{"a":1}', "false"],
  ['args[""]', '{"":1}', "true"],
  ['args["*"]', '{"*":1}', "true"],
  ['args["a"]["b"]', '{"a":{"b":1}}', "true"],
  ['args["a]"].b', '{"a]":{"b":1}}', "true"],
  ['args["a\\"b"]', '{"a\\"b":1}', "true"],
  ['args["\\u0061"]', '{"a":1}', "true"],
  ['args["0"]', '{"0":1}', "true"],
];

describe("paths", () => {
  test.each(WALKS)("%s of %s", (path, args, verdict) => {
    expect(verdictOf(equalsOne(path), parse(args))).toBe(verdict);
  });

  test("C19: a key with a dot and a path with a dot are two places", () => {
    const both = parse('{"a.b":1,"a":{"b":2}}');
    expect(verdictOf(equalsOne('args["a.b"]'), both)).toBe("true");
    expect(verdictOf(equalsOne("args.a.b"), both)).toBe("false");
    expect(verdictOf(equalsOne("args.a.b"), parse('{"a.b":1}'))).toBe("false");
    expect(verdictOf(equalsOne('args["a.b"]'), parse('{"a":{"b":1}}'))).toBe("false");
  });

  test.each(["amount ", "Amount", "AMOUNT", "ａmount", "amоunt"])("C16: %s is another key than amount", (key) => {
    expect(verdictOf(equalsOne("args.amount"), { [key]: 1 })).toBe("false");
    expect(verdictOf(equalsOne("args.amount"), { [key]: 1, amount: 2 })).toBe("false");
  });

  test.each([
    "args.__proto__",
    "args.constructor",
    "args.toString",
    "args.hasOwnProperty",
    "args.__proto__.toString",
    "args.constructor.prototype",
    "args.constructor.name",
    "args.a.__proto__",
    "args.a.constructor.name",
    "context.__proto__",
    "context.constructor.name",
  ])("C17: %s is nothing that arguments have by themselves", (path) => {
    expect(verdictOf({ path, op: "exists", value: true }, { a: {} }, {})).toBe("false");
  });

  test("C17: an own key named __proto__ or constructor is a key like any other", () => {
    const args = parse('{"__proto__":{"amount":1},"constructor":{"prototype":{"amount":1}}}');
    expect(verdictOf(equalsOne("args.__proto__.amount"), args)).toBe("true");
    expect(verdictOf(equalsOne("args.constructor.prototype.amount"), args)).toBe("true");
    expect(verdictOf(equalsOne("args.amount"), args)).toBe("false");
    expect(Object.hasOwn(Object.prototype, "amount")).toBe(false);
  });

  test("a property that is inherited is not there", () => {
    expect(verdictOf(equalsOne("args.a"), Object.create({ a: 1 }))).toBe("false");
    expect(verdictOf(equalsOne("args.o.a"), { o: Object.create({ a: 1 }) })).toBe("false");
  });

  test("context reads the facts, and nothing else of the call", () => {
    expect(verdictOf(equalsOne("context.role.level"), {}, { role: { level: 1 } })).toBe("true");
    expect(verdictOf(equalsOne("context.role"), { role: 1, context: { role: 1 } })).toBe("false");
    expect(verdictOf(equalsOne("args.context.role"), {}, { role: 1 })).toBe("false");
    expect(verdictOf(equalsOne("context.facts.role"), {}, { role: 1 })).toBe("false");
  });

  test.each([
    ["an array", [1]],
    ["a string", "1"],
    ["a number", 1],
  ])("facts that are %s cannot be walked into", (_kind, facts) => {
    const condition: ConditionDocument = { path: "context.length", op: "exists", value: true };
    expect(verdictOf(condition, {}, facts as never)).toBe("error");
  });
});

describe("a prohibition cannot be escaped by another shape", () => {
  const rules = [{ conditions: [{ path: "args.payment.amount", op: "gt" as const, value: 100 }], on_deny: "too much" }];

  test.each([
    ["an array around the object", '{"payment":[{"amount":5000}]}'],
    ["text", '{"payment":"5000"}'],
    ["null", '{"payment":null}'],
    ["a number", '{"payment":5000}'],
    ["true", '{"payment":true}'],
    ["C26: JSON inside text", '{"payment":"{\\"amount\\":5000}"}'],
    ["text inside the object", '{"payment":{"amount":"5000"}}'],
    ["an array inside the object", '{"payment":{"amount":[5000]}}'],
    ["null inside the object", '{"payment":{"amount":null}}'],
    ["a number too large to be exact", '{"payment":{"amount":1e21}}'],
    ["a number too large for a double", '{"payment":{"amount":1e999}}'],
  ])("%s is an error, and an error denies", (_shape, text) => {
    expect(decideBy("deny_if", rules, parse(text))).toMatchObject({
      outcome: "deny",
      code: "denied",
      rule: "/tools/t/deny_if/args.payment.amount-gt",
      pointer: "/tools/t/deny_if/0/conditions/0",
      message: "too much",
    });
  });

  test.each(["{}", '{"payment":{}}', '{"payment":{"amount":100}}', '{"payments":{"amount":5000}}'])(
    "C03: %s has no such amount, or one that is not over, and passes",
    (text) => {
      expect(decideBy("deny_if", rules, parse(text)).outcome).toBe("allow");
    },
  );
});
