import type { StrictnessCase } from "./strictness.cases.js";

const args = (schema: string): string =>
  `{ "version": "1", "default": "deny",\n  "tools": { "a/b": { "args": ${schema} } } }`;
const NO_SCHEMA = "expected a JSON Schema, or `tool` for the tool's own";

export const SCHEMA_CASES: readonly StrictnessCase[] = [
  { states: "an object, true, false and `tool` are accepted", text: args("{}"), issues: [] },
  ...["true", "false", '"tool"', '{ "type": "object", "properties": { "type": { "type": "string" } } }'].map(
    (schema): StrictnessCase => ({ states: `args: ${schema} is accepted`, text: args(schema), issues: [] }),
  ),
  ...["null", "5", "[]", '"tools"', '"{}"'].map(
    (schema): StrictnessCase => ({
      states: `args: ${schema} is refused`,
      text: args(`①${schema}`),
      issues: [{ at: "①", code: "invalid_schema", pointer: "/tools/a~1b/args", message: NO_SCHEMA }],
    }),
  ),
  {
    states: "every fault of a schema is an issue at its own place, unknown keywords at the key",
    text: args(`{ "properties": { "x~": { ①"tpye": "string", "minimum": ②"5", "pattern": ③"(?=a)" } },
      "$ref": ④"https://example.com/schema" }`),
    issues: [
      {
        at: "①",
        code: "invalid_schema",
        pointer: "/tools/a~1b/args/properties/x~0/tpye",
        message: "unknown keyword `tpye` in JSON Schema 2020-12",
        help: "did you mean `type`?",
      },
      {
        at: "②",
        code: "invalid_schema",
        pointer: "/tools/a~1b/args/properties/x~0/minimum",
        message: "expected a number",
      },
      {
        at: "③",
        code: "invalid_schema",
        pointer: "/tools/a~1b/args/properties/x~0/pattern",
        message: "not a pattern of linear time: looking around and other special groups are not linear",
      },
      {
        at: "④",
        code: "invalid_schema",
        pointer: "/tools/a~1b/args/$ref",
        message:
          "`https://example.com/schema` leads out of this schema: nothing is fetched, and no meta-schema is built in",
      },
    ],
  },
  ...(["resources", "prompts"] as const).map(
    (section): StrictnessCase => ({
      states: `args are for tools, not for ${section}`,
      text: `{ "version": "1", "default": "deny",
        "${section}": { "default": "deny", "entries": { "a": { ①"args": {} } } } }`,
      issues: [
        {
          at: "①",
          code: "unknown_key",
          pointer: `/${section}/entries/a/args`,
          message: "unknown key `args`",
          help: "known here: require, deny_if, require_approval_if, limits, action, description, reason, rate_limit",
        },
      ],
    }),
  ),
  {
    states: "args are for one tool or a pattern, not for all tools",
    text: '{ "version": "1", "default": "deny", "all_tools": { ①"args": {} } }',
    issues: [
      {
        at: "①",
        code: "unknown_key",
        pointer: "/all_tools/args",
        message: "unknown key `args`",
        help: "known here: require, deny_if, require_approval_if, limits",
      },
    ],
  },
];
