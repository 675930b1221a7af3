import type { StatedIssue } from "../policy/issues.js";
import type { StrictnessCase } from "../policy/strictness.cases.js";

const LOGIC = "/tools/t/require/0/logic";

/** A policy whose only rule is the logic; ① stands before the offender. */
function refused(states: string, logic: string, pointer: string, message: string, help?: string): StrictnessCase {
  const issue: StatedIssue = { at: "①", code: "invalid_logic", pointer: `${LOGIC}${pointer}`, message };
  return {
    states,
    text: `{ "version": "1", "default": "deny", "tools": { "t": {\n "require": [{ "logic": ${logic} }] } } }`,
    issues: [help === undefined ? issue : { ...issue, help }],
  };
}

const arity = (logic: string, op: string, wanted: string): StrictnessCase =>
  refused(
    `the wrong number of operands is refused: ${logic.replace("①", "")}`,
    logic,
    `/${op}`,
    `\`${op}\` takes ${wanted}`,
  );

const path = (text: string, message: string): StrictnessCase =>
  refused(
    `the path ${text} is refused in var`,
    `{ "!!": { "var": ①${text} } }`,
    "/!!/var",
    message,
    "write `args.name`",
  );

const ROOTS = "path must start with `args`, `tool`, `grant`, `session`, `server`, `time`, `context`";
const ALL =
  "known: var missing missing_some if ?: and or ! !! == === != !== > >= < <= in cat substr + - * / % min max map filter reduce all none some merge";
const FOLD = "path in `reduce` must start with `current` or `accumulator`";
const UNSAFE = "numbers must be exact: no integer beyond 9007199254740991";

/** Negations, one in the other, around `inner`. */
const nested = (depth: number, inner: string): string => `${'{ "!": '.repeat(depth)}${inner}${" }".repeat(depth)}`;

const MISSING_PATHS: readonly StrictnessCase[] = [
  ["missing", '{ "missing": ["args.a", ①"a"] }', "/missing/1"],
  ["missing with one key", '{ "missing": ①"a" }', "/missing"],
  ["missing with a list", '{ "missing": [["args.a", ①"a"]] }', "/missing/0/1"],
  ["missing_some", '{ "missing_some": [1, ["args.a", ①"a"]] }', "/missing_some/1/1"],
].map(([op = "", logic = "", pointer = ""]) =>
  refused(`a path that cannot be read is refused in ${op}`, logic, pointer, ROOTS, "write `args.name`"),
);

export const LOGIC_CASES: readonly StrictnessCase[] = [
  refused("an unknown operator is refused", '{ ①"equals": [1, 1] }', "/equals", "unknown operator `equals`", ALL),
  refused(
    "an unknown operator is refused with a suggestion",
    '{ "and": [true, { ①"vars": "args.a" }] }',
    "/and/1/vars",
    "unknown operator `vars`",
    "did you mean `var`?",
  ),
  ...[
    ["=", "=="],
    ["<>", "!="],
    ["&&", "and"],
    ["||", "or"],
    ["not", "!"],
  ].map(([op = "", meant = ""]) =>
    refused(
      `what other languages write is refused with what it is here: ${op}`,
      `{ ①"${op}": [] }`,
      `/${op}`,
      `unknown operator \`${op}\``,
      `did you mean \`${meant}\`?`,
    ),
  ),
  refused("a sign that is no operator has no nearest one", '{ ①"~": [1] }', "/~0", "unknown operator `~`", ALL),
  ...["toString", "hasOwnProperty", "constructor", "__proto__"].map((op) =>
    refused(
      `what every object has is no operator: ${op}`,
      `{ ①"${op}": [] }`,
      `/${op}`,
      `unknown operator \`${op}\``,
      ALL,
    ),
  ),
  refused("a method of an operator is none", '{ ①"var.call": [] }', "/var.call", "unknown operator `var.call`", ALL),
  refused("log is refused", '{ "!": { ①"log": true } }', "/!/log", "`log` is not legal: deciding has no effects"),
  refused(
    "an object with two keys is refused",
    '{ "or": [①{ "!": true, "==": [1, 1] }] }',
    "/or/0",
    "an operation has one key, its operator",
    "put both into an `and`",
  ),
  arity('{ ①"==": [1] }', "==", "2 operands, found 1"),
  arity('{ ①"==": 1 }', "==", "2 operands, found 1"),
  arity('{ ①">": [3, 2, 1] }', ">", "2 operands, found 3"),
  arity('{ ①"<": [1, 2, 3, 4] }', "<", "2 to 3 operands, found 4"),
  arity('{ ①"!": [] }', "!", "1 operand, found 0"),
  arity('{ ①"!!": [true, true] }', "!!", "1 operand, found 2"),
  arity('{ ①"and": [] }', "and", "1 or more operands, found 0"),
  arity('{ ①"if": [] }', "if", "1 or more operands, found 0"),
  arity('{ ①"-": [1, 2, 3] }', "-", "1 to 2 operands, found 3"),
  arity('{ ①"some": [[]] }', "some", "2 operands, found 1"),
  arity('{ ①"reduce": [[], 1, 2, 3] }', "reduce", "2 to 3 operands, found 4"),
  arity('{ ①"var": ["args.a", 1, 2] }', "var", "0 to 2 operands, found 3"),
  ...['[["args.a"], "args.b"]', '["args.a", ["args.b"]]'].map((operands) =>
    refused(
      `a list beside other operands is refused in missing: ${operands}`,
      `{ ①"missing": ${operands} }`,
      "/missing",
      "`missing` takes paths, or one list of them",
    ),
  ),
  path('"a"', ROOTS),
  path('""', ROOTS),
  path('"env.HOME"', ROOTS),
  path('"constructor"', ROOTS),
  path('"__proto__.a"', ROOTS),
  path('"args"', "path must go on after `args`"),
  path('"args..a"', "path has an empty name"),
  path('"args.a."', "path has an empty name"),
  path('"args.items[0].price"', "path has brackets: an index is written `items.0`"),
  path('"tool.name"', "`tool` is a value, with nothing under it"),
  path('"time.year"', "`time` has only `hour`, `minute`, `weekday`, `date`"),
  path("5", ROOTS),
  path("true", "path must be text, or the index of an element"),
  path(`"args${".a".repeat(64)}"`, "path has more than 64 names"),
  path(`"args.${"a".repeat(4_092)}"`, "path is longer than 4096 characters"),
  ...MISSING_PATHS,
  refused(
    "a path in reduce leads to what reduce has",
    '{ "reduce": [[1], { "+": [{ "var": ①"args.a" }, 1] }, 0] }',
    "/reduce/1/+/0/var",
    FOLD,
    "write `current.name`",
  ),
  refused(
    "a path under an element has no empty name",
    '{ "some": [[1], { "var": ①"a..b" }] }',
    "/some/1/var",
    "path has an empty name",
  ),
  refused(
    "an index is a whole number",
    '{ "some": [[1], { "var": ①1.5 }] }',
    "/some/1/var",
    "path must be text, or the index of an element",
  ),
  ...["9007199254740993", "-9007199254740992", "1e21"].map((number) =>
    refused(
      `a number that is not exact is refused: ${number}`,
      `{ "<": [{ "var": "args.a" }, ①${number}] }`,
      "/</1",
      UNSAFE,
    ),
  ),
  refused(
    "25 operators in one another are refused",
    nested(24, '①{ "!": true }'),
    "/!".repeat(24),
    "logic nests deeper than 24",
  ),
  refused(
    "lists nest as operators do",
    `{ "in": [1, ${"[".repeat(23)}①[]${"]".repeat(23)}] }`,
    `/in/1${"/0".repeat(23)}`,
    "logic nests deeper than 24",
  ),
  refused(
    "more than 5,000 values are refused",
    `①{ "in": [1, [${Array(4_998).fill(1).join(",")}]] }`,
    "",
    "logic has more than 5000 values",
  ),
  {
    states: "every offender is reported, in whatever list",
    text: `{ "version": "1", "default": "deny",
      "all_tools": { "deny_if": [{ "logic": { ①"===": 1 } }] },
      "tools": { "t": { "require_approval_if": [{ "logic": { "and": [{ "var": ②"a" }, { ③"xor": [] }] } }] } } }`,
    issues: [
      {
        at: "①",
        code: "invalid_logic",
        pointer: "/all_tools/deny_if/0/logic/===",
        message: "`===` takes 2 operands, found 1",
      },
      {
        at: "②",
        code: "invalid_logic",
        pointer: "/tools/t/require_approval_if/0/logic/and/0/var",
        message: ROOTS,
        help: "write `args.name`",
      },
      {
        at: "③",
        code: "invalid_logic",
        pointer: "/tools/t/require_approval_if/0/logic/and/1/xor",
        message: "unknown operator `xor`",
        help: "did you mean `or`?",
      },
    ],
  },
  {
    states: "a rule with conditions and logic is refused",
    text: '{ "version": "1", "default": "deny", "tools": { "t": { "deny_if": [{ "conditions": [], ①"logic": true }] } } }',
    issues: [
      {
        at: "①",
        code: "invalid_value",
        pointer: "/tools/t/deny_if/0/logic",
        message: "a rule has `conditions` or `logic`, not both",
      },
    ],
  },
  {
    states: "what is wrong with both is reported too",
    text: '{ "version": "1", "default": "deny", "tools": { "t": { "deny_if": [{ "conditions": ①7, ②"logic": { ③"log": 1 } }] } } }',
    issues: [
      {
        at: "①",
        code: "wrong_type",
        pointer: "/tools/t/deny_if/0/conditions",
        message: "expected an array, found a number",
      },
      {
        at: "②",
        code: "invalid_value",
        pointer: "/tools/t/deny_if/0/logic",
        message: "a rule has `conditions` or `logic`, not both",
      },
      {
        at: "③",
        code: "invalid_logic",
        pointer: "/tools/t/deny_if/0/logic/log",
        message: "`log` is not legal: deciding has no effects",
      },
    ],
  },
];
