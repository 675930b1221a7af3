import { fromIntercept, type PolicyIssueCode } from "callgate";
import { describe, expect, test } from "vitest";
import { refusal, written } from "./written.js";

/** Why a document is refused: where, by which code, and what is said. */
type Refused = readonly [rule: string, yaml: string, pointer: string, code: PolicyIssueCode, message: string];

const rule = (text: string): string => `tools: { t: { rules: [{ name: r, ${text} }] } }`;
const condition = (text: string): string => rule(`conditions: [{ ${text} }]`);
const counter = (text: string, bound = "op: lte, value: 5"): string =>
  rule(`conditions: [{ path: state.t.n, ${bound} }], state: { counter: n, window: day, ${text} }`);
const RULE = "/tools/t/rules/0";
const BY_TEXT = "Intercept compares lists and objects by their text, which nothing here does";
const MIXED = "a list of several types is compared by text in Intercept, and by type here";
const BOUND_ONLY = "a counter can be held below a bound, by `lt` or `lte`, and not compared otherwise";
const TOO_MUCH = "a counter cannot count to more than 9007199254 here";

const CANNOT_CONVERT: readonly Refused[] = [
  [
    "a name that would be a pattern here",
    'tools: { "get_*": { rules: [] } }',
    "/tools/get_*",
    "cannot_convert",
    "`get_*` is the name of one tool in Intercept, and would be a pattern here",
  ],
  [
    "a hidden name that would be a pattern here",
    'hide: ["get_?"]',
    "/hide/0",
    "cannot_convert",
    "`get_?` is the name of one tool in Intercept, and would be a pattern here",
  ],
  [
    "eq to a list",
    condition("path: args.x, op: eq, value: [1]"),
    `${RULE}/conditions/0/value`,
    "cannot_convert",
    BY_TEXT,
  ],
  [
    "neq to a list, which would let pass what Intercept takes for equal",
    condition('path: args.x, op: neq, value: ["a", "b"]'),
    `${RULE}/conditions/0/value`,
    "cannot_convert",
    BY_TEXT,
  ],
  [
    "in a list of objects",
    condition("path: args.x, op: in, value: [{}]"),
    `${RULE}/conditions/0/value`,
    "cannot_convert",
    BY_TEXT,
  ],
  [
    "contains a list",
    condition("path: args.x, op: contains, value: []"),
    `${RULE}/conditions/0/value`,
    "cannot_convert",
    BY_TEXT,
  ],
  [
    'not_in a list of several types, which would let 5 pass where "5" is listed',
    condition('path: args.x, op: not_in, value: ["5", 7]'),
    `${RULE}/conditions/0/value`,
    "cannot_convert",
    MIXED,
  ],
  [
    "a counter that must be above a bound",
    counter("", "op: gte, value: 5"),
    `${RULE}/conditions/0/op`,
    "cannot_convert",
    BOUND_ONLY,
  ],
  [
    "a counter that must equal",
    counter("", "op: eq, value: 0"),
    `${RULE}/conditions/0/op`,
    "cannot_convert",
    BOUND_ONLY,
  ],
  [
    "a counter that must exist",
    counter("", "op: exists, value: true"),
    `${RULE}/conditions/0/op`,
    "cannot_convert",
    BOUND_ONLY,
  ],
  [
    "a bound that is too large",
    counter("", "op: lte, value: 9007199255"),
    `${RULE}/conditions/0/value`,
    "cannot_convert",
    TOO_MUCH,
  ],
  [
    "an increment that is too large",
    counter("increment: 9007199255"),
    `${RULE}/state/increment`,
    "cannot_convert",
    TOO_MUCH,
  ],
  [
    "an increment below 0",
    counter("increment: -1"),
    `${RULE}/state/increment`,
    "cannot_convert",
    "a counter cannot be lowered by a call: it would let more pass",
  ],
  [
    "a path of more steps than one may have",
    condition(`path: args.${"a.".repeat(64)}a, op: exists, value: true`),
    `${RULE}/conditions/0/path`,
    "cannot_convert",
    "path has more than 64 steps",
  ],
];

const AS_INTERCEPT: readonly Refused[] = [
  [
    "an empty name of a rule",
    "tools: { t: { rules: [{ name: '', action: deny }] } }",
    `${RULE}/name`,
    "invalid_value",
    "a rule must have a name",
  ],
  [
    "a rule without a name",
    "tools: { t: { rules: [{ action: deny }] } }",
    RULE,
    "missing_key",
    "key `name` is missing",
  ],
  [
    "an action of later versions",
    rule("action: require_approval"),
    `${RULE}/action`,
    "invalid_value",
    'expected one of "evaluate", "deny", found `require_approval`',
  ],
  ["a blank hidden name", "hide: [' ']", "/hide/0", "invalid_name", "a tool name must not be empty"],
  ["a hidden name that stands twice", "hide: [a, a]", "/hide/1", "invalid_value", "`a` stands twice"],
  ["another default", "default: ask", "/default", "invalid_value", 'expected one of "allow", "deny", found `ask`'],
  [
    "a condition without a value",
    condition("path: args.x, op: eq"),
    `${RULE}/conditions/0`,
    "missing_key",
    "key `value` is missing",
  ],
  [
    "a path that starts elsewhere",
    condition("path: context.x, op: eq, value: 1"),
    `${RULE}/conditions/0/path`,
    "invalid_path",
    "path must start with `args.` or `state.`",
  ],
  [
    "exists what is not true or false",
    condition('path: args.x, op: exists, value: "true"'),
    `${RULE}/conditions/0/value`,
    "invalid_operand",
    "operand must be true or false",
  ],
  [
    "a bound that is no number",
    counter("", 'op: lte, value: "5"'),
    `${RULE}/conditions/0/value`,
    "invalid_operand",
    "operand must be a number",
  ],
  [
    "a counter that nothing counts",
    condition("path: state.t.n, op: lte, value: 5"),
    `${RULE}/conditions/0/path`,
    "invalid_path",
    "no `state` block counts this counter",
  ],
  [
    "a counter of * by another name than _global",
    'tools: { "*": { rules: [{ name: r, conditions: [{ path: "state.*.n", op: lte, value: 5 }], state: { counter: n, window: day } }] } }',
    "/tools/*/rules/0/conditions/0/path",
    "invalid_path",
    "no `state` block counts this counter",
  ],
  [
    "a fractional increment",
    counter("increment: 0.5"),
    `${RULE}/state/increment`,
    "invalid_value",
    "increment must be a whole number",
  ],
  [
    "increment_from what is no argument",
    counter("increment_from: state.t.m"),
    `${RULE}/state/increment_from`,
    "invalid_path",
    "path must start with `args.`",
  ],
  [
    "a counter without a name",
    rule('conditions: [{ path: args.x, op: exists, value: true }], state: { counter: "", window: day }'),
    `${RULE}/state/counter`,
    "invalid_name",
    "a counter needs a name",
  ],
  [
    "two blocks for one counter",
    "tools: { t: { rules: [{ name: r, rate_limit: 1/day }, { name: s, rate_limit: 2/day }] } }",
    "/tools/t/rules/1/rate_limit",
    "contradictory_counter",
    "counter `t._rate_day` is counted at /tools/t/rules/0/rate_limit already",
  ],
  [
    "a tool named _global whose counter is that of *",
    'tools: { _global: { rules: [{ name: r, rate_limit: 1/day }] }, "*": { rules: [{ name: s, rate_limit: 2/day }] } }',
    "/tools/*/rules/0/rate_limit",
    "contradictory_counter",
    "counter `_global._rate_day` is counted at /tools/_global/rules/0/rate_limit already",
  ],
  [
    "a rate limit without a window",
    rule("rate_limit: '5'"),
    `${RULE}/rate_limit`,
    "invalid_value",
    "expected a count and a window, as in `5/hour`, found `5`",
  ],
  [
    "a rate limit beyond counting",
    rule("rate_limit: 9007199255/day"),
    `${RULE}/rate_limit`,
    "invalid_value",
    "the count must not be more than 9007199254",
  ],
  [
    "a rate limit that is a number",
    rule("rate_limit: 5"),
    `${RULE}/rate_limit`,
    "wrong_type",
    "expected a string, found a number",
  ],
  ["tools that are a list", "tools: [t]", "/tools", "wrong_type", "expected an object, found an array"],
  [
    "rules that are no list",
    "tools: { t: { rules: {} } }",
    "/tools/t/rules",
    "wrong_type",
    "expected an array, found an object",
  ],
  ["a rule that is null", "tools: { t: { rules: [~] } }", RULE, "wrong_type", "expected an object, found null"],
  [
    "a misspelt key, which Intercept would ignore",
    rule("acton: deny"),
    `${RULE}/acton`,
    "unknown_key",
    "unknown key `acton`",
  ],
  ["a key of later versions", "approvals: {}", "/approvals", "unknown_key", "unknown key `approvals`"],
];

describe.each([
  ["what has no equal here", CANNOT_CONVERT],
  ["what Intercept refuses or ignores", AS_INTERCEPT],
])("refused: %s", (_group, cases) => {
  test.each(cases)("%s", (_rule, yaml, pointer, code, message) => {
    const issues = refusal(written(yaml)).map((issue) => [issue.pointer, issue.code, issue.message]);
    expect(issues).toContainEqual([pointer, code, message]);
  });
});

describe("refused", () => {
  test("everything at once, in one readable error", () => {
    const document = written(`
      default: ask
      hide: ["a*"]
      tools:
        "b*": { rules: [{ name: r, conditions: [{ path: args.x, op: not_in, value: [1, "1"] }] }] }
        t: { rules: [{ name: r, acton: deny }] }`);
    expect(() => fromIntercept(document)).toThrow(
      [
        "the Intercept policy has 5 problems:",
        '  /default: expected one of "allow", "deny", found `ask`',
        "  /hide/0: `a*` is the name of one tool in Intercept, and would be a pattern here (name the tools that are meant)",
        "  /tools/b*: `b*` is the name of one tool in Intercept, and would be a pattern here (name the tools that are meant)",
        "  /tools/t/rules/0/acton: unknown key `acton` (did you mean `action`?)",
        `  /tools/b*/rules/0/conditions/0/value: ${MIXED} (list values of one type)`,
      ].join("\n"),
    );
  });

  test("a misspelt key deep inside, with the nearest one", () => {
    const [issue] = refusal(written(counter("widnow: day")));
    expect(issue).toEqual({
      severity: "error",
      code: "unknown_key",
      pointer: `${RULE}/state/widnow`,
      message: "unknown key `widnow`",
      help: "did you mean `window`?",
    });
  });

  test.each<[string, unknown]>([
    ["a version that is a number", { version: 1 }],
    ["another version", { version: "2" }],
    ["no version", {}],
    ["null", null],
    ["a list", []],
    ["a text", "version: '1'"],
    ["bytes", new TextEncoder().encode("version: '1'")],
    ["undefined", undefined],
    ["a Map", new Map([["version", "1"]])],
    ["a Date in it", { version: "1", tools: { t: { rules: [{ name: new Date(0) }] } } }],
    ["a number that is not finite", { version: "1", description: Number.POSITIVE_INFINITY }],
  ])("%s", (_what, document) => {
    expect(refusal(document).length).toBeGreaterThan(0);
  });

  test("a document that contains itself", () => {
    const tools: Record<string, unknown> = {};
    tools.t = tools;
    expect(refusal({ version: "1", tools }).map(({ code }) => code)).toEqual(["too_deep"]);
  });

  test("aliases that multiply", () => {
    let value: unknown = ["x", "x"];
    for (let i = 0; i < 30; i++) value = [value, value];
    expect(refusal({ version: "1", tools: value }).map(({ code }) => code)).toEqual(["too_large"]);
  });

  test("more tools than a policy may have", () => {
    const names = Array.from({ length: 10_001 }, (_, i) => [`t${i}`, null]);
    expect(refusal({ version: "1", tools: Object.fromEntries(names) }).map(({ code }) => code)).toEqual([
      "too_many_tools",
    ]);
  });

  test("a document that becomes a policy of more than 1 MiB", () => {
    const rules = Array.from({ length: 9_000 }, () => ({ name: "r", conditions: [UNPLAIN] }));
    expect(refusal({ version: "1", tools: { t: { rules } } })).toEqual([
      {
        severity: "error",
        code: "cannot_convert",
        pointer: "",
        message: "(document): policy must not be larger than 1048576 bytes",
      },
    ]);
  });
});

/** Names that are longer here than there. */
const UNPLAIN = { path: `args.${'".'.repeat(18)}`, op: "exists", value: true };

describe("the document", () => {
  test("is neither kept nor changed, and own keys only are read", () => {
    const document = Object.assign(Object.create({ hide: ["t"] }) as object, written("tools: { t: { rules: [] } }"));
    expect(() => fromIntercept(document)).toThrow("an instance of a class");
    const plain = written("hide: [a]\ntools: { t: { rules: [] } }") as { hide: string[] };
    const before = structuredClone(plain);
    const policy = fromIntercept(plain);
    expect(plain).toEqual(before);
    plain.hide.push("b");
    expect(policy.hide).toEqual(["a"]);
  });
});
