import { describe, expect, test } from "vitest";
import { OPERAND_CASES, PATH_CASES, PRESENCE_CASES, REACHABLE } from "./argument.cases.js";
import { type CheckCase, forPay, found, payWith } from "./check-case.js";
import { LIMIT_CASES, MONEY_CASES } from "./limit.cases.js";
import { REACH_CASES } from "./reach.cases.js";
import { EXPRESSIONS, RULE_CASES } from "./rule.cases.js";

const SECTIONS: readonly (readonly [section: string, cases: readonly CheckCase[]])[] = [
  ["names and reach", REACH_CASES],
  ["paths", PATH_CASES],
  ["operands", OPERAND_CASES],
  ["presence", PRESENCE_CASES],
  ["rules", RULE_CASES],
  ["limits", LIMIT_CASES],
  ["money", MONEY_CASES],
];

describe.each(SECTIONS)("%s", (_section, cases) => {
  test.each(cases)("$name", ({ policy, tools, issues }) => {
    expect(found(policy, tools)).toEqual(issues);
  });

  test.each(cases)("$name; nothing where $silent.name", ({ policy, tools, silent }) => {
    expect(found(silent.policy ?? policy, silent.tools ?? tools)).toEqual([]);
  });
});

describe("paths that may lead somewhere", () => {
  const policy = forPay({ require: [{ conditions: [{ path: "args.x", op: "lt", value: 5 }] }] });

  test.each(REACHABLE)("%s", (_name, inputSchema) => {
    expect(found(policy, payWith({ inputSchema }))).toEqual([]);
  });
});

describe("A19: an expression in require", () => {
  test.each(EXPRESSIONS)("%s: anchored is %s", (value, anchored) => {
    const issues = found(forPay({ require: [{ conditions: [{ path: "args.to", op: "regex", value }] }] }));
    expect(issues.map(({ code }) => code)).toEqual(anchored ? [] : ["unanchored_regex"]);
  });
});
