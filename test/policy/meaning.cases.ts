import type { StatedIssue } from "./issues.js";
import type { StrictnessCase } from "./strictness.cases.js";

const NAMES = "list tools by name";
const ROOTS = "path must start with `args.` or `context.`";
const COUNTERS = "give the counters different names, or the same window and scope";

function condition(op: string, operand: string): string {
  return `{ "version": "1", "default": "deny",\n  "tools": { "t": { "deny_if": [{ "conditions": [{ "path": "args.a", "op": "${op}", "value": ①${operand} }] }] } } }`;
}

function operandCase(op: string, operand: string, message: string): StrictnessCase {
  const pointer = "/tools/t/deny_if/0/conditions/0/value";
  const issue: StatedIssue = { at: "①", code: "invalid_operand", pointer, message: `${op}: ${message}` };
  return { states: `A05: ${op} ${operand} is refused`, text: condition(op, operand), issues: [issue] };
}

function regexCase(what: string, regex: string, message: string): StrictnessCase {
  const pointer = "/tools/t/deny_if/0/conditions/0/value";
  const issue: StatedIssue = { at: "①", code: "invalid_regex", pointer, message: `regex: not RE2 syntax: ${message}` };
  return {
    states: `A17: ${what} is refused: a rule that cannot be matched must not vanish`,
    text: condition("regex", JSON.stringify(regex)),
    issues: [issue],
  };
}

function pathCase(path: string, message: string): StrictnessCase {
  const text = `{ "version": "1", "default": "deny", "tools": { "t": {
    "require": [{ "conditions": [{ "path": ①${path}, "op": "exists", "value": true }] }],
    "limits": [{ "counter": "c", "window": "day", "increment_from": ②${path} }] } } }`;
  const issue = { code: "invalid_path", message, help: "write `args.name`" } as const;
  return {
    states: `the path ${path} is refused in conditions and in increment_from`,
    text,
    issues: [
      { ...issue, at: "①", pointer: "/tools/t/require/0/conditions/0/path" },
      { ...issue, at: "②", pointer: "/tools/t/limits/0/increment_from" },
    ],
  };
}

function nameCase(states: string, name: string, message: string, help?: string): StrictnessCase {
  const issue = { code: "invalid_name", message, ...(help === undefined ? {} : { help }) } as const;
  const pointer = `/tools/${JSON.parse(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return {
    states: `${states} in hide and in tools`,
    text: `{ "version": "1", "default": "deny", "hide": [①${name}],\n "tools": { ②${name}: {} } }`,
    issues: [
      { ...issue, at: "①", pointer: "/hide/0" },
      { ...issue, at: "②", pointer },
    ],
  };
}

const patternMessage = (name: string): string => `patterns are not supported: \`${name}\` matches no tool`;
const INVISIBLE = "a tool name must not hold control, invisible or unpaired characters";

function counters(limits: string): string {
  return `{ "version": "1", "default": "deny",\n ${limits} }`;
}

export const OPERAND_CASES: readonly StrictnessCase[] = [
  ...["lt", "lte", "gt", "gte"].flatMap((op) =>
    ['"5000"', "null", "true", "[5]", "{}"].map((operand) => operandCase(op, operand, "operand must be a number")),
  ),
  ...["in", "not_in"].flatMap((op) => [
    ...['"abc"', "5", "null", '{ "0": 1 }'].map((operand) => operandCase(op, operand, "operand must be a list")),
    operandCase(op, "[]", "operand must not be an empty list, which nothing is in"),
  ]),
  ...['"true"', "1", "null"].map((operand) => operandCase("exists", operand, "operand must be true or false")),
  ...["5", "null", '["a"]'].map((operand) => operandCase("regex", operand, "operand must be a string")),
  ...[
    ["eq", "9007199254740993"],
    ["neq", '{ "deep": [1e21] }'],
    ["gt", "-9007199254740992"],
    ["in", "[1, 9007199254740992]"],
    ["contains", "9007199254740992"],
  ].map(([op = "", operand = ""]) =>
    operandCase(op, operand, "numbers must be exact: no integer beyond 9007199254740991"),
  ),
];

export const REGEX_CASES: readonly StrictnessCase[] = [
  regexCase("a look-behind", "(?<=a)b", "error parsing regexp: invalid named capture: `(?<=a)b`"),
  regexCase("a look-ahead", "a(?=b)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
  regexCase("a back-reference", "(a)\\1", "error parsing regexp: invalid escape sequence: `\\1`"),
  regexCase("a \\u escape", "\\u0041", "error parsing regexp: invalid escape sequence: `\\u`"),
  regexCase("a repetition over 1,000", "a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"),
  regexCase("an unclosed group", "(a", "error parsing regexp: missing closing ): `(a`"),
  regexCase("a bare star", "*", "error parsing regexp: missing argument to repetition operator: `*`"),
  regexCase("an expression of 10,001 characters", "a".repeat(10_001), "longer than 10000 characters"),
  regexCase("a program over 2,000 instructions", "[a-z]{1000}[0-9]{1000}", "compiles to more than 2000 instructions"),
];

export const PATH_CASES: readonly StrictnessCase[] = [
  pathCase('""', ROOTS),
  pathCase('"amount"', ROOTS),
  pathCase('"argsx.a"', ROOTS),
  pathCase('"Args.a"', ROOTS),
  pathCase('"grant.role"', ROOTS),
  pathCase('"args"', "path must go on after `args`"),
  pathCase('"args."', "path cannot be read from `.`"),
  pathCase('"args..a"', "path cannot be read from `..a`"),
  pathCase('"args.a b"', "path cannot be read from ` b`"),
  pathCase('"args.a[01]"', "path cannot be read from `[01]`"),
  pathCase('"args.a[-1]"', "path cannot be read from `[-1]`"),
  pathCase('"args.a[]"', "path cannot be read from `[]`"),
  pathCase("\"args.a['b']\"", "path cannot be read from `['b']`"),
  pathCase('"args.a[\\"b\\""', 'path cannot be read from `["b"`'),
  pathCase('"args.a[*]b"', "path cannot be read from `b`"),
  pathCase(`"args${".a".repeat(65)}"`, "path has more than 64 steps"),
];

export const NAME_CASES: readonly StrictnessCase[] = [
  nameCase("an empty name is refused", '""', "a tool name must not be empty"),
  nameCase(
    "a name of 513 characters is refused",
    JSON.stringify("n".repeat(513)),
    "a tool name must not be longer than 512 characters",
  ),
  nameCase("B04: a zero-width space in a name is refused", '"pay\\u200b"', INVISIBLE),
  nameCase("B04: a right-to-left override in a name is refused", '"pay\\u202e"', INVISIBLE),
  nameCase("B04: a tag character in a name is refused", '"pay\\udb40\\udc41"', INVISIBLE),
  nameCase("B04: NUL in a name is refused", '"pay\\u0000"', INVISIBLE),
  nameCase("B04: a line feed in a name is refused", '"pay\\n"', INVISIBLE),
  nameCase("B04: an ANSI escape in a name is refused", '"\\u001b[2Jpay"', INVISIBLE),
  nameCase("B13: a lone surrogate in a name is refused", '"pay\\ud800"', INVISIBLE),
  ...["delete_*", "delete_?", "a*b", "**"].map((name) =>
    nameCase(
      `Q12: the pattern ${name} is refused: read literally it would match nothing`,
      `"${name}"`,
      patternMessage(name),
      "write out the tool names",
    ),
  ),
  {
    states: "A20: `*` alone lists nothing and is refused in tools",
    text: '{ "version": "1", "default": "deny", "tools": { ①"*": {} } }',
    issues: [
      {
        at: "①",
        code: "invalid_name",
        pointer: "/tools/*",
        message: patternMessage("*"),
        help: `hide every tool with \`"hide": ["*"]\`, ${NAMES}`,
      },
    ],
  },
  {
    states: "a counter needs a name",
    text: '{ "version": "1", "default": "deny", "all_tools": { "limits": [{ "counter": ①"", "window": "day" }] } }',
    issues: [
      { at: "①", code: "invalid_name", pointer: "/all_tools/limits/0/counter", message: "a counter needs a name" },
    ],
  },
];

export const COUNTER_CASES: readonly StrictnessCase[] = [
  {
    states: "one counter in two windows contradicts itself",
    text: counters(`"tools": { "a": { "limits": [{ "counter": "c", "window": "day" }] },
      "b": { "limits": [①{ "counter": "c", "window": "hour" }] } }`),
    issues: [
      {
        at: "①",
        code: "contradictory_counter",
        pointer: "/tools/b/limits/0",
        message: "counter `c` has another window at /tools/a/limits/0",
        help: COUNTERS,
      },
    ],
  },
  {
    states: "one counter in two scopes contradicts itself, and no scope is the scope grant",
    text: counters(`"tools": { "a": { "limits": [{ "counter": "c", "window": "day" },
      { "counter": "c", "window": "day", "scope": "grant" }, ①{ "counter": "c", "window": "day", "scope": "global" }] } }`),
    issues: [
      {
        at: "①",
        code: "contradictory_counter",
        pointer: "/tools/a/limits/2",
        message: "counter `c` has another scope at /tools/a/limits/0",
        help: COUNTERS,
      },
    ],
  },
  {
    states: "a counter of all tools and one of an entry are held against each other",
    text: counters(`"all_tools": { "limits": [{ "counter": "__proto__", "window": "day" }] },
      "tools": { "a": { "limits": [①{ "counter": "__proto__", "window": "minute", "scope": "session" }] } }`),
    issues: ["scope", "window"].map((member) => ({
      at: "①",
      code: "contradictory_counter",
      pointer: "/tools/a/limits/0",
      message: `counter \`__proto__\` has another ${member} at /all_tools/limits/0`,
      help: COUNTERS,
    })),
  },
  {
    states: "a counter that bears the name of a rate_limit's counter must agree with it",
    text: counters(`"tools": { "a": { "limits": [{ "counter": "(rate_limit) a", "window": "hour" }],
      "rate_limit": ①{ "max": 1, "window": 60 } } }`),
    issues: [
      {
        at: "①",
        code: "contradictory_counter",
        pointer: "/tools/a/rate_limit",
        message: "counter `(rate_limit) a` has another window at /tools/a/limits/0",
        help: COUNTERS,
      },
    ],
  },
];
