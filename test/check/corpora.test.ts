import { readdirSync, readFileSync } from "node:fs";
import { checkPolicy, fromIntercept, type PolicyIssue, parsePolicy } from "callgate";
import { beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { blocks } from "../docs/blocks.js";
import { filesystemTools } from "./filesystem-server.js";
import { aboutTools, issuesForNames, namesIn } from "./known-names.js";

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const venice = JSON.parse(read("test/fixtures/venice.tools.json")) as { tools: readonly { name: string }[] };

const fixtures = readdirSync(new URL("../fixtures/policies/", import.meta.url)).filter((name) =>
  name.endsWith(".json"),
);
const documented = ["README.md", "docs/policy.md"].flatMap((file) =>
  blocks(read(file), "json").map((text) => [file, text] as const),
);

describe("no alarm on policies for servers whose tools have these names", () => {
  test("there are some", () => {
    expect(documented.length).toBeGreaterThanOrEqual(7);
    expect(fixtures.length).toBeGreaterThanOrEqual(7);
  });

  test.each(fixtures)("test/fixtures/policies/%s", (name) => {
    const policy = parsePolicy(read(`test/fixtures/policies/${name}`));
    expect(issuesForNames(policy, namesIn(policy))).toEqual([]);
  });

  test.each(documented)("%s: %s", (_file, text) => {
    const policy = parsePolicy(text);
    expect(issuesForNames(policy, namesIn(policy))).toEqual([]);
  });
});

describe("no alarm on what Intercept publishes for servers whose tools have these names", () => {
  const published = readdirSync(new URL("../fixtures/intercept/policies/", import.meta.url));

  test.each(published)("%s, under either default", (name) => {
    const document = parseYaml(read(`test/fixtures/intercept/policies/${name}`)) as { tools: object };
    for (const byDefault of ["allow", "deny"]) {
      const policy = parsePolicy(fromIntercept({ ...document, default: byDefault }));
      expect(issuesForNames(policy, Object.keys(document.tools))).toEqual([]);
    }
  });
});

describe("the Venice server", () => {
  const names = (text: string): readonly PolicyIssue[] => aboutTools(checkPolicy(parsePolicy(text), venice));

  test.each(["docs/examples/demo/venice.policy.json", "test/fixtures/policies/venice-image-generate.json"])(
    "no alarm on %s",
    (file) => {
      expect(names(read(file))).toEqual([]);
    },
  );

  test("no alarm on rules that fit its schemas", () => {
    const policy = {
      version: "1",
      default: "deny",
      tools: {
        venice_image_generate: {
          require: [
            {
              conditions: [
                { path: "args.width", op: "lte", value: 1024, if_present: true },
                { path: "args.height", op: "lte", value: 1024, if_present: true },
                { path: "args.safe_mode", op: "eq", value: true, if_present: true },
              ],
            },
          ],
        },
        venice_chat: {
          require: [{ conditions: [{ path: "args.messages[*].role", op: "in", value: ["user", "assistant"] }] }],
          limits: [{ counter: "tokens", window: "day", max: 500_000, increment_from: "args.max_tokens" }],
        },
        venice_responses: { require: [{ conditions: [{ path: "args.input", op: "contains", value: "please" }] }] },
        venice_crypto_rpc: {
          require: [{ conditions: [{ path: "args.rpc_method", op: "in", value: ["eth_call", "eth_blockNumber"] }] }],
          deny_if: [{ conditions: [{ path: "args.network", op: "regex", value: "mainnet" }] }],
        },
        venice_list_characters: { limits: [{ counter: "lists", window: "minute", max: 60 }] },
        "venice_*_status": {},
      },
    };
    expect(names(JSON.stringify(policy))).toEqual([]);
  });

  test("every tool can be named, and a slip in any of the names is an error", () => {
    const listed = venice.tools.map(({ name }) => [name, {}]);
    expect(names(JSON.stringify({ version: "1", default: "deny", tools: Object.fromEntries(listed) }))).toEqual([]);
    for (const { name } of venice.tools) {
      const slip = JSON.stringify({ version: "1", default: "deny", tools: { [`${name}z`]: {} } });
      expect(names(slip).map(({ severity, code }) => [severity, code])).toEqual([["error", "unmatched_name"]]);
    }
  });
});

describe("the filesystem server, as it is installed", () => {
  let offer: { readonly tools: readonly unknown[] };

  beforeAll(async () => {
    offer = await filesystemTools();
  });

  test("no alarm on the policy of the demonstration", () => {
    expect(aboutTools(checkPolicy(parsePolicy(read("docs/examples/demo/filesystem.policy.json")), offer))).toEqual([]);
  });

  test("no alarm on a policy that guards what it offers", () => {
    const within = { path: "args.path", op: "path_within", value: "/srv/notes" };
    const policy = {
      version: "1",
      default: "deny",
      resources: { default: "deny" },
      prompts: { default: "deny" },
      hide: ["move_file"],
      tools: {
        "read_*_file": { require: [{ conditions: [within] }] },
        read_multiple_files: { require: [{ conditions: [{ ...within, path: "args.paths[*]" }] }] },
        "list_*": { rate_limit: { max: 30, window: 60 } },
        write_file: {
          require: [{ conditions: [within] }],
          deny_if: [{ conditions: [{ path: "args.content", op: "contains", value: "-----BEGIN" }] }],
          limits: [{ counter: "writes", window: "hour", max: 20 }],
        },
        edit_file: {
          require: [{ conditions: [within, { path: "args.edits[*].newText", op: "exists", value: true }] }],
          require_approval_if: [{ conditions: [{ path: "args.dryRun", op: "eq", value: false }] }],
        },
      },
    };
    expect(checkPolicy(parsePolicy(policy), offer)).toEqual([]);
  });

  test("its own words about what it destroys are heard", () => {
    const all = checkPolicy(parsePolicy({ version: "1", default: "allow" }), offer);
    expect(all.map(({ code, message }) => [code, message])).toEqual([
      [
        "destructive_by_default",
        "by default these pass, and the server says that they destroy: `write_file`, `edit_file`, `move_file`",
      ],
    ]);
  });
});
