import { PolicyError, type PolicyIssue, type PolicyIssueCode, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { LOGIC_CASES } from "../logic/refused.cases.js";
import { expectedIssues, issuesOf, readMarked } from "./issues.js";
import {
  AGREEMENT_CASES,
  COUNTER_CASES,
  IF_PRESENT_CASES,
  LIMIT_CASES,
  NAME_CASES,
  OPERAND_CASES,
  PATH_CASES,
  REGEX_CASES,
} from "./meaning.cases.js";
import { PIN_CASES } from "./pin.cases.js";
import { SCHEMA_CASES } from "./schema.cases.js";
import { SHAPE_CASES } from "./strictness.cases.js";

const GROUPS = {
  shape: SHAPE_CASES,
  operands: OPERAND_CASES,
  if_present: IF_PRESENT_CASES,
  "regular expressions": REGEX_CASES,
  logic: LOGIC_CASES,
  paths: PATH_CASES,
  names: NAME_CASES,
  counters: [...COUNTER_CASES, ...AGREEMENT_CASES],
  limits: LIMIT_CASES,
  schemas: SCHEMA_CASES,
  pins: PIN_CASES,
};
const ALL_CASES = Object.values(GROUPS).flat();

/** Codes that a table of texts cannot show; `source.test.ts`, `caps.test.ts` and the tests of `fromIntercept` do. */
const ELSEWHERE: readonly PolicyIssueCode[] = [
  "invalid_encoding",
  "too_large",
  "too_deep",
  "too_many_tools",
  "cannot_convert",
];

const ONLY_IN_TEXT: ReadonlySet<PolicyIssueCode> = new Set(["invalid_json", "duplicate_key", "not_json"]);

/** Every code there is: the compiler refuses the table when one is missing. */
const CODES: { readonly [code in PolicyIssueCode]: true } = {
  invalid_encoding: true,
  invalid_json: true,
  not_json: true,
  too_large: true,
  too_deep: true,
  too_many_tools: true,
  duplicate_key: true,
  wrong_type: true,
  missing_key: true,
  unknown_key: true,
  invalid_value: true,
  invalid_name: true,
  invalid_path: true,
  invalid_operand: true,
  invalid_regex: true,
  invalid_logic: true,
  invalid_amount: true,
  contradictory_counter: true,
  cannot_convert: true,
  invalid_schema: true,
};

describe.each(Object.entries(GROUPS))("strictness: %s", (_group, cases) => {
  test.each(cases)("$states", ({ text, issues }) => {
    expect(issuesOf(readMarked(text).text)).toEqual(expectedIssues(text, issues));
  });
});

describe("strictness", () => {
  test("every code of an issue has a document that shows it", () => {
    const shown = ALL_CASES.flatMap(({ issues }) => issues.map(({ code }) => code));
    expect(new Set([...shown, ...ELSEWHERE])).toEqual(new Set(Object.keys(CODES)));
  });

  test("all issues of a document are reported at once", () => {
    const text = `①{ "version": ②"0", "hide": [③""], ④"tols": {},
      "tools": { "t": { "limits": [{ "counter": "c", "window": ⑤"dya", "max": ⑥-1 }],
        "deny_if": [{ "conditions": [{ "path": ⑦"a", "op": "lt", "value": ⑧"5" }] }, { "conditions": ⑨7 }] } } }`;
    expect(issuesOf(readMarked(text).text).map(({ line, column, code }) => [line, column, code])).toEqual(
      (
        [
          ["①", "missing_key"],
          ["②", "invalid_value"],
          ["③", "invalid_name"],
          ["④", "unknown_key"],
          ["⑤", "invalid_value"],
          ["⑥", "invalid_amount"],
          ["⑦", "invalid_path"],
          ["⑧", "invalid_operand"],
          ["⑨", "wrong_type"],
        ] as const
      ).map(([marker, code]) => [...(readMarked(text).places.get(marker) ?? []), code]),
    );
  });

  test("a value is refused like its text, without line and column", () => {
    const texts = ALL_CASES.filter(({ issues }) => !issues.some(({ code }) => ONLY_IN_TEXT.has(code)))
      .map(({ text }) => readMarked(text).text)
      .filter((text) => typeof JSON.parse(text) !== "string");
    const unplaced = (issues: readonly PolicyIssue[]) =>
      issues.map(({ line: _line, column: _column, ...issue }) => JSON.stringify(issue)).sort();
    expect(texts.length).toBeGreaterThan(100);
    for (const text of texts) {
      const issues = issuesOf(JSON.parse(text));
      expect(unplaced(issues)).toEqual(unplaced(issuesOf(text)));
      expect(issues.every((issue) => !("line" in issue || "column" in issue))).toBe(true);
    }
  });

  test("parsePolicy throws one error whose message has a line for each issue", () => {
    const source = '{\n  "version": "1",\n  "defualt": "allow" }';
    let thrown: unknown;
    try {
      parsePolicy(source);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PolicyError);
    expect(thrown).toMatchObject({
      name: "PolicyError",
      code: "invalid_policy",
      message: [
        "the policy has 2 problems:",
        "  1:1 (document): key `default` is missing",
        "  3:3 /defualt: unknown key `defualt` (did you mean `default`?)",
      ].join("\n"),
    });
    expect((thrown as PolicyError).issues).toHaveLength(2);
  });

  test("the message of a document with many problems lists ten and counts the rest", () => {
    const hide = Array.from({ length: 13 }, () => "");
    const lines = () => parsePolicy({ version: "1", default: "deny", hide });
    expect(lines).toThrow(
      /^the policy has 13 problems:(\n {2}\/hide\/\d+: a tool name must not be empty){10}\n {2}and 3 more$/,
    );
  });

  test("issues are frozen", () => {
    const issues = issuesOf("{}");
    expect(issues.every((issue) => Object.isFrozen(issue))).toBe(true);
    expect(issues).toHaveLength(2);
  });
});
