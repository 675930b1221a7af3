import { type ConditionDocument, decide, parsePolicy, type RuleDocument } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compileLinearRegex,
  LIGHT_REGEX_WORK,
  MAX_REGEX_TEXT,
  MAX_REGEX_WORK,
} from "../../src/internal/linear-regex.js";
import { decideBy, type Verdict, verdictOf } from "./verdict.js";

const matches = (regex: string, text: unknown): Verdict =>
  verdictOf({ path: "args.s", op: "regex", value: regex }, { s: text });

const rulesOf = (regexes: readonly string[]): RuleDocument[] =>
  regexes.map((value) => ({ conditions: [{ path: "args.s", op: "regex", value }] }));

function sizeOf(regex: string): number {
  const compiled = compileLinearRegex(regex);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex.size;
}

/** The longest text that one match of `regex` may read. */
function longestFor(regex: string): number {
  return Math.min(MAX_REGEX_TEXT, Math.floor(MAX_REGEX_WORK / sizeOf(regex)) - 1);
}

describe("regex is an RE2 search", () => {
  test.each<[rule: string, regex: string, text: string, verdict: Verdict]>([
    ["A19: it is not anchored", "example.com", "https://example.com.evil.org", "true"],
    ["A19: anchors are the author's", "^example\\.com$", "example.com.evil.org", "false"],
    ["it is case-sensitive", "pay", "PAY", "false"],
    ["Q04: (?i) makes it ignore case", "(?i)pay", "PAY", "true"],
    ["Q04: (?i) inside a group", "a(?i:b)c", "aBc", "true"],
    ["Q04: (?i) ends with its group", "a(?i:b)c", "aBC", "false"],
    ["C29: $ is the end of the text, not of a line", "^abc$", "abc\n", "false"],
    ["C29: $ does not stop at a line feed", "^abc$", "abc\nrm -rf /", "false"],
    ["C29: ^ is the start of the text, not of a line", "^abc$", "rm -rf /\nabc", "false"],
    ["C29: $ does not stop at a carriage return", "^abc$", "abc\r", "false"],
    ["C29: $ does not stop at a line separator", "^abc$", "abc\u2028", "false"],
    ["C29: a dot is no line feed", "^a.c$", "a\nc", "false"],
    ["C29: (?s) makes a dot one", "(?s)^a.c$", "a\nc", "true"],
    ["C29: (?m) makes $ end lines", "(?m)^abc$", "abc\nrm", "true"],
    ["C29: \\z is the end of the text", "(?m)abc\\z", "abc\nrm", "false"],
    ["a dot is one character of any plane", "^.$", "𝄞", "true"],
    ["letters by script", "^\\p{Greek}+$", "λόγος", "true"],
    ["\\w is ASCII", "^\\w+$", "é", "false"],
    ["\\d is ASCII", "^\\d+$", "５", "false"],
    ["letters are not normalised", "^é$".normalize("NFC"), "é".normalize("NFD"), "false"],
    ["a lone surrogate is text", "^a.?", "a\ud800", "true"],
    ["an empty text has an empty match", "^$", "", "true"],
    ["a count of 1,000 is allowed", "^a{1000}$", "a".repeat(400), "false"],
  ])("%s", (_rule, regex, text, verdict) => {
    expect(matches(regex, text)).toBe(verdict);
  });
});

describe("regex is bounded", () => {
  test("C28: a text of 64 Ki characters is read, one longer is an error", () => {
    expect(matches("z", "a".repeat(65_536))).toBe("false");
    expect(matches("^a", "a".repeat(65_536))).toBe("true");
    expect(matches("z", "a".repeat(65_537))).toBe("error");
    expect(matches("^a", "a".repeat(65_537))).toBe("error");
  });

  test("C28: a text of 1 MB is an error, which denies in both lists", () => {
    const text = "a".repeat(1_000_000);
    for (const list of ["require", "deny_if"] as const) {
      expect(decideBy(list, rulesOf(["^a"]), { s: text })).toMatchObject({
        outcome: "deny",
        code: "denied",
        rule: `/tools/t/${list}/args.s-regex`,
        pointer: `/tools/t/${list}/0/conditions/0`,
      });
    }
  });

  test("C28: a match costs program size times text; over the cap of a call it is an error", () => {
    const regex = "(foo|bar|baz|qux){20}$";
    const longest = longestFor(regex);
    expect(longest).toBeLessThan(MAX_REGEX_TEXT);
    expect(matches(regex, "x".repeat(longest))).toBe("false");
    expect(matches(regex, "x".repeat(longest + 1))).toBe("error");
  });

  test.each([
    ["deny_if", "z"],
    ["require", "^a"],
  ] as const)("C28: all matches of a call together have one cap: %s", (list, regex) => {
    const fits = Math.floor(MAX_REGEX_WORK / (sizeOf(regex) * 10_000));
    expect(fits).toBeGreaterThan(1);
    const outcomeOf = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `s${index}`);
      const rules = names.map((name) => ({
        conditions: [{ path: `args.${name}`, op: "regex" as const, value: regex }],
      }));
      return decideBy(list, rules, Object.fromEntries(names.map((name) => [name, "a".repeat(9_999)]))).outcome;
    };
    expect(outcomeOf(fits)).toBe("allow");
    expect(outcomeOf(fits + 1)).toBe("deny");
  });

  test("C28: the elements that [*] names share the cap", () => {
    const each: RuleDocument[] = [{ conditions: [{ path: "args.s[*]", op: "regex", value: "z" }] }];
    const fits = Math.floor(MAX_REGEX_WORK / (sizeOf("z") * 1_001));
    const texts = (count: number) => ({ s: Array.from({ length: count }, () => "a".repeat(1_000)) });
    expect(decideBy("deny_if", each, texts(fits)).outcome).toBe("allow");
    expect(decideBy("deny_if", each, texts(fits + 1)).outcome).toBe("deny");
  });

  test("C28: the cap is 500,000 instructions times characters", () => {
    expect(MAX_REGEX_WORK).toBe(500_000);
    expect(LIGHT_REGEX_WORK).toBe(150_000);
  });

  describe("an expression is matched once a call at one path, however often it stands in the policy", () => {
    const regex = "(foo|bar|baz|qux){20}$";
    const text = "x".repeat(Math.floor(longestFor(regex) * 0.6));
    const s = { path: "args.s", op: "regex", value: regex } as const;
    const outcome = (conditions: readonly ConditionDocument[]) =>
      decideBy(
        "deny_if",
        conditions.map((condition) => ({ conditions: [condition] })),
        { s: text, r: text },
      ).outcome;

    test("the same expression at the same path costs once", () => {
      expect(outcome(Array.from({ length: 100 }, () => s))).toBe("allow");
    });

    test("the same expression at another path costs again, and so does another at the same path", () => {
      expect(outcome([s, { ...s, path: "args.r" }])).toBe("deny");
      expect(outcome([s, { ...s, value: `${regex}|y` }])).toBe("deny");
      expect(outcome([s, { ...s, path: 'args["s"]' }])).toBe("deny");
    });

    test("in the entries of a name, of patterns and of all tools together it costs once", () => {
      const rules = { deny_if: [{ conditions: [s] }], require_approval_if: [{ conditions: [s] }] };
      const tools = { t: rules, "*": rules, "?": rules };
      const policy = parsePolicy({ version: "1", default: "deny", all_tools: rules, tools });
      expect(decide(policy, { name: "t", arguments: { s: text } }).outcome).toBe("allow");
      const other = parsePolicy({
        version: "1",
        default: "deny",
        all_tools: rules,
        tools: { "*": { deny_if: [{ conditions: [{ ...s, path: "tool" }] }] } },
      });
      expect(decide(other, { name: "t", arguments: { s: text } }).outcome).toBe("allow");
    });

    test("what it says is of one call, and of each list by its own reading", () => {
      const each: ConditionDocument = { path: "args.l[*]", op: "regex", value: "a" };
      const policy = parsePolicy({
        version: "1",
        default: "deny",
        tools: {
          t: { require: [{ conditions: [each] }], require_approval_if: [{ conditions: [each] }] },
          u: { deny_if: [{ conditions: [each] }] },
        },
      });
      const said = (name: string, l: string[]) => decide(policy, { name, arguments: { l } }).outcome;
      for (let round = 0; round < 2; round++) {
        expect(said("t", ["a", "a"])).toBe("require_approval");
        expect(said("t", ["a", "b"])).toBe("deny");
        expect(said("u", ["a", "b"])).toBe("deny");
        expect(said("u", ["b", "b"])).toBe("allow");
      }
    });
  });

  test("little work and much work are done by two engines that say the same", () => {
    const expression = fc.constantFrom(
      "a+b$",
      "(a|b)*c",
      "^(?:a?){5}b",
      "(?i)ab|c",
      "[^a]{3}",
      "\\bab\\b",
      "(?s)a.b",
      "é|𝄞.",
      "^$",
      "(?m)^b$",
    );
    const letters = fc.array(fc.constantFrom("a", "b", "c", "A", " ", "\n", "é", "𝄞", "\ud83d"), { maxLength: 30 });
    fc.assert(
      fc.property(expression, letters, (source, text) => {
        const compiled = compileLinearRegex(source);
        if (!compiled.ok) throw new Error(compiled.message);
        expect(compiled.regex.testSteadily(text.join(""))).toBe(compiled.regex.test(text.join("")));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([1, 300_000])("an expression says the same of a text with work of about %d beside it", (beside) => {
    const work = Array.from({ length: 10 }, () => "y".repeat(Math.floor(beside / sizeOf("z") / 10)));
    const judge = (text: string) =>
      decideBy(
        "deny_if",
        [
          { conditions: [{ path: "args.big[*]", op: "regex", value: "z" }] },
          { conditions: [{ path: "args.s", op: "regex", value: "^(a|b)+c$" }] },
        ],
        { s: text, big: work },
      ).outcome;
    expect(["abc", "ac", "c", "abcx", ""].map(judge)).toEqual(["deny", "deny", "allow", "allow", "allow"]);
  });

  test("the cap is of one call: the next call has all of it", () => {
    const text = { s: "a".repeat(40_000) };
    const rules = rulesOf(["z", "y", "x"]);
    expect(sizeOf("z") * 40_001 * rules.length * 2).toBeGreaterThan(MAX_REGEX_WORK);
    for (let call = 0; call < 3; call++) expect(decideBy("deny_if", rules, text).outcome).toBe("allow");
  });

  test.each([
    ["(a+)+$", "a", "!"],
    ["(a|aa)+$", "a", "!"],
    ["^(a|a?)+$", "a", "!"],
    ["(.*)*x$", "a", "!"],
    ["(x+x+)+y", "x", ""],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a", ""],
    ["(.*a){20}$", "a", "!"],
    ["(?:a?){30}a{30}$", "a", "!"],
    ["([a-z0-9]+)*@", "a", ""],
  ])(
    "C28: %s, which backtracks without end elsewhere, is false on the longest text it may read",
    (regex, char, end) => {
      const length = longestFor(regex) - end.length;
      expect(length).toBeGreaterThan(500);
      expect(matches(regex, char.repeat(length) + end)).toBe("false");
    },
  );

  test.each([
    ["nested counts", "(?:(?:[a-y]{0,9}){0,9}){0,9}z", "a"],
    ["every letter in either case", "(?i)(?:[a-y]?){450}z", "aB"],
    ["classes of many ranges", "(?:\\p{L}|\\p{N}|\\p{S}){100}z", "é"],
    ["many alternatives", `(?:${Array.from({ length: 300 }, (_, i) => `a${i}`).join("|")})z`, "a1"],
    ["captures", "(((((((((a*)*)*)*)*)*)*)*)*)z", "a"],
    ["astral text", "(?:.?){400}z", "𝄞"],
  ])("C28: the most hostile expressions that parse end: %s", (_what, regex, chars) => {
    const length = Math.floor(longestFor(regex) / chars.length);
    expect(matches(regex, chars.repeat(length))).toBe("false");
  });
});
