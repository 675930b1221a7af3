import { parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { issuesOf } from "./issues.js";

const SPECIAL = ["__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "toJSON", "length"];

describe("names that mean something to a JavaScript object", () => {
  test.each(SPECIAL)("Q13: %s is a tool name like any other, from text and from a value", (name) => {
    const text = `{ "version": "1", "default": "deny", "hide": ["${name}"], "tools": { "${name}": { "reason": "no" } } }`;
    for (const policy of [parsePolicy(text), parsePolicy(JSON.parse(text))]) {
      expect(Object.keys(policy.tools ?? {})).toEqual([name]);
      expect(JSON.stringify(policy)).toBe(JSON.stringify(JSON.parse(text)));
      expect(Object.getPrototypeOf(policy.tools)).toBeNull();
    }
  });

  test.each(SPECIAL)("Q13: an entry named %s is checked like any other", (name) => {
    const text = `{ "version": "1", "default": "deny", "tools": { "${name}": { "deny_if": 5, "x": 1 } } }`;
    expect(issuesOf(text).map(({ code, pointer }) => [code, pointer])).toEqual([
      ["wrong_type", `/tools/${name}/deny_if`],
      ["unknown_key", `/tools/${name}/x`],
    ]);
  });

  test.each(SPECIAL)("a counter may be named %s", (counter) => {
    const limits = [{ counter, window: "day" }];
    expect(parsePolicy({ version: "1", default: "deny", tools: { t: { limits } } }).tools?.t?.limits).toEqual(limits);
  });

  test("an operand keeps a key named __proto__", () => {
    const text =
      '{"version":"1","default":"deny","tools":{"t":{"require":[{"conditions":[{"path":"args.a","op":"eq","value":{"__proto__":{"x":1}}}]}]}}}';
    expect(JSON.stringify(parsePolicy(text))).toBe(text);
  });
});

describe("names are taken as they are written", () => {
  test.each([
    ["case", "Pay", "pay"],
    ["B02: composed and decomposed letters", "é".normalize("NFC"), "é".normalize("NFD")],
    ["B05: spaces", "pay ", "pay"],
    ["full-width letters", "ｐay", "pay"],
  ])("two names that differ by %s are two tools", (_difference, one, other) => {
    const text = `{ "version": "1", "default": "deny", "tools": { ${JSON.stringify(one)}: {}, ${JSON.stringify(other)}: {} } }`;
    expect(Object.keys(parsePolicy(text).tools ?? {})).toEqual([one, other]);
  });

  test.each([
    "policies.create",
    "add-template",
    "repo/delete",
    "a~b",
    "~1",
    "(hidden)",
    "ﷺ",
    "工具",
    "🛠",
    "n".repeat(512),
  ])("%s is a name", (name) => {
    const policy = parsePolicy({ version: "1", default: "deny", hide: [name], tools: { [name]: {} } });
    expect([policy.hide, Object.keys(policy.tools ?? {})]).toEqual([[name], [name]]);
  });

  test.each(["*", "**", "?", "delete_*", "delete_?", "*a*b*", "a/*", "*.*", "[a-z]*", "a\\\\*", "?\u{1f6e0}*"])(
    "A20: %s is a pattern that may stand in tools and in hide",
    (pattern) => {
      const policy = parsePolicy({ version: "1", default: "deny", hide: [pattern], tools: { [pattern]: {} } });
      expect([policy.hide, Object.keys(policy.tools ?? {})]).toEqual([[pattern], [pattern]]);
    },
  );

  test('`"hide": ["*"]` is accepted, alone, among names and twice', () => {
    for (const hide of [["*"], ["a", "*"], ["*", "*"]]) {
      expect(parsePolicy({ version: "1", default: "allow", hide }).hide).toEqual(hide);
    }
  });

  test.each(["calls-per-minute", "policies.create_rate", "a/b", "~", " ", "(rate_limit) x", "*", "é\u0301"])(
    "a counter may be named %j",
    (counter) => {
      const limits = [{ counter, window: "minute" as const }];
      expect(parsePolicy({ version: "1", default: "allow", all_tools: { limits } }).all_tools).toEqual({ limits });
    },
  );
});

describe("counters that are shared", () => {
  test("limits that agree on window and scope may differ in everything else", () => {
    const base = { counter: "c", window: "day" };
    const document = {
      version: "1",
      default: "deny",
      all_tools: { limits: [{ ...base, scope: "grant", max: 5 }] },
      tools: {
        a: {
          limits: [
            { ...base, max: 1, on_deny: "no" },
            { ...base, increment_from: "args.n" },
          ],
        },
      },
    };
    expect(issuesOf(document)).toEqual([]);
  });

  test("a rate_limit of 60 seconds and a limit by the minute count in one window", () => {
    const rules = {
      rate_limit: { max: 5, window: 60 },
      limits: [{ counter: "(rate_limit) t", window: "minute", increment: 0 }],
    };
    expect(issuesOf({ version: "1", default: "deny", tools: { t: rules } })).toEqual([]);
  });
});
