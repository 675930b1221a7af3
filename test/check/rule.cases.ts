import type { ConditionDocument, RuleDocument } from "callgate";
import { type CheckCase, error, forPay, RULED, warning } from "./check-case.js";

const AT = "/tools/pay/require/0/conditions";
const DENY_AT = "/tools/pay/deny_if/0/conditions";

function rule(...conditions: ConditionDocument[]): RuleDocument {
  return { conditions };
}

const more = { path: "args.anything", op: "gt", value: 10 } as const;
const less = { path: "args.anything", op: "lt", value: 5 } as const;

function denied(path = "args.anything"): string {
  return `no \`${path}\` meets this and the other conditions on it, so every call is denied`;
}

function idle(path = "args.anything"): string {
  return `no \`${path}\` meets this and the other conditions on it: this rule is for no call`;
}

function loose(expression: string, pointer: string): ReturnType<typeof warning> {
  const message = `\`${expression}\` may match anywhere: what stands around the match is not looked at`;
  return warning("unanchored_regex", pointer, message, "write `^…$`, or `.*` at the end that is to be open");
}

function matching(value: string, list: "require" | "deny_if" = "require"): ReturnType<typeof forPay> {
  return forPay({ [list]: [rule({ path: "args.to", op: "regex", value })] });
}

/** Rules that need no schema to be wrong. */
export const RULE_CASES: readonly CheckCase[] = [
  {
    name: "a range that is empty",
    policy: forPay({ deny_if: [rule(more, less)] }),
    issues: [error("contradictory_conditions", `${DENY_AT}/1`, idle())],
    silent: {
      name: "in two rules",
      policy: forPay({ deny_if: [rule({ ...more, path: "args.count" }), rule({ ...less, path: "args.count" })] }),
    },
  },
  {
    name: "a range that is empty, in two requirements",
    policy: forPay({ require: [rule(more), rule(less)] }),
    issues: [error("contradictory_conditions", "/tools/pay/require/1/conditions/0", denied())],
    silent: {
      name: "one is for what is present",
      policy: forPay({ require: [rule(more), rule({ ...less, if_present: true })] }),
    },
  },
  {
    name: "a range of one number that is left out",
    policy: forPay({ require: [rule({ ...more, op: "gte", value: 5 }, less)] }),
    issues: [error("contradictory_conditions", `${AT}/1`, denied())],
    silent: {
      name: "and is not",
      policy: forPay({ require: [rule({ ...more, op: "gte", value: 5 }, { ...less, op: "lte" })] }),
    },
  },
  {
    name: "two values at once",
    policy: forPay({ require: [rule({ ...more, op: "eq", value: "a" }, { ...more, op: "eq", value: "b" })] }),
    issues: [error("contradictory_conditions", `${AT}/1`, denied())],
    silent: {
      name: "the same value twice",
      policy: forPay({
        require: [rule({ ...more, op: "eq", value: { a: [1] } }, { ...more, op: "eq", value: { a: [1] } })],
      }),
    },
  },
  {
    name: "lists that share nothing",
    policy: forPay({ require: [rule({ ...more, op: "in", value: [1, 2] }), rule({ ...more, op: "in", value: [3] })] }),
    issues: [error("contradictory_conditions", "/tools/pay/require/1/conditions/0", denied())],
    silent: {
      name: "that share one",
      policy: forPay({
        require: [rule({ ...more, op: "in", value: [1, 2] }), rule({ ...more, op: "in", value: [3, 2] })],
      }),
    },
  },
  {
    name: "a list of which nothing is left",
    policy: forPay({
      require: [rule({ ...more, op: "in", value: [1, 2] }, { ...more, op: "not_in", value: [1, 2, 3] })],
    }),
    issues: [error("contradictory_conditions", `${AT}/1`, denied())],
    silent: {
      name: "one is left",
      policy: forPay({ require: [rule({ ...more, op: "in", value: [1, 2] }, { ...more, op: "neq", value: 2 })] }),
    },
  },
  {
    name: "a value outside a range",
    policy: forPay({ require: [rule({ ...more, op: "eq", value: 7 }, less)] }),
    issues: [error("contradictory_conditions", `${AT}/1`, denied())],
    silent: { name: "inside", policy: forPay({ require: [rule({ ...more, op: "eq", value: 4 }, less)] }) },
  },
  {
    name: "something that is there and is not",
    policy: forPay({
      require: [rule({ ...more, op: "exists", value: true }, { ...more, op: "exists", value: false })],
    }),
    issues: [error("contradictory_conditions", `${AT}/1`, denied())],
    silent: {
      name: "on two arguments",
      policy: forPay({
        require: [rule({ ...more, op: "exists", value: true }, { path: "args.cc", op: "exists", value: false })],
      }),
    },
  },
  {
    name: "something that is absent, and small",
    policy: forPay({ deny_if: [rule({ ...more, op: "exists", value: false }, less)] }),
    issues: [error("contradictory_conditions", `${DENY_AT}/1`, idle())],
    silent: {
      name: "and null",
      policy: forPay({
        deny_if: [
          rule({ ...more, op: "exists", value: false }, { ...more, path: "args.anything", op: "eq", value: null }),
        ],
        require: [rule({ ...more, op: "exists", value: true })],
      }),
    },
  },
  {
    name: "every element at once",
    policy: forPay({
      require: [rule({ ...more, path: "args.lines[*].price" }, { ...less, path: "args.lines[*].price" })],
    }),
    issues: [error("contradictory_conditions", `${AT}/1`, denied("args.lines[*].price"))],
    silent: {
      name: "one element and another",
      policy: forPay({
        deny_if: [rule({ ...more, path: "args.lines[*].price" }, { ...less, path: "args.lines[*].price" })],
      }),
    },
  },
  {
    name: "rules of prompts",
    policy: forPay({}, { prompts: { default: "deny", entries: { deploy: { require: [rule(more, less)] } } } }),
    issues: [error("contradictory_conditions", "/prompts/entries/deploy/require/0/conditions/1", denied())],
    silent: {
      name: "of prompts that agree",
      policy: forPay({}, { prompts: { default: "deny", entries: { deploy: { require: [rule(more)] } } } }),
    },
  },
  {
    name: "a requirement without conditions",
    policy: forPay({ require: [rule()] }),
    issues: [
      warning(
        "empty_requirement",
        "/tools/pay/require/0",
        "a requirement without conditions always holds",
        'to deny every call write `action: "deny"`',
      ),
    ],
    silent: { name: "no requirement", policy: forPay({ require: [], deny_if: [rule()] }) },
  },
  {
    name: "A19: an expression without anchors in require",
    policy: matching("example\\.com"),
    issues: [loose("example\\.com", `${AT}/0/value`)],
    silent: { name: "with both", policy: matching("^example\\.com$") },
  },
  {
    name: "A19: in require for resources",
    policy: forPay(
      {},
      {
        resources: {
          default: "deny",
          entries: { "file:///*": { require: [rule({ path: "args.uri", op: "regex", value: "notes" })] } },
        },
      },
    ),
    issues: [loose("notes", "/resources/entries/file:~1~1~1*/require/0/conditions/0/value")],
    silent: { name: "in deny_if, where it is the careful way", policy: matching("notes", "deny_if") },
  },
  {
    name: "C29: anchors of lines",
    policy: matching("(?m)^abc$"),
    issues: [loose("(?m)^abc$", `${AT}/0/value`)],
    silent: { name: "of the text", policy: matching("(?m)\\Aabc\\z") },
  },
  {
    name: "path_within in deny_if",
    policy: forPay({ deny_if: [rule({ path: "args.to", op: "path_within", value: "/etc" })] }),
    issues: [
      warning(
        "misplaced_operator",
        `${DENY_AT}/0/op`,
        "`path_within` in `deny_if` denies every value that it cannot judge, and lets the other places pass",
        "in `require` name what is allowed with `path_within`",
      ),
    ],
    silent: {
      name: "in require",
      policy: forPay({ require: [rule({ path: "args.to", op: "path_within", value: "/srv" })] }),
    },
  },
  {
    name: "host_in in deny_if for all tools",
    policy: {
      version: "1",
      default: "deny",
      ...RULED,
      tools: { pay: {} },
      all_tools: { deny_if: [rule({ path: "args.to", op: "host_in", value: "example.com" })] },
    },
    issues: [
      warning(
        "misplaced_operator",
        "/all_tools/deny_if/0/conditions/0/op",
        "`host_in` in `deny_if` denies every value that it cannot judge, and lets the other places pass",
        "in `require` name what is allowed with `host_in`",
      ),
    ],
    silent: {
      name: "where it asks for approval",
      policy: forPay({ require_approval_if: [rule({ path: "args.to", op: "host_in", value: "example.com" })] }),
    },
  },
];

/** Expressions in `require`, and whether they say what stands at both ends. */
export const EXPRESSIONS: readonly (readonly [expression: string, anchored: boolean])[] = [
  ["^a$", true],
  ["\\Aa\\z", true],
  ["^a", false],
  ["a$", false],
  ["a", false],
  ["", false],
  ["^(a|b)$", true],
  ["^a|b$", false],
  ["^a$|^b$", true],
  ["^a$|b", false],
  ["(^a$)", true],
  ["(?:^a|^b)c$", true],
  ["(^a|b)c$", false],
  ["(?P<x>^a$)", true],
  ["(?<x>^a$)", true],
  ["(?i)^a$", true],
  ["(?i:^a$)", true],
  ["(?m)^a$", false],
  ["(?m-m)^a$", true],
  ["(?m)^a\\z", false],
  ["(?m)\\Aa$", false],
  ["(?m:x)^a$", false],
  ["^(?m:a$)", false],
  ["^(?m:a)$", true],
  ["(?-m)^a$", true],
  ["(?m)(?-m)^a$", true],
  ["^a.*", true],
  ["^a(.*)", true],
  ["^a.+", true],
  ["^a.*?", true],
  ["^a[\\s\\S]*", true],
  [".*\\.pdf$", true],
  ["^a.", false],
  ["^a(.*)?", false],
  ["(^a)?b$", false],
  ["(^a){0,2}b$", false],
  ["(^a)+b$", true],
  ["\\^a\\$", false],
  ["^a\\$", false],
  ["[^a]$", false],
  ["^[$]", false],
  ["^[]$]$", true],
  ["^[[:alpha:]$]$", true],
  ["^\\Qa$\\E", false],
  ["^\\Qa(\\E$", true],
  ["^[(]$", true],
  ["^\\p{L}\\x{61}$", true],
  ["^(npm (test|run lint|run build)|git (status|diff|log)( .*)?|ls( .*)?|pwd|cat [A-Za-z0-9_/.-]+)$", true],
];
