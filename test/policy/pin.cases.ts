import type { StrictnessCase } from "./strictness.cases.js";

const pinned = (name: string, pin: string): string =>
  `{ "version": "1", "default": "deny",\n  "tools": { "${name}": { ${pin} } } }`;
const FINGERPRINT = `"sha256-${"0a".repeat(32)}"`;
const HELP = "`pinPolicy` writes the pins";
const expected = (found: string): string =>
  `expected \`sha256-\` and 64 lower-case hexadecimal digits, found \`${found}\``;

export const PIN_CASES: readonly StrictnessCase[] = [
  { states: "a fingerprint under an exact name is accepted", text: pinned("t", `"pin": ${FINGERPRINT}`), issues: [] },
  ...["", "sha256-", `sha256-${"0A".repeat(32)}`, `sha512-${"0a".repeat(32)}`, `sha256-${"0a".repeat(31)}`].map(
    (pin): StrictnessCase => ({
      states: `the pin \`${pin}\` is refused`,
      text: pinned("t", `"pin": ①"${pin}"`),
      issues: [{ at: "①", code: "invalid_value", pointer: "/tools/t/pin", message: expected(pin), help: HELP }],
    }),
  ),
  {
    states: "a pin that is no text is refused",
    text: pinned("t", `"pin": ①{}`),
    issues: [{ at: "①", code: "wrong_type", pointer: "/tools/t/pin", message: "expected a string, found an object" }],
  },
  ...["*", "t*", "t?"].map(
    (name): StrictnessCase => ({
      states: `a pin under the pattern \`${name}\` is refused`,
      text: pinned(name, `①"pin": ${FINGERPRINT}`),
      issues: [
        {
          at: "①",
          code: "invalid_value",
          pointer: `/tools/${name}/pin`,
          message: "a pin is for one tool: write it under the exact name",
        },
      ],
    }),
  ),
  {
    states: "a pin is for one tool, not for all",
    text: `{ "version": "1", "default": "deny", "all_tools": { ①"pin": ${FINGERPRINT} } }`,
    issues: [
      {
        at: "①",
        code: "unknown_key",
        pointer: "/all_tools/pin",
        message: "unknown key `pin`",
        help: "known here: require, deny_if, require_approval_if, limits",
      },
    ],
  },
  ...(["resources", "prompts"] as const).map(
    (section): StrictnessCase => ({
      states: `a pin is for tools, not for ${section}`,
      text: `{ "version": "1", "default": "deny",
        "${section}": { "default": "deny", "entries": { "a": { ①"pin": ${FINGERPRINT} } } } }`,
      issues: [
        {
          at: "①",
          code: "unknown_key",
          pointer: `/${section}/entries/a/pin`,
          message: "unknown key `pin`",
          help: "known here: require, deny_if, require_approval_if, limits, action, description, reason, rate_limit",
        },
      ],
    }),
  ),
];
