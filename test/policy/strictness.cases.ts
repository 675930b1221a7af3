import type { StatedIssue } from "./issues.js";

/** A document that must be refused. Each marker (①, ②, …) stands before the offender that an issue points to. */
export interface StrictnessCase {
  readonly states: string;
  readonly text: string;
  readonly issues: readonly StatedIssue[];
}

const CONDITION = '{ "path": "args.a", "op": "eq", "value": 1 }';
const tool = (rules: string): string => `{ "version": "1", "default": "deny",\n  "tools": { "t": ${rules} } }`;
const limit = (members: string): string => tool(`{ "limits": [{ "counter": "c", "window": "day", ${members} }] }`);
const TOP =
  "known here: $schema, name, description, version, default, hide, all_tools, tools, resources, prompts, methods";
const SHARED = "known here: require, deny_if, require_approval_if, limits";
const ENTRY = `${SHARED}, action, description, reason, rate_limit, args, pin`;
const RULE = "known here: conditions, logic, on_deny";
const CONDITION_KEYS = "known here: path, op, value, if_present";
const LIMIT =
  "known here: counter, window, max, min, scope, by, algorithm, refund, lease, increment, increment_from, on_deny";
const WINDOW =
  "expected one of second, minute, hour, day, week, month, session, in_flight, or a length of at most 366 days such as 90s, 15m, 36h or 7d, found";
const AMOUNT = "must be from 0 to 9007199254 with at most 6 decimals";

/** Where a key can stand: the document around it, the pointer to its object, and what is known there. */
const PLACES = {
  document: ['{ "version": "1", "default": "deny", @ }', "", TOP],
  all_tools: ['{ "version": "1", "default": "deny", "all_tools": { @ } }', "/all_tools", SHARED],
  entry: [tool("{ @ }"), "/tools/t", ENTRY],
  rule: [tool('{ "deny_if": [{ "conditions": [], @ }] }'), "/tools/t/deny_if/0", RULE],
  condition: [
    tool(`{ "require": [{ "conditions": [${CONDITION.replace(" }", ", @ }")}] }] }`),
    "/tools/t/require/0/conditions/0",
    CONDITION_KEYS,
  ],
  limit: [limit("@"), "/tools/t/limits/0", LIMIT],
} as const;

function unknownKeyCase(place: keyof typeof PLACES, key: string): StrictnessCase {
  const [text, pointer, help] = PLACES[place];
  const message = `unknown key \`${key}\``;
  return {
    states: `Q05: ${key} is refused in ${place === "document" ? "the document" : place}, not ignored`,
    text: text.replace("@", () => `①"${key}": []`),
    issues: [{ at: "①", code: "unknown_key", pointer: `${pointer}/${key}`, message, help }],
  };
}

const NAMES_OF: Readonly<Record<string, string>> = {
  "5": "a number",
  null: "null",
  true: "a boolean",
  '["10/minute"]': "an array",
};

export const SHAPE_CASES: readonly StrictnessCase[] = [
  {
    states: "A01: an empty text is no policy",
    text: "①",
    issues: [{ at: "①", code: "invalid_json", pointer: "", message: "policy is not JSON" }],
  },
  {
    states: "A01: an empty object lacks its two required keys",
    text: "①{}",
    issues: [
      { at: "①", code: "missing_key", pointer: "", message: "key `version` is missing" },
      { at: "①", code: "missing_key", pointer: "", message: "key `default` is missing" },
    ],
  },
  ...[
    ["null", "null"],
    ["[]", "an array"],
    ["[{}]", "an array"],
    ["5", "a number"],
    ['"allow"', "a string"],
    ["true", "a boolean"],
  ].map(
    ([text = "", found = ""]): StrictnessCase => ({
      states: `A01: ${text} is no policy`,
      text: `①${text}`,
      issues: [{ at: "①", code: "wrong_type", pointer: "", message: `expected an object, found ${found}` }],
    }),
  ),
  {
    states: "A02: an unknown top-level field is an error that suggests the right one",
    text: '①{ "version": "1",\n  ②"defualt": "allow" }',
    issues: [
      { at: "①", code: "missing_key", pointer: "", message: "key `default` is missing" },
      {
        at: "②",
        code: "unknown_key",
        pointer: "/defualt",
        message: "unknown key `defualt`",
        help: "did you mean `default`?",
      },
    ],
  },
  {
    states: "A02: an unknown key that resembles none names the known ones",
    text: '{ "version": "1", "default": "deny", ①"x-owner": "me" }',
    issues: [{ at: "①", code: "unknown_key", pointer: "/x-owner", message: "unknown key `x-owner`", help: TOP }],
  },
  {
    states: "A25: a policy of a newer version is refused",
    text: '{ "version": ①"2", "default": "deny" }',
    issues: [{ at: "①", code: "invalid_value", pointer: "/version", message: 'expected "1", found `2`' }],
  },
  {
    states: "A25: the version is a string, not a number",
    text: '{ "version": ①1, "default": "deny" }',
    issues: [{ at: "①", code: "invalid_value", pointer: "/version", message: 'expected "1", found a number' }],
  },
  {
    states: "a default other than allow and deny is refused with a suggestion",
    text: '{ "version": "1", "default": ①"alow" }',
    issues: [
      {
        at: "①",
        code: "invalid_value",
        pointer: "/default",
        message: 'expected one of "deny", "allow", found `alow`',
        help: "did you mean `allow`?",
      },
    ],
  },
  {
    states: "A04: an unknown operator is refused with a suggestion",
    text: tool('{ "deny_if": [{ "conditions": [{ "path": "args.a", "op": ①"gtr", "value": 1 }] }] }'),
    issues: [
      {
        at: "①",
        code: "invalid_value",
        pointer: "/tools/t/deny_if/0/conditions/0/op",
        message:
          'expected one of "eq", "neq", "lt", "lte", "gt", "gte", "in", "not_in", "exists", "regex", "contains", "path_within", "host_in", found `gtr`',
        help: "did you mean `gt`?",
      },
    ],
  },
  {
    states: "A07: a window that is no window is refused with a suggestion",
    text: tool('{ "limits": [{ "counter": "c", "window": ①"minutes", "max": 1 }] }'),
    issues: [
      {
        at: "①",
        code: "invalid_value",
        pointer: "/tools/t/limits/0/window",
        message: `${WINDOW} \`minutes\``,
        help: "did you mean `minute`?",
      },
    ],
  },
  {
    states: "A07: a window that resembles none is refused without a suggestion",
    text: tool('{ "limits": [{ "counter": "c", "window": ①"1 fortnight", "max": 1 }] }'),
    issues: [
      {
        at: "①",
        code: "invalid_value",
        pointer: "/tools/t/limits/0/window",
        message: `${WINDOW} \`1 fortnight\``,
      },
    ],
  },
  ...["0", "-1", "0.5", "31622401"].map(
    (window): StrictnessCase => ({
      states: `A07: a rate_limit window of ${window} seconds is refused`,
      text: tool(`{ "rate_limit": { "max": 10, "window": ①${window} } }`),
      issues: [
        {
          at: "①",
          code: "invalid_value",
          pointer: "/tools/t/rate_limit/window",
          message: "window must be whole seconds from 1 to 31622400",
        },
      ],
    }),
  ),
  ...[
    ...[
      "2/fortnight",
      "2",
      "/minute",
      "2/",
      "2 / minute",
      "2/0m",
      "2/367d",
      "-1/minute",
      "1.5/minute",
      "2/Minute",
      "2/m",
    ],
    ...["2/session", "2/in_flight", "two/minute", "2/minute/hour", "9007199255/minute", "", "2/month "],
  ].map(
    (rate): StrictnessCase => ({
      states: `Q06: the rate_limit ${JSON.stringify(rate)} is refused, not guessed`,
      text: tool(`{ "rate_limit": ①${JSON.stringify(rate)} }`),
      issues: [
        {
          at: "①",
          code: "invalid_value",
          pointer: "/tools/t/rate_limit",
          message: `expected calls per window, such as 10/minute or 5/15m, found \`${rate}\``,
        },
      ],
    }),
  ),
  ...["5", "null", "true", '["10/minute"]'].map(
    (rate): StrictnessCase => ({
      states: `Q06: the rate_limit ${rate} is refused`,
      text: tool(`{ "rate_limit": ①${rate} }`),
      issues: [
        {
          at: "①",
          code: "wrong_type",
          pointer: "/tools/t/rate_limit",
          message: `expected an object or a string, found ${NAMES_OF[rate]}`,
        },
      ],
    }),
  ),
  {
    states: "A08: a tool that stands twice is refused at its second place",
    text: '{ "version": "1", "default": "deny",\n  "tools": { "t": { "action": "deny" },\n    ①"t": {} } }',
    issues: [{ at: "①", code: "duplicate_key", pointer: "/tools/t", message: "key `t` stands twice in one object" }],
  },
  {
    states: "A08: two spellings of one key are one key",
    text: '{ "version": "1", "default": "deny", ①"def\\u0061ult": "allow" }',
    issues: [
      { at: "①", code: "duplicate_key", pointer: "/default", message: "key `default` stands twice in one object" },
    ],
  },
  {
    states: "A08: a key that stands twice inside an operand is refused",
    text: tool('{ "require": [{ "conditions": [{ "path": "args.a", "op": "eq", "value": { "x": 1, ①"x": 2 } }] }] }'),
    issues: [
      {
        at: "①",
        code: "duplicate_key",
        pointer: "/tools/t/require/0/conditions/0/value/x",
        message: "key `x` stands twice in one object",
      },
    ],
  },
  {
    states: "a tool that is not an object is refused",
    text: tool("①null"),
    issues: [{ at: "①", code: "wrong_type", pointer: "/tools/t", message: "expected an object, found null" }],
  },
  {
    states: "`tools` and `hide` have their types",
    text: '{ "version": "1", "default": "deny", "hide": ①"drop_table", "tools": ②["t"] }',
    issues: [
      { at: "①", code: "wrong_type", pointer: "/hide", message: "expected an array, found a string" },
      { at: "②", code: "wrong_type", pointer: "/tools", message: "expected an object, found an array" },
    ],
  },
  {
    states: "a rule with neither conditions nor logic is refused: it is not the same as no conditions",
    text: tool('{ "deny_if": [①{ "on_deny": "no" }] }'),
    issues: [
      { at: "①", code: "missing_key", pointer: "/tools/t/deny_if/0", message: "a rule needs `conditions` or `logic`" },
    ],
  },
  {
    states: "a condition needs its three keys",
    text: tool('{ "deny_if": [{ "conditions": [①{}] }] }'),
    issues: ["path", "op", "value"].map((key) => ({
      at: "①",
      code: "missing_key",
      pointer: "/tools/t/deny_if/0/conditions/0",
      message: `key \`${key}\` is missing`,
    })),
  },
  ...["__proto__", "constructor", "toString"].map(
    (key): StrictnessCase => ({
      states: `Q13: ${key} is an unknown key of the document, of an entry, of a rule and of a limit`,
      text: `{ "version": "1", "default": "deny", ①"${key}": {}, "tools": { "t": { ②"${key}": {},\n
        "require": [{ "conditions": [], ③"${key}": {} }], "limits": [{ "counter": "c", "window": "day", ④"${key}": 1 }] } } }`,
      issues: [
        { at: "①", pointer: `/${key}`, help: TOP },
        {
          at: "②",
          pointer: `/tools/t/${key}`,
          help: ENTRY,
        },
        { at: "③", pointer: `/tools/t/require/0/${key}`, help: RULE },
        {
          at: "④",
          pointer: `/tools/t/limits/0/${key}`,
          help: LIMIT,
        },
      ].map((issue) => ({ ...issue, code: "unknown_key", message: `unknown key \`${key}\`` })),
    }),
  ),
  ...["mode", "limit_by", "name"].map((key) => unknownKeyCase("entry", key)),
  unknownKeyCase("document", "mode"),
  ...["action", "reason", "rate_limit", "description", "hide", "args", "mode"].map((key) =>
    unknownKeyCase("all_tools", key),
  ),
  ...["mode", "description"].map((key) => unknownKeyCase("rule", key)),
  ...["mode", "flags", "on_deny"].map((key) => unknownKeyCase("condition", key)),
  unknownKeyCase("limit", "mode"),
  ...[
    "0m",
    "0",
    "60",
    "-5m",
    "1.5h",
    "015m",
    "15 m",
    "15M",
    "2w",
    "1M",
    "1y",
    "367d",
    "8785h",
    "999999999d",
    "",
    "Minute ",
  ].map(
    (window): StrictnessCase => ({
      states: `A07: the window ${JSON.stringify(window)} is refused`,
      text: tool(`{ "limits": [{ "counter": "c", "window": ①"${window}" }] }`),
      issues: [
        {
          at: "①",
          code: "invalid_value",
          pointer: "/tools/t/limits/0/window",
          message: `${WINDOW} \`${window}\``,
          ...(window === "Minute " ? { help: "did you mean `minute`?" } : {}),
        },
      ],
    }),
  ),
  {
    states: "A07: a window in seconds is refused in a limit: it has a unit",
    text: tool('{ "limits": [{ "counter": "c", "window": ①60 }] }'),
    issues: [
      {
        at: "①",
        code: "wrong_type",
        pointer: "/tools/t/limits/0/window",
        message: "expected a string, found a number",
      },
    ],
  },
  {
    states: "Q05: keys of a rule and of a limit are refused with a suggestion",
    text: tool(
      `{ "require": [{ "conditions": [${CONDITION}], ①"on_denny": "no" }],\n "limits": [{ "counter": "c", "window": "day", ②"maxx": 1 }] }`,
    ),
    issues: [
      {
        at: "①",
        code: "unknown_key",
        pointer: "/tools/t/require/0/on_denny",
        message: "unknown key `on_denny`",
        help: "did you mean `on_deny`?",
      },
      {
        at: "②",
        code: "unknown_key",
        pointer: "/tools/t/limits/0/maxx",
        message: "unknown key `maxx`",
        help: "did you mean `max`?",
      },
    ],
  },
  {
    states: "the rules of all tools are checked like those of an entry",
    text: `{ "version": "1", "default": "allow", "all_tools": { "require": ①{},
      "deny_if": [{ "conditions": [{ "path": ②"a", "op": "in", "value": ③"x" }] }],
      "require_approval_if": [④{}] } }`,
    issues: [
      { at: "①", code: "wrong_type", pointer: "/all_tools/require", message: "expected an array, found an object" },
      {
        at: "②",
        code: "invalid_path",
        pointer: "/all_tools/deny_if/0/conditions/0/path",
        message: "path must start with `args`, `tool`, `grant`, `session`, `server`, `time`, `context`",
        help: "write `args.name`",
      },
      {
        at: "③",
        code: "invalid_operand",
        pointer: "/all_tools/deny_if/0/conditions/0/value",
        message: "in: operand must be a list",
      },
      {
        at: "④",
        code: "missing_key",
        pointer: "/all_tools/require_approval_if/0",
        message: "a rule needs `conditions` or `logic`",
      },
    ],
  },
  {
    states: "the entry of a pattern is checked like any other, and its place is found",
    text: '{ "version": "1", "default": "deny", "tools": { "a/*": { ①"require_aproval_if": [], "limits": ②{} } } }',
    issues: [
      {
        at: "①",
        code: "unknown_key",
        pointer: "/tools/a~1*/require_aproval_if",
        message: "unknown key `require_aproval_if`",
        help: "did you mean `require_approval_if`?",
      },
      { at: "②", code: "wrong_type", pointer: "/tools/a~1*/limits", message: "expected an array, found an object" },
    ],
  },
  ...["-1", "0.0000001", "9007199255", "1e-7"].map(
    (amount): StrictnessCase => ({
      states: `an amount of ${amount} is refused in max and in increment`,
      text: limit(`"max": ①${amount}, "increment": ②${amount}`),
      issues: [
        { at: "①", code: "invalid_amount", pointer: "/tools/t/limits/0/max", message: `\`max\` ${AMOUNT}` },
        { at: "②", code: "invalid_amount", pointer: "/tools/t/limits/0/increment", message: `\`increment\` ${AMOUNT}` },
      ],
    }),
  ),
  {
    states: "C05: a number that no double holds is not a number of JSON",
    text: limit('"max": ①1e999'),
    issues: [
      {
        at: "①",
        code: "not_json",
        pointer: "/tools/t/limits/0/max",
        message: "policy must be JSON, found a number that is not finite",
      },
    ],
  },
  {
    states: "lines end with LF or CRLF, and columns count UTF-16 units",
    text: '{ "version": "1",\r\n  "hide": ["𝄞é", ①5],\r\n\r\n\t②"x": 1,\n"default": "deny" }',
    issues: [
      { at: "①", code: "wrong_type", pointer: "/hide/1", message: "expected a string, found a number" },
      { at: "②", code: "unknown_key", pointer: "/x", message: "unknown key `x`", help: TOP },
    ],
  },
  {
    states: "a pointer escapes the names it goes through, and its place is found",
    text: '{ "version": "1", "default": "deny", "tools": { "a/b~c": { ①"d/e": 1, "reason": ②5 }, "a": {}, "0": ③[] } }',
    issues: [
      {
        at: "①",
        code: "unknown_key",
        pointer: "/tools/a~1b~0c/d~1e",
        message: "unknown key `d/e`",
        help: ENTRY,
      },
      { at: "②", code: "wrong_type", pointer: "/tools/a~1b~0c/reason", message: "expected a string, found a number" },
      { at: "③", code: "wrong_type", pointer: "/tools/0", message: "expected an object, found an array" },
    ],
  },
];
