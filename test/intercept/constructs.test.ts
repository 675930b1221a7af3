import { decide, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { converted } from "./written.js";

type Arguments = Readonly<Record<string, unknown>>;

/** A document, and what becomes of calls of `t` with these arguments. */
interface Case {
  readonly rule: string;
  readonly yaml: string;
  readonly allows: readonly Arguments[];
  readonly denies: readonly Arguments[];
}

const condition = (path: string, op: string, value: string): string => `
  tools:
    t:
      rules:
        - name: r
          conditions: [{ path: "${path}", op: ${op}, value: ${value} }]`;

const OPERATOR_CASES: readonly Case[] = [
  {
    rule: "eq: equal texts; 5 is not the text 5, nor true the text true",
    yaml: condition("args.x", "eq", '"5"'),
    allows: [{ x: "5" }],
    denies: [{ x: "6" }, { x: 5 }, { x: null }, {}],
  },
  {
    rule: "eq: numbers by value",
    yaml: condition("args.x", "eq", "5"),
    allows: [{ x: 5 }, { x: 5.0 }],
    denies: [{ x: "5" }, { x: [5] }, {}],
  },
  {
    rule: "neq: another value of the type, and never a missing one",
    yaml: condition("args.x", "neq", '"draft"'),
    allows: [{ x: "final" }],
    denies: [{ x: "draft" }, {}, { x: null }, { x: 5 }],
  },
  {
    rule: "neq: what Intercept takes for equal by its text is denied too",
    yaml: condition("args.x", "neq", "5"),
    allows: [{ x: 6 }],
    denies: [{ x: 5 }, { x: "5" }],
  },
  {
    rule: "in: one of the list, which may mix types",
    yaml: condition("args.x", "in", '["usd", 5]'),
    allows: [{ x: "usd" }, { x: 5 }],
    denies: [{ x: "5" }, { x: "eur" }, { x: true }, {}],
  },
  {
    rule: "not_in: none of the list, and never a missing one",
    yaml: condition("args.x", "not_in", '["admin"]'),
    allows: [{ x: "user" }],
    denies: [{ x: "admin" }, {}, { x: 1 }, { x: ["user"] }],
  },
  {
    rule: "lt: below",
    yaml: condition("args.x", "lt", "100"),
    allows: [{ x: 99.5 }, { x: -1 }],
    denies: [{ x: 100 }, { x: "5" }, {}],
  },
  { rule: "lte: at most", yaml: condition("args.x", "lte", "100"), allows: [{ x: 100 }], denies: [{ x: 100.5 }] },
  { rule: "gt: above", yaml: condition("args.x", "gt", "0"), allows: [{ x: 0.5 }], denies: [{ x: 0 }, { x: "1" }] },
  { rule: "gte: at least", yaml: condition("args.x", "gte", "1"), allows: [{ x: 1 }], denies: [{ x: 0.5 }, {}] },
  {
    rule: "regex: somewhere in the text",
    yaml: condition("args.x", "regex", '"^feat/"'),
    allows: [{ x: "feat/a" }],
    denies: [{ x: "fix/feat/" }, { x: 42 }, {}],
  },
  {
    rule: "contains: a part of a text, an element of a list",
    yaml: condition("args.x", "contains", '"test"'),
    allows: [{ x: "a test" }, { x: ["a", "test"] }],
    denies: [{ x: "TEST" }, { x: ["tests"] }, { x: 5 }, {}],
  },
  {
    rule: "exists true: there, and not null",
    yaml: condition("args.x", "exists", "true"),
    allows: [{ x: "" }, { x: false }],
    denies: [{}, { x: null }],
  },
  {
    rule: "exists false: missing, or null",
    yaml: condition("args.x", "exists", "false"),
    allows: [{}, { x: null }],
    denies: [{ x: "" }, { x: 0 }],
  },
  {
    rule: "a dot descends; below what is no object nothing can be judged",
    yaml: condition("args.a.b", "exists", "false"),
    allows: [{}, { a: {} }, { "a.b": 1 }],
    denies: [{ a: { b: 1 } }, { a: "text" }, { a: [] }, { a: null }],
  },
  {
    rule: "brackets, quotes and spaces are part of a name",
    yaml: condition("args.a[0].b c", "eq", "1"),
    allows: [{ "a[0]": { "b c": 1 } }],
    denies: [{ a: [{ "b c": 1 }] }, {}],
  },
  {
    rule: "a name may be empty, or that of a property every object has",
    yaml: condition("args..__proto__", "eq", "1"),
    allows: [{ "": JSON.parse('{"__proto__": 1}') }],
    denies: [{ "": {} }, {}],
  },
];

const RULE_CASES: readonly Case[] = [
  {
    rule: "all conditions of a rule and all rules of a tool must hold",
    yaml: `
      tools:
        t:
          rules:
            - name: charge
              conditions:
                - { path: args.amount, op: lte, value: 50 }
                - { path: args.currency, op: in, value: [usd, eur] }
            - name: reason
              conditions: [{ path: args.reason, op: exists, value: true }]`,
    allows: [{ amount: 50, currency: "usd", reason: "r" }],
    denies: [
      { amount: 51, currency: "usd", reason: "r" },
      { amount: 50, currency: "gbp", reason: "r" },
      { amount: 50, currency: "usd" },
    ],
  },
  {
    rule: "action deny denies every call, whatever its other rules say",
    yaml: `
      tools:
        t:
          rules:
            - { name: fine, conditions: [{ path: args.x, op: eq, value: 1 }] }
            - { name: blocked, action: deny, on_deny: "Never." }`,
    allows: [],
    denies: [{}, { x: 1 }],
  },
  {
    rule: "rules for every tool hold beside those of the tool",
    yaml: `
      tools:
        t: { rules: [{ name: own, conditions: [{ path: args.x, op: eq, value: 1 }] }] }
        "*": { rules: [{ name: all, conditions: [{ path: args.y, op: eq, value: 2 }] }] }`,
    allows: [{ x: 1, y: 2 }],
    denies: [{ x: 1 }, { y: 2 }],
  },
  {
    rule: "rules for every tool hold for a tool that is not named",
    yaml: `
      tools:
        "*": { rules: [{ name: all, conditions: [{ path: args.y, op: eq, value: 2 }] }] }`,
    allows: [{ y: 2 }],
    denies: [{}],
  },
  {
    rule: "action deny under * denies every tool",
    yaml: `
      tools:
        t: { rules: [] }
        "*": { rules: [{ name: stop, action: deny }] }`,
    allows: [],
    denies: [{}],
  },
  { rule: "without a default a tool that is not named is allowed", yaml: "tools: {}", allows: [{}], denies: [] },
  { rule: "a document may have no tools", yaml: "hide: [u]", allows: [{}], denies: [] },
  { rule: "default deny denies a tool that is not named", yaml: "default: deny", allows: [], denies: [{}] },
  {
    rule: "default deny: rules for every tool name none",
    yaml: `
      default: deny
      tools:
        "*": { rules: [{ name: all, conditions: [{ path: args.y, op: eq, value: 2 }] }] }`,
    allows: [],
    denies: [{}, { y: 2 }],
  },
  {
    rule: "default deny: a tool without rules is allowed",
    yaml: `
      default: deny
      tools: { t: { rules: [] } }`,
    allows: [{}],
    denies: [],
  },
  {
    rule: "default deny: so is one with nothing under it",
    yaml: `
      default: deny
      tools:
        t:`,
    allows: [{}],
    denies: [],
  },
  {
    rule: "hide beats the rules of a tool",
    yaml: `
      hide: [t]
      tools: { t: { rules: [] } }`,
    allows: [],
    denies: [{}],
  },
  { rule: "hide with * hides every tool", yaml: 'hide: ["*"]', allows: [], denies: [{}] },
  {
    rule: "what is null counts as left out",
    yaml: `
      description: ~
      default: ~
      hide: ~
      tools:
        t:
          rules:
            - { name: r, action: ~, rate_limit: ~, on_deny: ~, state: ~, conditions: [{ path: args.x, op: eq, value: ~ }] }`,
    allows: [{ x: null }],
    denies: [{ x: "<nil>" }, {}],
  },
];

describe.each([
  ["operators", OPERATOR_CASES],
  ["rules", RULE_CASES],
])("fromIntercept: %s", (_group, cases) => {
  test.each(cases)("$rule", ({ yaml, allows, denies }) => {
    const policy = parsePolicy(converted(yaml));
    const outcome = (args: Arguments): string => decide(policy, { name: "t", arguments: args }).outcome;
    expect(allows.map(outcome)).toEqual(allows.map(() => "allow"));
    expect(denies.map(outcome)).toEqual(denies.map(() => "deny"));
  });
});

describe("fromIntercept: messages", () => {
  const messageOf = (yaml: string): string => decide(parsePolicy(converted(yaml)), { name: "t" }).message;

  test.each([
    ["a requirement", '{ name: r, on_deny: "Say why.", conditions: [{ path: args.x, op: exists, value: true }] }'],
    ["action deny", '{ name: r, on_deny: "Say why.", action: deny }'],
  ])("on_deny of %s is what the agent reads", (_what, rule) => {
    expect(messageOf(`tools: { t: { rules: [${rule}] } }`)).toBe("Say why.");
  });

  test("the name of a rule is not", () => {
    expect(messageOf('tools: { t: { rules: [{ name: "internal note", action: deny }] } }')).toBe(
      "the policy forbids this call",
    );
  });
});

describe("fromIntercept: names", () => {
  test("__proto__ is the name of a tool and of a counter", () => {
    const policy = converted(`
      default: deny
      tools:
        __proto__: { rules: [{ name: r, rate_limit: 1/day, on_deny: no }] }`);
    expect(Object.keys(policy.tools ?? {})).toEqual(["__proto__"]);
    const decision = decide(parsePolicy(policy), { name: "__proto__" });
    expect(decision.charges.map(({ counter, max }) => [counter, max])).toEqual([["__proto__._rate_day", 1]]);
  });

  test("* is never an entry: under default deny it would list every tool", () => {
    expect(converted('tools: { "*": { rules: [{ name: r, action: deny }] } }')).toEqual({
      version: "1",
      default: "allow",
      all_tools: { deny_if: [{ conditions: [] }] },
      tools: {},
    });
  });
});
