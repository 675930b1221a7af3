import { readdirSync, readFileSync } from "node:fs";
import { checkPolicy, type Decision, decide, type Policy, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { filesystemTools } from "../check/filesystem-server.js";

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const recipe = (name: string): Policy => parsePolicy(read(`docs/recipes/${name}.json`));
const names = readdirSync(new URL("../../docs/recipes/", import.meta.url)).flatMap((file) =>
  file.endsWith(".json") ? [file.slice(0, -".json".length)] : [],
);

type Tools = { readonly tools: readonly { readonly name: string }[] };
const recorded = (file: string): Tools => JSON.parse(read(file)) as Tools;
const published = JSON.parse(read("test/fixtures/tools/tool-categories.json")) as readonly {
  server: string;
  tool: string;
}[];
/** The names of a server's tools, and nothing more. */
const namesOf = (server: string): Tools => ({
  tools: published.filter((tool) => tool.server === server).map(({ tool }) => ({ name: tool })),
});

/** What each recipe is held against; of Stripe's no list is known. */
const SERVERS: { readonly [recipe: string]: () => Tools | Promise<{ readonly tools: readonly unknown[] }> } = {
  filesystem: filesystemTools,
  git: () => namesOf("git"),
  github: () => namesOf("github"),
  memory: () => recorded("test/fixtures/servers/memory.tools.json"),
  notion: () => recorded("test/fixtures/servers/notion.tools.json"),
  playwright: () => recorded("test/fixtures/servers/playwright.tools.json"),
  postgres: () => recorded("test/fixtures/servers/postgres.tools.json"),
  slack: () => recorded("test/fixtures/servers/slack.tools.json"),
  venice: () => recorded("test/fixtures/venice.tools.json"),
};

describe("recipes", () => {
  test("there are these, and each has a paragraph and a server, or a word on why not", () => {
    expect(names).toEqual([
      "filesystem",
      "git",
      "github",
      "memory",
      "notion",
      "playwright",
      "postgres",
      "slack",
      "stripe",
      "venice",
    ]);
    const readme = read("docs/recipes/README.md");
    expect(names.filter((name) => !readme.includes(`\n**${name}.** `) || !readme.includes(`(${name}.json)`))).toEqual(
      [],
    );
    expect(names.filter((name) => SERVERS[name] === undefined)).toEqual(["stripe"]);
  });

  test.each(names)("%s is a policy that denies by default, resources and prompts ruled", (name) => {
    const { default: unlisted, resources, prompts } = recipe(name);
    expect([unlisted, prompts]).toEqual(["deny", { default: "deny" }]);
    expect(resources).toEqual({ default: name === "postgres" ? "allow" : "deny" });
  });

  test.each(Object.entries(SERVERS))("checkPolicy has nothing against %s and its server", async (name, tools) => {
    const offered = await tools();
    expect(offered.tools.length).toBeGreaterThan(0);
    expect(checkPolicy(recipe(name), offered)).toEqual([]);
  });

  test("a tool that the server has not is seen", () => {
    const { revision: _, ...document } = recipe("slack");
    const tools = { ...document.tools, slack_post_mesage: {} };
    expect(
      checkPolicy(parsePolicy({ ...document, tools }), recorded("test/fixtures/servers/slack.tools.json")),
    ).toEqual([expect.objectContaining({ code: "unmatched_name", pointer: "/tools/slack_post_mesage" })]);
  });
});

const SCHEMA_OF_ANYTHING = { inputSchema: {} };

/** What recipes say of calls; `ask` is an approval owed. */
const CALLS: readonly (readonly [
  recipe: string,
  says: "allow" | "ask" | Decision["code"],
  tool: string,
  args: Record<string, unknown>,
])[] = [
  ["filesystem", "allow", "read_text_file", { path: "/srv/notes/today.md" }],
  ["filesystem", "denied", "read_text_file", { path: "/srv/notes/../secrets" }],
  ["filesystem", "denied", "read_multiple_files", { paths: ["/srv/notes/a.md", "/etc/passwd"] }],
  ["filesystem", "allow", "write_file", { path: "/srv/notes/drafts/a.md", content: "" }],
  ["filesystem", "denied", "write_file", { path: "/srv/notes/a.md", content: "" }],
  ["filesystem", "not_permitted", "move_file", { source: "/srv/notes/a", destination: "/srv/notes/b" }],
  ["git", "allow", "git_commit", { repo_path: "/srv/work/project", message: "x" }],
  ["git", "denied", "git_status", { repo_path: "/home/me" }],
  ["git", "denied", "git_create_branch", { repo_path: "/srv/work/project", branch_name: "main" }],
  ["git", "not_permitted", "git_reset", { repo_path: "/srv/work/project" }],
  ["github", "allow", "get_file_contents", { owner: "anybody", repo: "r", path: "a" }],
  ["github", "allow", "push_files", { owner: "example-org", repo: "r", branch: "agent/x", files: [{ path: "a" }] }],
  ["github", "denied", "push_files", { owner: "example-org", repo: "r", branch: "main", files: [{ path: "a" }] }],
  ["github", "denied", "push_files", { owner: "example-org", branch: "agent/x", files: [{ path: ".github/w.yml" }] }],
  ["github", "not_permitted", "get_secret_scanning_alert", { owner: "example-org" }],
  ["github", "ask", "merge_pull_request", { owner: "example-org" }],
  ["memory", "allow", "create_entities", { entities: [{ name: "a", entityType: "t", observations: ["likes tea"] }] }],
  ["memory", "denied", "create_entities", { entities: [{ observations: ["ghp_0123456789abcdef0123"] }] }],
  ["memory", "ask", "delete_entities", { entityNames: ["a"] }],
  ["notion", "allow", "API-patch-page", { page_id: "p", properties: {} }],
  ["notion", "denied", "API-patch-page", { page_id: "p", in_trash: true }],
  ["notion", "not_permitted", "API-delete-a-block", { block_id: "b" }],
  ["playwright", "allow", "browser_navigate", { url: "https://docs.example.com/a" }],
  ["playwright", "denied", "browser_navigate", { url: "https://docs.example.com.evil.org/" }],
  ["playwright", "allow", "browser_tabs", { action: "list" }],
  ["playwright", "not_permitted", "browser_run_code_unsafe", { code: "1" }],
  ["postgres", "allow", "query", { sql: "SELECT a, created_at FROM t WHERE b = 1;" }],
  ["postgres", "denied", "query", { sql: "SELECT 1; DROP TABLE t" }],
  ["postgres", "denied", "query", { sql: "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d" }],
  ["postgres", "denied", "query", { sql: "select pg_sleep(100)" }],
  ["slack", "allow", "slack_post_message", { channel_id: "C01AGENTS", text: "hello" }],
  ["slack", "denied", "slack_post_message", { channel_id: "C99OTHER", text: "hello" }],
  ["slack", "denied", "slack_reply_to_thread", { channel_id: "C01AGENTS", thread_ts: "1", text: "<!here> look" }],
  ["stripe", "allow", "create_refund", { payment_intent: "pi_1", amount: 5000 }],
  ["stripe", "denied", "create_refund", { payment_intent: "pi_1", amount: 5001 }],
  ["stripe", "denied", "create_refund", { payment_intent: "pi_1" }],
  ["stripe", "not_permitted", "cancel_subscription", { subscription: "s" }],
  ["stripe", "ask", "finalize_invoice", { invoice: "i" }],
  ["venice", "allow", "venice_chat", { messages: [{ role: "user", content: "x" }], max_tokens: 100 }],
  ["venice", "denied", "venice_chat", { messages: [{ role: "user", content: "x" }] }],
  ["venice", "denied", "venice_chat", { messages: [{ role: "system", content: "x" }], max_tokens: 100 }],
  ["venice", "allow", "venice_image_generate", { prompt: "a gate" }],
  ["venice", "denied", "venice_image_generate", { prompt: "a gate", safe_mode: false }],
  ["venice", "not_permitted", "venice_x402_balance", { wallet_address: "0x" }],
];

describe("what recipes say of calls", () => {
  test.each(CALLS)("%s: %s for %s %j", (name, says, tool, args) => {
    const { outcome, code } = decide(recipe(name), { name: tool, arguments: args }, { tool: SCHEMA_OF_ANYTHING });
    expect(outcome === "allow" ? "allow" : outcome === "require_approval" ? "ask" : code).toBe(says);
  });

  test("every recipe is asked for something that it allows and something that it does not", () => {
    const asked = (allowed: boolean): readonly string[] =>
      names.filter((name) => CALLS.some(([of, says]) => of === name && (says === "allow") === allowed));
    expect([asked(true), asked(false)]).toEqual([names, names]);
  });
});
