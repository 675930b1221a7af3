import { readFileSync } from "node:fs";
import {
  OptionsError,
  type PolicyDocument,
  parsePolicy,
  recommendPolicy,
  safeParsePolicy,
  type ToolDefinition,
} from "callgate";
import { describe, expect, test } from "vitest";
import venice from "../fixtures/venice.tools.json" with { type: "json" };
import { inFull, inventedTools, publishedTools } from "./labelled.ts";

const documented = (file: string): string =>
  readFileSync(new URL(`../fixtures/policies/${file}`, import.meta.url), "utf8").replace(/\n$/, "");
const veniceTools = venice.tools as readonly ToolDefinition[];
const published = publishedTools.map(inFull);
const policyOf = (...names: string[]): PolicyDocument => recommendPolicy(names.map((name) => ({ name }))).policy;

describe("the documented recommendations, byte for byte", () => {
  test("Execute: ten calls a minute", () => {
    const tools = veniceTools.filter(({ name }) => name === "venice_image_generate");
    expect(JSON.stringify(recommendPolicy(tools).policy)).toBe(documented("venice-image-generate.json"));
  });

  test("Financial: denied until a person approves", () => {
    expect(JSON.stringify(policyOf("transfer"))).toBe(documented("transfer.json"));
  });

  test("Destructive: hidden", () => {
    expect(JSON.stringify(policyOf("drop_table"))).toBe(documented("drop-table.json"));
  });

  test("Read: allowed", () => {
    expect(JSON.stringify(policyOf("list_models"))).toBe('{"version":"1","default":"deny","tools":{"list_models":{}}}');
  });

  test("Write: 30 calls a minute", () => {
    expect(JSON.stringify(policyOf("policies.create"))).toBe(
      '{"version":"1","default":"deny","tools":{"policies.create":{"limits":[{"counter":"policies.create_rate","window":"minute","max":30,"scope":"grant"}]}}}',
    );
  });
});

describe("what is recommended is a policy", () => {
  test.each([
    ["Venice", veniceTools],
    ["486 published tools", published],
    ["363 invented tools", inventedTools.map(inFull)],
    ["no tools", []],
  ])("%s, with and without approvals", (_name, tools) => {
    for (const approvals of [false, true]) {
      const { policy } = recommendPolicy(tools, { approvals });
      expect(JSON.parse(JSON.stringify(parsePolicy(policy)))).toEqual(JSON.parse(JSON.stringify(policy)));
    }
  });

  test("each tool has one entry or is hidden, and a reason", () => {
    const { policy, tools, omitted } = recommendPolicy(published);
    const names = [...new Set(published.map(({ name }) => name))];
    expect([...Object.keys(policy.tools ?? {}), ...(policy.hide ?? [])].sort()).toEqual([...names].sort());
    expect(tools.map(({ name }) => name)).toEqual(names);
    expect([omitted, tools.filter(({ reason }) => reason === "")]).toEqual([[], []]);
  });

  test("the same tools give the same", () => {
    expect(recommendPolicy(structuredClone(published))).toEqual(recommendPolicy(published));
  });
});

test("with approvals, destructive and financial tools ask for one", () => {
  const asks = { action: "require_approval", reason: "Requires human approval." };
  const { policy } = recommendPolicy([{ name: "drop_table" }, { name: "transfer" }], { approvals: true });
  expect(JSON.stringify(policy)).toBe(
    JSON.stringify({ version: "1", default: "deny", tools: { drop_table: asks, transfer: asks } }),
  );
});

describe("names", () => {
  test("that nothing may be called by, or that would be patterns, are left out", () => {
    const { policy, omitted } = recommendPolicy([
      { name: "" },
      { name: "get\u200Buser" },
      { name: "*" },
      { name: "delete_?" },
      {} as never,
      null as never,
      { name: "get_user" },
    ]);
    expect([policy.tools, policy.hide]).toEqual([{ get_user: {} }, undefined]);
    expect(omitted).toEqual([
      { name: "", reason: "the name must not be empty" },
      { name: "get\u200Buser", reason: "the name must not hold control, invisible or unpaired characters" },
      { name: "*", reason: "the name would be a pattern in a policy" },
      { name: "delete_?", reason: "the name would be a pattern in a policy" },
      { name: "", reason: "the name must be a string" },
      { name: "", reason: "the name must be a string" },
    ]);
  });

  test("of objects' own members are names like any other", () => {
    const policy = parsePolicy(policyOf("__proto__", "constructor", "toString"));
    expect(Object.keys(policy.tools ?? {})).toEqual(["__proto__", "constructor", "toString"]);
  });

  test("that two tools have get the higher class", () => {
    const { tools } = recommendPolicy([
      { name: "item" },
      { name: "item", description: "Delete the item" },
      { name: "item", description: "List the items of a shop" },
    ]);
    expect(tools.map(({ name, category }) => [name, category])).toEqual([["item", "Destructive"]]);
  });

  test("more than a policy holds are left out", () => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({ name: `get_${index}` }));
    const long = Array.from({ length: 2_000 }, (_, index) => ({ name: `create_${index}_${"\\€".repeat(240)}` }));
    for (const tools of [many, long]) {
      const { policy, omitted } = recommendPolicy(tools);
      expect([safeParsePolicy(JSON.stringify(policy)).ok, safeParsePolicy(policy).ok]).toEqual([true, true]);
      expect(omitted.at(-1)?.reason).toBe("the policy would be too large");
    }
  });
});

test("tools that are no array are refused", () => {
  expect(() => recommendPolicy({ tools: [] } as never)).toThrow(OptionsError);
});

describe("guards for arguments", () => {
  const file: ToolDefinition = {
    name: "upload_receipt",
    inputSchema: {
      type: "object",
      required: ["path"],
      properties: {
        path: { type: "string" },
        notify: { type: "object", properties: { "callback url": { type: "string" } } },
        image_urls: { type: "array", items: { type: "string" } },
        amount: { type: "number" },
        note: { type: "string" },
      },
    },
  };
  const [recommended] = recommendPolicy([file]).tools;

  test("are offered by what the schema calls them, and are not in the policy", () => {
    expect(recommended?.guards).toEqual([
      { kind: "schema", path: "args", rules: { args: "tool" } },
      {
        kind: "path",
        path: "args.path",
        rules: { require: [{ conditions: [{ path: "args.path", op: "path_within", value: ["/srv/data"] }] }] },
      },
      {
        kind: "host",
        path: "args.image_urls[*]",
        rules: {
          require: [
            {
              conditions: [{ path: "args.image_urls[*]", op: "host_in", value: ["api.example.com"], if_present: true }],
            },
          ],
        },
      },
      {
        kind: "spend",
        path: "args.amount",
        rules: {
          limits: [
            { counter: "upload_receipt_spend", window: "day", max: 100, scope: "grant", increment_from: "args.amount" },
          ],
        },
      },
      {
        kind: "host",
        path: 'args.notify["callback url"]',
        rules: {
          require: [
            {
              conditions: [
                { path: 'args.notify["callback url"]', op: "host_in", value: ["api.example.com"], if_present: true },
              ],
            },
          ],
        },
      },
    ]);
    expect(recommended?.rule).toEqual({
      limits: [{ counter: "upload_receipt_rate", window: "minute", max: 30, scope: "grant" }],
    });
  });

  test("are rules of a policy, each of them", () => {
    const guards = [recommended, ...recommendPolicy(veniceTools).tools].flatMap((tool) => tool?.guards ?? []);
    const refused = guards
      .filter(({ kind }) => kind !== "schema")
      .filter(({ rules }) => !safeParsePolicy({ version: "1", default: "deny", tools: { t: rules } }).ok);
    expect([guards.length > 30, refused]).toEqual([true, []]);
  });
});

describe("the report", () => {
  test("sums up in one line", () => {
    const { summary } = recommendPolicy([
      { name: "get_user" },
      { name: "list_users" },
      { name: "create_user" },
      { name: "run_command" },
      { name: "delete_user" },
      { name: "pay_bill" },
      { name: "*" },
    ]);
    expect(summary).toBe(
      "7 tools: 2 Read (allowed), 1 Write (30 a minute), 1 Execute (10 a minute), 1 Destructive (hidden), 1 Financial (denied), 1 left out (denied)",
    );
  });

  test("is Markdown for a pull request", () => {
    expect(recommendPolicy([{ name: "delete_user" }, { name: "*" }]).markdown).toBe(`## Recommended policy

2 tools: 1 Destructive (hidden), 1 left out (denied). Everything else is denied.

| tool | class | severity | rule | why |
| --- | --- | --- | --- | --- |
| \`delete_user\` | Destructive | critical | hidden | permanently removes data, resources or access (a verb of Destructive): \`delete\` at \`/name\` |

### Left out

- \`*\`: the name would be a pattern in a policy

### The policy

\`\`\`json
{
  "version": "1",
  "default": "deny",
  "hide": [
    "delete_user"
  ]
}
\`\`\`
`);
  });

  test("lets no text of a server mark up anything", () => {
    const name = "get`|<img src=x>|@everyone";
    const action = "delete`\n# Heading\n<script>|";
    const inputSchema = { properties: { action: { enum: [action] }, "url`|\u2028": { type: "string" } } };
    const { markdown } = recommendPolicy([{ name, inputSchema }]);
    const [prose = ""] = markdown.split("### The policy");
    const outside = prose.replace(/`[^`\n]*`/g, "");
    expect([outside.includes("<"), outside.includes("@"), outside.includes("# Heading")]).toEqual([
      false,
      false,
      false,
    ]);
    const rows = prose.split("\n").filter((line) => line.startsWith("|"));
    expect(rows.map((line) => line.replaceAll("\\|", "").split("|").length)).toEqual([7, 7, 7]);
  });
});
