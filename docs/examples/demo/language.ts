import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type Call, type CallContext, checkPolicy, explain, parsePolicy } from "callgate";

const policyFile = new URL("language.policy.json", import.meta.url);

/** A Sunday; the day after, a Monday. */
const SUNDAY = Date.UTC(2026, 10, 22, 10);
const MONDAY = SUNDAY + 86_400_000;

const RESEARCH: CallContext = { grant: "ada", labels: { team: "research" }, facts: {}, now: MONDAY };

const CALLS: readonly (readonly [outcome: string, call: Call, context: CallContext])[] = [
  ["allow", { name: "read_text_file", arguments: { path: "/srv/notes/today.md", head: 20 } }, RESEARCH],
  ["deny", { name: "read_text_file", arguments: { path: "/srv/notes/../../etc/passwd" } }, RESEARCH],
  ["deny", { name: "read_multiple_files", arguments: { paths: ["/srv/notes/a.md", 7], all: true } }, RESEARCH],
  ["allow", { name: "write_file", arguments: { path: "/srv/notes/today.md", content: "rain" } }, RESEARCH],
  ["require_approval", { name: "write_file", arguments: { path: "/srv/notes/published/x.md", content: "" } }, RESEARCH],
  [
    "deny",
    { name: "write_file", arguments: { path: "/srv/notes/today.md", content: "rain" } },
    { ...RESEARCH, now: SUNDAY },
  ],
  [
    "allow",
    {
      name: "edit_file",
      arguments: { path: "/srv/notes/a.md", edits: [{ oldText: "a", newText: "b" }], dryRun: false },
    },
    RESEARCH,
  ],
  ["deny", { name: "edit_file", arguments: { path: "/srv/notes/a.md", edits: "all", dryRun: false } }, RESEARCH],
  ["deny", { name: "move_file", arguments: { source: "/srv/notes/a.md", destination: "/tmp/a.md" } }, RESEARCH],
];

/** Every construct of the language in one policy: held against the tools of a real server, and explained call by call. */
export async function showLanguage(): Promise<number> {
  const source = await readFile(policyFile, "utf8");
  const policy = parsePolicy(source);
  const tools = await listTools();

  console.log(`\nlanguage.policy.json, held against the ${tools.length} tools of the filesystem server\n`);
  const issues = checkPolicy(policy, tools, { source });
  for (const { line, column, severity, pointer, message, help } of issues) {
    console.log(`  ${line}:${column} ${severity} ${pointer}: ${message}${help === undefined ? "" : ` (${help})`}`);
  }
  console.log(issues.length === 0 ? "  nothing to say" : "");

  console.log("\nWhat it says of calls, and why\n");
  let surprises = 0;
  for (const [expected, call, context] of CALLS) {
    const explanation = explain(policy, call, context);
    const asExpected = explanation.decision.outcome === expected;
    if (!asExpected) surprises++;
    console.log(`${asExpected ? "" : "!! "}${explanation}\n`);
  }
  return surprises + issues.filter(({ severity }) => severity === "error").length;
}

async function listTools(): Promise<readonly unknown[]> {
  const directory = await mkdtemp(join(tmpdir(), "callgate-demo-"));
  const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/package.json");
  const client = new Client({ name: "demo", version: "1.0.0" });
  try {
    const args = [join(dirname(manifest), "dist/index.js"), directory];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
    return (await client.listTools()).tools;
  } finally {
    await client.close();
    await rm(directory, { recursive: true, force: true });
  }
}
