import type { ConditionDocument, JsonValue, Operator, PolicyDocument } from "callgate";
import { type CheckCase, error, forPay, PAY, payWith, RULED, warning } from "./check-case.js";

type List = "require" | "deny_if" | "require_approval_if";

/** A policy with one rule of one condition. */
function holding(
  list: List,
  path: string,
  op: Operator,
  value: JsonValue,
  more: Partial<ConditionDocument> = {},
): PolicyDocument {
  return forPay({ [list]: [{ conditions: [{ path, op, value, ...more }] }] });
}

const AT = "/tools/pay/require/0/conditions/0";
const DENY_AT = "/tools/pay/deny_if/0/conditions/0";

const THERE =
  "there: `args.to`, `args.count`, `args.ratio`, `args.mode`, `args.note`, `args.labels`, `args.lines`, `args.deep`, …";

function notInSchema(path: string, tool = "`pay`"): string {
  return `\`${path}\` is not in the schema of ${tool}`;
}

function optional(path: string, tool = "`pay`"): [string, string] {
  return [
    `a call of ${tool} may leave out \`${path}\`, and then this rule does not fire`,
    `in \`require\`: { "conditions": [{ "path": "${path}", "op": "exists", "value": true }] }`,
  ];
}

const closed = payWith({ inputSchema: { ...PAY.inputSchema, additionalProperties: false } });
const loose = { type: "object", properties: { to: { type: "string" }, fast: { type: "boolean", default: false } } };
const looseTool = payWith({ inputSchema: loose });

/** Paths that lead nowhere. */
export const PATH_CASES: readonly CheckCase[] = [
  {
    name: "an argument that an open schema does not list",
    policy: holding("require", "args.conut", "lte", 5),
    issues: [warning("unknown_argument", `${AT}/path`, notInSchema("args.conut"), "did you mean `args.count`?")],
    silent: { name: "it lists it", policy: holding("require", "args.count", "lte", 5) },
  },
  {
    name: "an argument that a closed schema does not list",
    policy: holding("require", "args.other_thing", "lte", 5),
    tools: closed,
    issues: [error("unknown_argument", `${AT}/path`, notInSchema("args.other_thing"), THERE)],
    silent: { name: "the schema lists nothing and is open", tools: payWith({ inputSchema: { type: "object" } }) },
  },
  {
    name: "an argument where a closed schema has none",
    policy: holding("require", "args.to", "exists", true),
    tools: payWith({ inputSchema: { type: "object", additionalProperties: false } }),
    issues: [error("unknown_argument", `${AT}/path`, notInSchema("args.to"))],
    silent: { name: "no schema is given", tools: [{ name: "pay" }] },
  },
  {
    name: "an argument in no alternative, of which one is open",
    policy: holding("require", "args.x", "exists", true),
    tools: payWith({
      inputSchema: { anyOf: [{ properties: { a1: {} }, additionalProperties: false }, { properties: { b1: {} } }] },
    }),
    issues: [warning("unknown_argument", `${AT}/path`, notInSchema("args.x"), "there: `args.a1`, `args.b1`")],
    silent: {
      name: "one lists nothing",
      tools: payWith({ inputSchema: { anyOf: [{ properties: { a1: {} }, additionalProperties: false }, {}] } }),
    },
  },
  {
    name: "a name under an object that is closed",
    policy: holding("require", "args.deep.ids", "eq", "x"),
    issues: [error("unknown_argument", `${AT}/path`, notInSchema("args.deep.ids"), "did you mean `args.deep.id`?")],
    silent: { name: "it is there", policy: holding("require", "args.deep.id", "eq", "x") },
  },
  {
    name: "a name under a string",
    policy: holding("require", "args.to.name", "eq", "x"),
    issues: [error("unknown_argument", `${AT}/path`, notInSchema("args.to.name"))],
    silent: { name: "under what may be anything", policy: holding("require", "args.anything.name", "eq", "x") },
  },
  {
    name: "a name under an array",
    policy: holding("require", "args.lines.price", "lt", 5),
    issues: [error("unknown_argument", `${AT}/path`, notInSchema("args.lines.price"))],
    silent: { name: "of its elements", policy: holding("require", "args.lines[*].price", "lt", 5) },
  },
  {
    name: "a name that elements do not have",
    policy: holding("require", "args.lines[0].prize", "lt", 5),
    issues: [
      warning(
        "unknown_argument",
        `${AT}/path`,
        notInSchema("args.lines[0].prize"),
        "did you mean `args.lines[0].price`?",
      ),
    ],
    silent: { name: "they have it", policy: holding("require", "args.lines[0].price", "lt", 5) },
  },
  {
    name: "an argument that a call is to be without, in brackets",
    policy: holding("require", 'args["to the"]', "eq", "x"),
    issues: [warning("unknown_argument", `${AT}/path`, notInSchema('args["to the"]'), THERE)],
    silent: { name: "`exists` keeps it out", policy: holding("require", 'args["to the"]', "exists", false) },
  },
  {
    name: "the argument that a limit counts by",
    policy: forPay({ limits: [{ counter: "c", window: "day", max: 5, increment_from: "args.cuont" }] }),
    issues: [
      warning(
        "unknown_argument",
        "/tools/pay/limits/0/increment_from",
        notInSchema("args.cuont"),
        "did you mean `args.count`?",
      ),
    ],
    silent: {
      name: "it is there",
      policy: forPay({ limits: [{ counter: "c", window: "day", max: 5, increment_from: "args.count" }] }),
    },
  },
  {
    name: "an argument that no tool of a pattern has",
    policy: {
      version: "1",
      default: "deny",
      ...RULED,
      tools: { "p?y": { require: [{ conditions: [{ path: "args.cc", op: "eq", value: 1 }] }] } },
    },
    tools: [PAY, { ...PAY, name: "ply" }],
    issues: [
      warning(
        "unknown_argument",
        "/tools/p?y/require/0/conditions/0/path",
        notInSchema("args.cc", "`pay`, `ply`"),
        THERE,
      ),
    ],
    silent: {
      name: "one of them has it",
      tools: [PAY, { name: "ply", inputSchema: { properties: { cc: { type: "integer" } } } }],
    },
  },
  {
    name: "an argument that no tool has, for all of them",
    policy: forPay(
      {},
      { all_tools: { require: [{ conditions: [{ path: "args.reason", op: "exists", value: true }] }] } },
    ),
    issues: [warning("unknown_argument", "/all_tools/require/0/conditions/0/path", notInSchema("args.reason"), THERE)],
    silent: { name: "one may have it", tools: [PAY, { name: "other" }] },
  },
];

/** Schemas in which an argument is, or may be, though not in plain sight. */
export const REACHABLE: readonly (readonly [name: string, schema: unknown])[] = [
  ["by additionalProperties", { properties: { a: {} }, additionalProperties: { type: "number" } }],
  ["by additionalProperties: true", { properties: { a: {} }, additionalProperties: true }],
  ["by patternProperties", { properties: { a: {} }, patternProperties: { "^x": {} }, additionalProperties: false }],
  ["by a local reference", { $ref: "#/$defs/args", $defs: { args: { properties: { x: { type: "number" } } } } }],
  ["by an escaped reference", { $ref: "#/$defs/a~1b%20", $defs: { "a/b ": { properties: { x: {} } } } }],
  ["by a reference that is not followed", { properties: { a: {} }, $ref: "https://example.com/schema" }],
  ["by a dynamic reference", { properties: { a: {} }, $dynamicRef: "#node" }],
  ["by a reference to itself", { properties: { a: {} }, $ref: "#" }],
  ["in one of anyOf", { anyOf: [{ properties: { a: {} } }, { properties: { x: { type: "number" } } }] }],
  ["in one of oneOf", { properties: { a: {} }, oneOf: [{ properties: { a: {} } }, { properties: { x: {} } }] }],
  ["in one of allOf", { allOf: [{ properties: { a: {} } }, { properties: { x: {} } }] }],
  [
    "in allOf beside a closed schema",
    { properties: { a: {} }, additionalProperties: false, allOf: [{ properties: { x: {} } }] },
  ],
  ["in then", JSON.parse('{ "properties": { "a": {} }, "if": {}, "then": { "properties": { "x": {} } } }')],
  ["by unevaluatedProperties", { properties: { a: {} }, unevaluatedProperties: { type: "number" } }],
  ["by `true`", true],
  ["by `{}`", {}],
  ["by no type of JSON Schema", { type: "record" }],
  ["by something that is no schema", "object"],
  ["by null", null],
];

/** Operators and operands that cannot go with the schema. */
export const OPERAND_CASES: readonly CheckCase[] = [
  {
    name: "lt on a string",
    policy: holding("require", "args.to", "lt", 5),
    issues: [error("type_mismatch", `${AT}/op`, "`lt` needs a number here, and `args.to` of `pay` is a string")],
    silent: { name: "on a number", policy: holding("require", "args.count", "lt", 5) },
  },
  {
    name: "regex on a number",
    policy: holding("deny_if", "args.count", "regex", "5"),
    issues: [
      error("type_mismatch", `${DENY_AT}/op`, "`regex` needs a string here, and `args.count` of `pay` is a number"),
    ],
    silent: { name: "on what may be a string", policy: holding("deny_if", "args.note", "regex", "5") },
  },
  {
    name: "host_in on an array",
    policy: holding("require", "args.labels", "host_in", "example.com"),
    issues: [
      error("type_mismatch", `${AT}/op`, "`host_in` needs a string here, and `args.labels` of `pay` is an array"),
    ],
    silent: { name: "on its elements", policy: holding("require", "args.labels[*]", "host_in", "example.com") },
  },
  {
    name: "a text for an integer",
    policy: holding("require", "args.count", "eq", "5"),
    issues: [error("type_mismatch", `${AT}/value`, "`eq` needs a string here, and `args.count` of `pay` is a number")],
    silent: { name: "a number", policy: holding("require", "args.count", "eq", 5) },
  },
  {
    name: "null for what is never null",
    policy: holding("require", "args.to", "neq", null),
    issues: [error("type_mismatch", `${AT}/value`, "`neq` needs null here, and `args.to` of `pay` is a string")],
    silent: { name: "for what may be", policy: holding("require", "args.note", "neq", null) },
  },
  {
    name: "a list with nothing of the type",
    policy: holding("deny_if", "args.count", "in", ["1", "2"]),
    issues: [
      error("type_mismatch", `${DENY_AT}/value`, "`in` needs a string here, and `args.count` of `pay` is a number"),
    ],
    silent: { name: "with something of it", policy: holding("deny_if", "args.count", "in", ["1", 2]) },
  },
  {
    name: "contains on an object",
    policy: holding("require", "args.deep", "contains", "x"),
    issues: [
      error(
        "type_mismatch",
        `${AT}/op`,
        "`contains` needs a string or an array here, and `args.deep` of `pay` is an object",
      ),
    ],
    silent: { name: "on a string", policy: holding("require", "args.to", "contains", "x") },
  },
  {
    name: "contains of a number, on an array of texts",
    policy: holding("require", "args.labels", "contains", 5),
    issues: [
      error(
        "type_mismatch",
        `${AT}/value`,
        "`contains` needs something that holds a number here, and `args.labels` of `pay` is an array",
      ),
    ],
    silent: { name: "of a text", policy: holding("require", "args.labels", "contains", "5") },
  },
  {
    name: "lt on a text, in alternatives that agree",
    policy: holding("require", "args.to", "lt", 5),
    tools: payWith({
      inputSchema: {
        properties: { to: { oneOf: [{ type: "string" }, { type: ["null", "boolean"] }] } },
        required: ["to"],
      },
    }),
    issues: [
      error(
        "type_mismatch",
        `${AT}/op`,
        "`lt` needs a number here, and `args.to` of `pay` is a string or null or a boolean",
      ),
    ],
    silent: {
      name: "in alternatives that do not",
      tools: payWith({ inputSchema: { properties: { to: { oneOf: [{ type: "string" }, { type: "integer" }] } } } }),
    },
  },
  {
    name: "lt on a text, behind an escaped reference",
    policy: holding("require", "args.to", "lt", 5),
    tools: payWith({
      inputSchema: { $ref: "#/$defs/a~1b~0%20", $defs: { "a/b~ ": { properties: { to: { type: "string" } } } } },
    }),
    issues: [error("type_mismatch", `${AT}/op`, "`lt` needs a number here, and `args.to` of `pay` is a string")],
    silent: { name: "behind one that leads nowhere", tools: payWith({ inputSchema: { $ref: "#/$defs/gone" } }) },
  },
  {
    name: "a number for the weekday as a text",
    policy: holding("deny_if", "time.weekday", "eq", "7"),
    issues: [error("type_mismatch", `${DENY_AT}/value`, "`eq` needs a string here, and `time.weekday` is a number")],
    silent: { name: "as a number", policy: holding("deny_if", "time.weekday", "eq", 7) },
  },
  {
    name: "a value that is not enumerated",
    policy: holding("require", "args.mode", "eq", "fats"),
    issues: [error("value_not_in_enum", `${AT}/value`, "`args.mode` of `pay` is never `fats`", "did you mean `fast`?")],
    silent: { name: "one that is", policy: holding("require", "args.mode", "eq", "fast") },
  },
  {
    name: "a value that is not enumerated, kept out",
    policy: holding("deny_if", "args.mode", "neq", "turbo"),
    issues: [
      error("value_not_in_enum", `${DENY_AT}/value`, "`args.mode` of `pay` is never `turbo`", "one of `fast`, `slow`"),
    ],
    silent: { name: "one that is", policy: holding("deny_if", "args.mode", "neq", "slow") },
  },
  {
    name: "a list with one that is not enumerated",
    policy: holding("require", "args.mode", "in", ["fast", "slwo"]),
    issues: [
      warning("value_not_in_enum", `${AT}/value/1`, "`args.mode` of `pay` is never `slwo`", "did you mean `slow`?"),
    ],
    silent: { name: "with none", policy: holding("require", "args.mode", "in", ["slow", "fast"]) },
  },
  {
    name: "a list with nothing that is enumerated",
    policy: holding("require", "args.mode", "in", ["a", "b"]),
    issues: [
      error("value_not_in_enum", `${AT}/value`, '`args.mode` of `pay` is never `["a","b"]`', "one of `fast`, `slow`"),
    ],
    silent: {
      name: "the enumeration holds objects",
      tools: payWith({ inputSchema: { properties: { mode: { enum: ["fast", { a: 1 }] } } } }),
    },
  },
  {
    name: "the name of a tool that there is not",
    policy: forPay({}, { all_tools: { deny_if: [{ conditions: [{ path: "tool", op: "eq", value: "pya" }] }] } }),
    issues: [
      error(
        "value_not_in_enum",
        "/all_tools/deny_if/0/conditions/0/value",
        "`tool` is never `pya`",
        "did you mean `pay`?",
      ),
    ],
    silent: {
      name: "there is one",
      policy: forPay({}, { all_tools: { deny_if: [{ conditions: [{ path: "tool", op: "eq", value: "wipe" }] }] } }),
      tools: [PAY, { name: "wipe" }],
    },
  },
  {
    name: "a requirement below what the schema allows",
    policy: holding("require", "args.count", "lt", 1),
    issues: [error("never_true", AT, "`lt` never holds: `args.count` of `pay` is always outside")],
    silent: { name: "at it", policy: holding("require", "args.count", "lte", 1) },
  },
  {
    name: "a prohibition above what the schema allows",
    policy: holding("deny_if", "args.count", "gt", 100),
    issues: [warning("never_true", DENY_AT, "`gt` never holds: `args.count` of `pay` is always outside")],
    silent: { name: "at it", policy: holding("deny_if", "args.count", "gte", 100) },
  },
  {
    name: "a requirement below what the schema allows, of what is present",
    policy: holding("require", "args.count", "lt", 1, { if_present: true }),
    issues: [warning("never_true", AT, "`lt` never holds: `args.count` of `pay` is always outside")],
    silent: { name: "above", policy: holding("require", "args.count", "lt", 2, { if_present: true }) },
  },
  ...(["eq", "gt"] as const).map(
    (op): CheckCase => ({
      name: `${op} above what the schema allows`,
      policy: holding("deny_if", "args.count", op, 200),
      issues: [warning("never_true", DENY_AT, `\`${op}\` never holds: \`args.count\` of \`pay\` is always outside`)],
      silent: {
        name: "which allows null besides",
        tools: payWith({
          inputSchema: { properties: { count: { type: ["integer", "null"], maximum: 100 } }, required: ["count"] },
        }),
      },
    }),
  ),
  {
    name: "a bound that is itself outside",
    policy: holding("require", "args.ratio", "gte", 1),
    issues: [error("never_true", AT, "`gte` never holds: `args.ratio` of `pay` is always outside")],
    silent: { name: "one inside", policy: holding("require", "args.ratio", "gte", 0.999) },
  },
  {
    name: "a number that is not whole, for an integer",
    policy: holding("require", "args.count", "eq", 2.5),
    issues: [error("never_true", AT, "`eq` never holds: `args.count` of `pay` is always outside")],
    silent: { name: "compared", policy: holding("require", "args.count", "lt", 2.5) },
  },
  {
    name: "an hour that there is not",
    policy: holding("deny_if", "time.hour", "gte", 24),
    issues: [warning("never_true", DENY_AT, "`gte` never holds: `time.hour` is always outside")],
    silent: { name: "the last one", policy: holding("deny_if", "time.hour", "gte", 23) },
  },
];

const always = warning(
  "always_fires",
  "/tools/pay/deny_if/0",
  "this rule denies every call: what it asks for always holds",
  'to deny every call write `action: "deny"`',
);

/** Prohibitions that depend on what is always there, or may be left out. */
export const PRESENCE_CASES: readonly CheckCase[] = [
  {
    name: "exists on an argument that must be there",
    policy: holding("deny_if", "args.to", "exists", true),
    issues: [always],
    silent: { name: "that may be null", policy: holding("deny_if", "args.note", "exists", true) },
  },
  {
    name: "exists on an argument that every alternative requires",
    policy: holding("deny_if", "args.to", "exists", true),
    tools: payWith({
      inputSchema: {
        properties: { to: { type: "string" } },
        oneOf: [{ required: ["to"] }, { required: ["to", "cc"] }],
      },
    }),
    issues: [always],
    silent: {
      name: "one does not have",
      tools: payWith({
        inputSchema: {
          oneOf: [{ properties: { to: { type: "string" } }, required: ["to"] }, { properties: { cc: {} } }],
        },
      }),
    },
  },
  {
    name: "a comparison that every legal value meets",
    policy: holding("deny_if", "args.count", "gte", 1),
    issues: [always],
    silent: { name: "most do", policy: holding("deny_if", "args.count", "gte", 2) },
  },
  {
    name: "a comparison that every legal value meets, at the upper end",
    policy: holding("deny_if", "args.count", "lte", 100),
    issues: [always],
    silent: { name: "in require, where it guards", policy: holding("require", "args.count", "lte", 100) },
  },
  {
    name: "exists on an argument below one, both of which must be there",
    policy: holding("deny_if", "args.deep.id", "exists", true),
    issues: [always],
    silent: {
      name: "on elements, of which there may be none",
      policy: holding("deny_if", "args.labels[*]", "exists", true),
    },
  },
  {
    name: "conditions that always hold together",
    policy: forPay({
      deny_if: [
        {
          conditions: [
            { path: "args.count", op: "lte", value: 100 },
            { path: "tool", op: "eq", value: "pay" },
          ],
        },
      ],
    }),
    issues: [always],
    silent: {
      name: "C03: a rule without conditions says so itself",
      policy: forPay({ deny_if: [{ conditions: [] }] }),
    },
  },
  {
    name: "an argument that may be left out",
    policy: holding("deny_if", "args.to", "eq", "eve"),
    tools: looseTool,
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.to"))],
    silent: { name: "it must be there", tools: [PAY] },
  },
  {
    name: "an argument below one that may be left out",
    policy: holding("deny_if", "args.deep.id", "eq", "x"),
    tools: payWith({ inputSchema: { ...PAY.inputSchema, required: ["to"] } }),
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.deep.id"))],
    silent: {
      name: "which a requirement asks for",
      policy: forPay({
        require: [{ conditions: [{ path: "args.deep", op: "exists", value: true }] }],
        deny_if: [{ conditions: [{ path: "args.deep.id", op: "eq", value: "x" }] }],
      }),
    },
  },
  {
    name: "a requirement of it that may be left out too",
    policy: forPay({
      require: [{ conditions: [{ path: "args.to", op: "neq", value: "bob", if_present: true }] }],
      deny_if: [{ conditions: [{ path: "args.to", op: "eq", value: "eve" }] }],
    }),
    tools: looseTool,
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.to"))],
    silent: {
      name: "one that may not",
      policy: forPay({
        require: [{ conditions: [{ path: 'args["to"]', op: "neq", value: "bob" }] }],
        deny_if: [{ conditions: [{ path: "args.to", op: "eq", value: "eve" }] }],
      }),
    },
  },
  {
    name: "a limit that counts something in its place",
    policy: forPay({
      deny_if: [{ conditions: [{ path: "args.sum", op: "gt", value: 100 }] }],
      limits: [{ counter: "c", window: "day", max: 5, increment_from: "args.sum", increment: 1 }],
    }),
    tools: payWith({ inputSchema: { properties: { sum: { type: "number" } } } }),
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.sum"))],
    silent: {
      name: "one that denies a call without it",
      policy: forPay({
        deny_if: [{ conditions: [{ path: "args.sum", op: "gt", value: 100 }] }],
        limits: [{ counter: "c", window: "day", max: 5, increment_from: "args.sum" }],
      }),
    },
  },
  {
    name: "a prohibition for many tools, in one of which it may be left out",
    policy: forPay({}, { all_tools: { deny_if: [{ conditions: [{ path: "args.to", op: "eq", value: "eve" }] }] } }),
    tools: [PAY, { name: "send", inputSchema: loose }],
    issues: [warning("optional_argument", "/all_tools/deny_if/0/conditions/0/path", ...optional("args.to", "`send`"))],
    silent: {
      name: "a requirement of that tool asks for it",
      policy: forPay(
        {},
        {
          all_tools: { deny_if: [{ conditions: [{ path: "args.to", op: "eq", value: "eve" }] }] },
          tools: { send: { require: [{ conditions: [{ path: "args.to", op: "exists", value: true }] }] } },
        },
      ),
    },
  },
  {
    name: "a flag whose default is what is prohibited",
    policy: holding("deny_if", "args.fast", "eq", false),
    tools: looseTool,
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.fast"))],
    silent: { name: "whose default is not", policy: holding("deny_if", "args.fast", "eq", true) },
  },
  {
    name: "an argument that may be left out, denied where it is there",
    policy: holding("deny_if", "args.to", "regex", "e"),
    tools: looseTool,
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.to"))],
    silent: {
      name: "another prohibition denies a call without it",
      policy: forPay({
        deny_if: [
          { conditions: [{ path: "args.to", op: "regex", value: "e" }] },
          { conditions: [{ path: "args.to", op: "exists", value: false }] },
        ],
      }),
    },
  },
  {
    name: "an argument that one alternative requires",
    policy: holding("deny_if", "args.to", "eq", "eve"),
    tools: payWith({ inputSchema: { anyOf: [{ properties: { to: {} } }, { properties: { to: {} } }] } }),
    issues: [warning("optional_argument", `${DENY_AT}/path`, ...optional("args.to"))],
    silent: {
      name: "and another does not",
      tools: payWith({
        inputSchema: { anyOf: [{ properties: { to: {} }, required: ["to"] }, { properties: { to: {} } }] },
      }),
    },
  },
];
