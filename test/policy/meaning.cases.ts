import type { StatedIssue } from "./issues.js";
import type { StrictnessCase } from "./strictness.cases.js";

const ROOTS = "path must start with `args`, `tool`, `grant`, `session`, `server`, `time`, `context`";
const COUNTERS = "give the counters different names, or the same window, scope and number of `by` paths";

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

function nameCase(states: string, name: string, message: string): StrictnessCase {
  const issue = { code: "invalid_name", message } as const;
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

const INVISIBLE = "a tool name must not hold control, invisible or unpaired characters";

function counters(limits: string): string {
  return `{ "version": "1", "default": "deny",\n ${limits} }`;
}

const DIRECTORY = "operand must be an absolute directory in canonical form, or a list of them";
const HOST =
  "operand must be a host in lower case, as `example.com`, `*.example.com` or `example.com:8443`, or a list of them";

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
  ...[
    ...["5", "null", "true", "{}", "[]", '["/srv", 5]', '["/srv", ["/tmp"]]', '["/srv", ""]', '""', '"srv"', '"./srv"'],
    ...['"/srv/"', '"//srv"', '"/srv//a"', '"/srv/.."', '"/srv/./a"', '"/srv/%2e"', '"/~root"', '"~"', '"/srv\\\\a"'],
    ...['"/srv\\u0000"', '"file:///srv"', '"C:/srv"'],
  ].map((operand) => operandCase("path_within", operand, DIRECTORY)),
  ...[
    ...["5", "null", "true", "{}", "[]", '["example.com", 5]', '["example.com", ["a"]]', '["example.com", ""]', '""'],
    ...[
      '"Example.com"',
      '"example.com."',
      '"https://example.com"',
      '"example.com/"',
      '"user@example.com"',
      '"bücher.de"',
    ],
    ...['"*"', '"*."', '"*example.com"', '"a.*.com"', '"*.*.com"', '"?.com"', '".com"', '"a..b"', '"a_b.com"'],
    ...['"example.com:"', '"example.com:0"', '"example.com:080"', '"example.com:65536"', '"example.com:80:80"'],
    ...['"127.1"', '"0x7f.0.0.1"', '"2130706433"', '"127.0.0.01"', '"1.2.3"', '"*.127.0.0.1"', '"*.[::1]"', '"a.1"'],
    ...[
      '"::1"',
      '"[::1"',
      '"[0:0:0:0:0:0:0:1]"',
      '"[::ffff:127.0.0.1]"',
      '"[::1]8080"',
      '"[::A]"',
      '"-a.com"',
      '"a b"',
    ],
  ].map((operand) => operandCase("host_in", operand, HOST)),
];

function ifPresentCase(list: string, op: string, member: string, issue: Omit<StatedIssue, "pointer">): StrictnessCase {
  const value = op === "exists" ? "true" : "1";
  return {
    states: `if_present is refused in ${list} with ${op}, as ${member.replace("①", "")}`,
    text: `{ "version": "1", "default": "deny", "tools": { "t": {
      "${list}": [{ "conditions": [{ "path": "args.a", "op": "${op}", "value": ${value}, ${member} }] }] } } }`,
    issues: [{ ...issue, pointer: `/tools/t/${list}/0/conditions/0/if_present` }],
  };
}

const ONLY_IN_REQUIRE: Omit<StatedIssue, "pointer"> = {
  at: "①",
  code: "invalid_value",
  message: "`if_present` is for `require`; elsewhere a missing argument fires nothing",
};

export const IF_PRESENT_CASES: readonly StrictnessCase[] = [
  ...["deny_if", "require_approval_if"].flatMap((list) =>
    ["eq", "exists"].map((op) => ifPresentCase(list, op, '①"if_present": true', ONLY_IN_REQUIRE)),
  ),
  ifPresentCase("require", "exists", '①"if_present": true', {
    ...ONLY_IN_REQUIRE,
    message: "`exists` says itself what a missing argument means",
  }),
  ...[
    ["false", "a boolean"],
    ["1", "a number"],
    ["null", "null"],
    ['"true"', "`true`"],
  ].map(([value = "", found = ""]) =>
    ifPresentCase("require", "eq", `"if_present": ①${value}`, {
      at: "①",
      code: "invalid_value",
      message: `expected true, found ${found}`,
    }),
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
  pathCase('"env.HOME"', ROOTS),
  pathCase('"grant.role"', "`grant` has only `id`, `labels`"),
  pathCase('"session.grant"', "`session` has only `id`"),
  pathCase('"time.second"', "`time` has only `hour`, `minute`, `weekday`, `date`"),
  pathCase('"tool.name"', "`tool` is a value, with nothing under it"),
  pathCase('"server[0]"', "`server` is a value, with nothing under it"),
  pathCase('"grant"', "path must go on after `grant`"),
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
  nameCase(
    "a pattern of 513 characters is refused",
    JSON.stringify(`${"n".repeat(512)}*`),
    "a tool name must not be longer than 512 characters",
  ),
  nameCase("B04: a zero-width space in a pattern is refused: no name it matches is one", '"pay\\u200b*"', INVISIBLE),
  nameCase("B13: a lone surrogate in a pattern is refused", '"?\\udc00"', INVISIBLE),
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

function limitCase(
  states: string,
  members: string,
  ...issues: readonly (readonly [at: string, key: string, message: string])[]
): StrictnessCase {
  return {
    states,
    text: limitText(members),
    issues: issues.map(([at, key, message]) => ({
      at,
      code: key.startsWith("by/") ? "invalid_path" : "invalid_value",
      pointer: `/tools/t/limits/0/${key}`,
      message,
    })),
  };
}

const LEASE = "expected a length from 1s to 1d, such as 90s or 10m, found";

export const LIMIT_CASES: readonly StrictnessCase[] = [
  ...["minute", "month", "session", "15m"].map((window) =>
    limitCase(`a lease without in_flight is refused: ${window}`, `"window": "${window}", ①"lease": "10m"`, [
      "①",
      "lease",
      "only calls in flight have a lease",
    ]),
  ),
  ...["0s", "10", "10 m", "10min", "25h", "2d", "-1m", ""].map((lease) =>
    limitCase(`the lease ${JSON.stringify(lease)} is refused`, `"window": "in_flight", "lease": ①"${lease}"`, [
      "①",
      "lease",
      `${LEASE} \`${lease}\``,
    ]),
  ),
  ...["month", "session", "in_flight"].map((window) =>
    limitCase(`a sliding ${window} is refused`, `"window": "${window}", ①"algorithm": "sliding"`, [
      "①",
      "algorithm",
      `\`sliding\` needs a window of one length, which \`${window}\` is not`,
    ]),
  ),
  ...["grant", "global"].map((scope) =>
    limitCase(`a session's counter of scope ${scope} is refused`, `"window": "session", ①"scope": "${scope}"`, [
      "①",
      "scope",
      "a counter that lasts as long as the session belongs to the session",
    ]),
  ),
  limitCase(
    "calls in flight have no min and no increment_from",
    '"window": "in_flight", ①"min": 1, ②"increment_from": "args.n"',
    ["①", "min", "`min` has no meaning for calls in flight"],
    ["②", "increment_from", "`increment_from` has no meaning for calls in flight"],
  ),
  limitCase(
    "`[*]` is refused in by: a counter is kept by one value",
    '"window": "day", "by": ["args.a", ①"args.items[*]", ②"args.items[*].id"]',
    ["①", "by/1", "a counter is kept by one value, and `[*]` leads to several"],
    ["②", "by/2", "a counter is kept by one value, and `[*]` leads to several"],
  ),
  limitCase("more than eight paths of by are refused", `"window": "day", "by": ①[${Array(9).fill('"args.a"')}]`, [
    "①",
    "by",
    "more than 8 paths",
  ]),
  {
    states: "a path of by is read like that of a condition",
    text: limitText('"window": "day", "by": [①"repo", ②5], "min": ③-1, "algorithm": ④"slidng", "refund": ⑤"always"'),
    issues: [
      {
        at: "①",
        code: "invalid_path",
        pointer: "/tools/t/limits/0/by/0",
        message: ROOTS,
        help: "write `args.name`",
      },
      { at: "②", code: "wrong_type", pointer: "/tools/t/limits/0/by/1", message: "expected a string, found a number" },
      {
        at: "③",
        code: "invalid_amount",
        pointer: "/tools/t/limits/0/min",
        message: "`min` must be from 0 to 9007199254 with at most 6 decimals",
      },
      {
        at: "④",
        code: "invalid_value",
        pointer: "/tools/t/limits/0/algorithm",
        message: 'expected one of "fixed", "sliding", found `slidng`',
        help: "did you mean `sliding`?",
      },
      {
        at: "⑤",
        code: "invalid_value",
        pointer: "/tools/t/limits/0/refund",
        message: 'expected one of "not_executed", "rejected", "error", found `always`',
      },
    ],
  },
];

function limitText(members: string): string {
  return `{ "version": "1", "default": "deny", "tools": { "t": { "limits": [{ "counter": "c", ${members} }] } } }`;
}

/** Pairs of limits on one counter that contradict each other, and in what. */
const CONTRADICTIONS: readonly (readonly [one: string, other: string, what: string])[] = [
  ['"window": "day", "by": ["args.a"]', '"window": "day"', "another number of `by` paths"],
  ['"window": "day", "by": ["args.a"]', '"window": "day", "by": ["args.a", "args.b"]', "another number of `by` paths"],
  ['"window": "15m"', '"window": "15m", "algorithm": "sliding"', "another window"],
  ['"window": "7d"', '"window": "week"', "another window"],
  ['"window": "in_flight"', '"window": "in_flight", "lease": "5m"', "another window"],
  ['"window": "month"', '"window": "31d"', "another window"],
];

/** Pairs that are the same in other words. */
const AGREEMENTS: readonly (readonly [one: string, other: string])[] = [
  ['"window": "minute"', '"window": "60s"'],
  ['"window": "hour"', '"window": "60m", "algorithm": "fixed"'],
  ['"window": "day"', '"window": "24h", "scope": "grant"'],
  ['"window": "session"', '"window": "session", "scope": "session"'],
  ['"window": "in_flight"', '"window": "in_flight", "lease": "600s"'],
  ['"window": "day", "by": []', '"window": "day"'],
  ['"window": "day", "by": ["args.a"], "min": 1', '"window": "day", "by": ["context.b"], "refund": "error"'],
];

export const AGREEMENT_CASES: readonly StrictnessCase[] = [
  ...CONTRADICTIONS.map(
    ([one, other, what]): StrictnessCase => ({
      states: `one counter contradicts itself: ${one} and ${other}`,
      text: counters(`"tools": { "a": { "limits": [{ "counter": "c", ${one} }, ①{ "counter": "c", ${other} }] } }`),
      issues: [
        {
          at: "①",
          code: "contradictory_counter",
          pointer: "/tools/a/limits/1",
          message: `counter \`c\` has ${what} at /tools/a/limits/0`,
          help: COUNTERS,
        },
      ],
    }),
  ),
  ...AGREEMENTS.map(
    ([one, other]): StrictnessCase => ({
      states: `one counter agrees with itself: ${one} and ${other}`,
      text: counters(`"tools": { "a": { "limits": [{ "counter": "c", ${one} }, { "counter": "c", ${other} }] } }`),
      issues: [],
    }),
  ),
];
