import { type ConditionDocument, safeParsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { type Arguments, decideBy, verdictOf } from "./verdict.js";

const AT_MOST_5000: ConditionDocument = { path: "args.amount", op: "lte", value: 5000 };
const OVER_100: ConditionDocument = { path: "args.amount", op: "gt", value: 100 };
const EXACTLY_5000: ConditionDocument = { path: "args.amount", op: "eq", value: 5000 };

/** Values that are no exact number, though JavaScript would compare most of them to one. */
const NO_NUMBERS: readonly (readonly [what: string, value: unknown])[] = [
  ["C01: digits", "5000"],
  ["C01: digits between spaces", " 5000 "],
  ["C01: an exponent", "5e3"],
  ["C01: hexadecimal digits", "0x1388"],
  ["C01: full-width digits", "５０００"],
  ["C01: binary digits", "0b1001110001000"],
  ["C02: an array of the number", [5000]],
  ["C02: an object with valueOf", { valueOf: () => 5000 }],
  ["C02: a boxed number", Object(5000)],
  ["C02: true", true],
  ["C02: false", false],
  ["C02: null", null],
  ["C02: an empty text", ""],
  ["C02: an empty array", []],
  ["C02: an object", {}],
  ["C04: a Date", new Date(5000)],
  ["C04: a bigint", 5000n],
  ["C05: NaN", Number.NaN],
  ["C05: Infinity", Number.POSITIVE_INFINITY],
  ["C05: -Infinity", Number.NEGATIVE_INFINITY],
  ["C05: 1e999, which parses to Infinity", JSON.parse("1e999")],
  ["C07: 9007199254740993, which parses to another number", JSON.parse("9007199254740993")],
  ["C07: 9007199254740992", 9007199254740992],
  ["C07: -9007199254740992", -9007199254740992],
  ["C07: 1e21", 1e21],
  ["C07: an integer of twenty digits", JSON.parse("12345678901234567890")],
];

describe("a value that is no exact number is not compared to one", () => {
  test.each(NO_NUMBERS)("%s satisfies no requirement and trips every prohibition", (_what, amount) => {
    for (const condition of [AT_MOST_5000, OVER_100, EXACTLY_5000]) {
      expect(verdictOf(condition, { amount })).toBe("error");
    }
  });

  test("the largest exact integers are compared", () => {
    expect(verdictOf(OVER_100, { amount: 9007199254740991 })).toBe("true");
    expect(verdictOf(OVER_100, { amount: -9007199254740991 })).toBe("false");
  });

  test.each<[string, unknown]>([
    ["an empty text", ""],
    ["null", null],
    ["an array of a small number", [50]],
  ])("Q03: amount <= 100 does not hold for %s", (_what, amount) => {
    const conditions: ConditionDocument[] = [{ path: "args.amount", op: "lte", value: 100 }];
    expect(decideBy("require", [{ conditions }], { amount })).toMatchObject({ outcome: "deny", code: "denied" });
  });
});

describe("text is compared as it is written", () => {
  test.each([
    ["composed and decomposed letters", "é".normalize("NFC"), "é".normalize("NFD")],
    ["a confusable letter", "example.com", "exаmple.com"],
    ["an upper-case host", "example.com", "EXAMPLE.com"],
    ["a host with a trailing dot", "example.com", "example.com."],
    ["a space", "example.com", "example.com "],
    ["a NUL", "example.com", "example.com\0"],
    ["user information before a host", "https://good.example", "https://good.example@evil.example"],
  ])("C20: %s makes another text, in every operator that compares whole texts", (_difference, operand, s) => {
    const at = { path: "args.s" };
    expect(verdictOf({ ...at, op: "eq", value: operand }, { s })).toBe("false");
    expect(verdictOf({ ...at, op: "neq", value: operand }, { s })).toBe("true");
    expect(verdictOf({ ...at, op: "in", value: [operand] }, { s })).toBe("false");
    expect(verdictOf({ ...at, op: "not_in", value: [operand] }, { s })).toBe("true");
    expect(verdictOf({ ...at, op: "contains", value: operand }, { s: [s] })).toBe("false");
  });

  test("C26: what is encoded inside text stays text", () => {
    const args: Arguments = { s: '{"amount":1}', base64: "eyJhbW91bnQiOjF9", percent: "%7B%22amount%22%3A1%7D" };
    for (const name of Object.keys(args)) {
      expect(verdictOf({ path: `args.${name}.amount`, op: "eq", value: 1 }, args)).toBe("error");
    }
  });
});

describe("a rule that cannot be judged never vanishes", () => {
  test.each<[string, object]>([
    ["an expression that does not compile", { path: "args.a", op: "regex", value: "(?<!a)b" }],
    ["an operator that does not exist", { path: "args.a", op: "matches", value: "b" }],
    ["C23: a host that is written as a URL", { path: "args.url", op: "host_in", value: ["https://example.com"] }],
    ["a directory that is not canonical", { path: "args.path", op: "path_within", value: "/srv/.." }],
    ["a path that leads out of the call", { path: "env.HOME", op: "exists", value: true }],
    ["an operand that is missing", { path: "args.a", op: "eq" }],
    ["an operand that nothing can be compared to", { path: "args.a", op: "gt", value: "100" }],
  ])("Q02: %s is refused when the policy is parsed", (_what, condition) => {
    for (const list of ["require", "deny_if"]) {
      const tools = { t: { [list]: [{ conditions: [condition] }] } };
      expect(safeParsePolicy({ version: "1", default: "deny", tools }).ok).toBe(false);
    }
  });
});
