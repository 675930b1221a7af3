import { USAGE } from "../../src/cli/check.js";

/** One run of `callgate check`: what it is given, and everything that it says. */
export interface Command {
  readonly title: string;
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly code: 0 | 1 | 2;
  readonly out: string;
  readonly err: string;
}

const GOOD = '{ "version": "1", "default": "deny", "tools": { "read_file": {} } }';
const SECTIONS = '"resources": { "default": "deny" }, "prompts": { "default": "deny" }';
const RULED = `{ "version": "1", "default": "deny", "tools": { "read_file": {} }, ${SECTIONS} }`;
const SLIP = `{ "version": "1", "default": "deny",\n  "tools": { "read_fiel": {}, "read_file": {} }, ${SECTIONS} }`;
const TOOLS = [{ name: "read_file", inputSchema: { type: "object" } }];

const WARNING =
  "policy.json:1:30 /default: `default` rules tools alone: all resources and prompts pass " +
  '("resources": { "default": "deny" }, "prompts": { "default": "deny" }) [warning unruled_class]';

const clean = (title: string, args: readonly string[], files: Command["files"]): Command => ({
  ...{ title, args, files, code: 0, out: "policy.json: 0 errors, 0 warnings\n", err: "" },
});

const failed = (title: string, args: readonly string[], files: Command["files"], err: string): Command => ({
  ...{ title, args, files, code: 2, out: "", err: `callgate: ${err}\n` },
});

export const COMMANDS: readonly Command[] = [
  clean("a policy without problems", ["policy.json"], { "policy.json": GOOD }),
  clean("a policy with a byte order mark", ["policy.json"], { "policy.json": `\uFEFF${GOOD}` }),
  {
    title: "a policy with an unknown key and a bad value",
    args: ["policy.json"],
    files: { "policy.json": '{\n  "version": "1",\n  "defualt": "deny",\n  "default": "maybe"\n}' },
    code: 1,
    out:
      'policy.json:4:14 /default: expected one of "deny", "allow", found `maybe` [error invalid_value]\n' +
      "policy.json:3:3 /defualt: unknown key `defualt` (did you mean `default`?) [error unknown_key]\n" +
      "policy.json: 2 errors, 0 warnings\n",
    err: "",
  },
  {
    title: "a policy that is not JSON, with the place",
    args: ["policy.json"],
    files: { "policy.json": '{\n  "version": "1",\n}' },
    code: 1,
    out: "policy.json:3:1 (document): policy is not JSON [error invalid_json]\n" + "policy.json: 1 error, 0 warnings\n",
    err: "",
  },
  {
    title: "a policy that is not UTF-8",
    args: ["policy.json"],
    files: { "policy.json": new Uint8Array([0x7b, 0xff, 0x7d]) },
    code: 1,
    out:
      "policy.json:(document): policy must be UTF-8 text [error invalid_encoding]\n" +
      "policy.json: 1 error, 0 warnings\n",
    err: "",
  },
  ...Object.entries({
    "an answer to tools/list": { jsonrpc: "2.0", id: 1, result: { tools: TOOLS } },
    "a result of tools/list": { tools: TOOLS },
    "a list of tools": TOOLS,
  }).map(([form, tools]) =>
    clean(`tools as ${form}`, ["policy.json", "--tools", "tools.json"], {
      "policy.json": RULED,
      "tools.json": JSON.stringify(tools),
    }),
  ),
  clean("tools with a byte order mark, named before the policy", ["--tools=tools.json", "policy.json"], {
    "policy.json": RULED,
    "tools.json": `\uFEFF${JSON.stringify(TOOLS)}`,
  }),
  {
    title: "a tool that the server does not have",
    args: ["policy.json", "--tools", "tools.json"],
    files: { "policy.json": SLIP, "tools.json": JSON.stringify(TOOLS) },
    code: 1,
    out:
      "policy.json:2:14 /tools/read_fiel: `read_fiel` is none of the server's tools (did you mean `read_file`?) [error unmatched_name]\n" +
      "policy.json: 1 error, 0 warnings\n",
    err: "",
  },
  {
    title: "warnings alone",
    args: ["policy.json", "--tools", "tools.json"],
    files: { "policy.json": GOOD, "tools.json": JSON.stringify(TOOLS) },
    code: 0,
    out: `${WARNING}\npolicy.json: 0 errors, 1 warning\n`,
    err: "",
  },
  {
    title: "warnings alone, strictly",
    args: ["--strict", "policy.json", "--tools", "tools.json"],
    files: { "policy.json": GOOD, "tools.json": JSON.stringify(TOOLS) },
    code: 1,
    out: `${WARNING}\npolicy.json: 0 errors, 1 warning\n`,
    err: "",
  },
  {
    title: "as JSON, without problems",
    args: ["--json", "policy.json"],
    files: { "policy.json": GOOD },
    code: 0,
    out: `${JSON.stringify({ policy: "policy.json", ok: true, issues: [] }, undefined, 2)}\n`,
    err: "",
  },
  {
    title: "as JSON, with every member of a problem",
    args: ["--json", "policy.json", "--tools", "tools.json"],
    files: { "policy.json": SLIP, "tools.json": JSON.stringify(TOOLS) },
    code: 1,
    out: `${JSON.stringify(
      {
        policy: "policy.json",
        ok: false,
        issues: [
          {
            severity: "error",
            code: "unmatched_name",
            pointer: "/tools/read_fiel",
            line: 2,
            column: 14,
            message: "`read_fiel` is none of the server's tools",
            help: "did you mean `read_file`?",
          },
        ],
      },
      undefined,
      2,
    )}\n`,
    err: "",
  },
  { title: "asked for help", args: ["--help"], files: {}, code: 0, out: `${USAGE}\n`, err: "" },
  {
    title: "asked for help beside anything else",
    args: ["x.json", "-h"],
    files: {},
    code: 0,
    out: `${USAGE}\n`,
    err: "",
  },
  failed("a policy that is not there", ["none.json"], {}, "cannot read `none.json`"),
  failed(
    "tools that are not there",
    ["policy.json", "--tools", "none.json"],
    { "policy.json": GOOD },
    "cannot read `none.json`",
  ),
  failed(
    "tools that are not JSON, with the place",
    ["policy.json", "--tools", "tools.json"],
    { "policy.json": GOOD, "tools.json": '{\n  "tools": [}\n}' },
    "`tools.json` is not JSON, at 2:13",
  ),
  ...["{}", "7", "null", '"tools"', '{ "tools": {} }', '{ "result": 7 }', '{ "error": { "code": 1 } }'].map((text) =>
    failed(
      `tools that are ${text}`,
      ["policy.json", "--tools", "tools.json"],
      { "policy.json": GOOD, "tools.json": text },
      "`tools.json` has no list of tools: expected an answer to tools/list",
    ),
  ),
  failed("an unknown option", ["policy.json", "--jsn"], { "policy.json": GOOD }, `unknown option '--jsn'\n\n${USAGE}`),
  failed(
    "an option without its value",
    ["policy.json", "--tools"],
    { "policy.json": GOOD },
    `option '--tools <value>' argument missing\n\n${USAGE}`,
  ),
  failed("no policy", ["--json"], {}, `expected one policy file\n\n${USAGE}`),
  failed("two policies", ["a.json", "b.json"], {}, `expected one policy file\n\n${USAGE}`),
];
