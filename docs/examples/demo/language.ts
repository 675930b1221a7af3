import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { type Call, checkPolicy, createGate, explain, type Policy, parsePolicy, type RunContext } from "callgate";
import { CALLS, EXPLAINED, MONDAY, WHO } from "./language.calls.ts";
import { Report } from "./report.ts";

const policyFile = new URL("language.policy.json", import.meta.url);

interface Tool {
  readonly name: string;
  readonly inputSchema?: unknown;
}

/** Every construct of the language in one policy: held against the tools of a real server, enforced call by call, and explained. */
export async function showLanguage(): Promise<number> {
  const source = await readFile(policyFile, "utf8");
  const policy = parsePolicy(source);
  const tools = await listTools();

  console.log(`\n1. checkPolicy: language.policy.json against the ${tools.length} tools of the filesystem server\n`);
  const errors = showProblems(policy, tools, source);

  console.log("\n2. gate.run: what becomes of calls, in order, with counters that count");
  const surprises = await enforce(policy, tools);

  console.log("\n3. explain: why, for one of them\n");
  console.log(indent(String(explain(policy, EXPLAINED, contextOf(EXPLAINED, WHO, tools)))));
  return errors + surprises;
}

function showProblems(policy: Policy, tools: readonly Tool[], source: string): number {
  const issues = checkPolicy(policy, tools, { source });
  for (const { line, column, severity, pointer, message, help } of issues) {
    console.log(`   ${line}:${column} ${severity} ${pointer}: ${message}${help === undefined ? "" : ` (${help})`}`);
  }
  if (issues.length === 0)
    console.log("   no problem: every name is a tool of the server, every path leads to one of its arguments");
  return issues.filter(({ severity }) => severity === "error").length;
}

async function enforce(policy: Policy, tools: readonly Tool[]): Promise<number> {
  const report = new Report();
  const gate = createGate({ policy, audit: report.audit, clock: { now: () => MONDAY } });
  const titles = [...new Set(CALLS.map(({ shows }) => shows))];
  for (const title of titles) {
    for (const one of CALLS.filter(({ shows }) => shows === title)) {
      await gate.run(one.call, contextOf(one.call, { ...WHO, ...one.who }, tools), () => "done");
      report.row(textOf(one.call), one.expected);
    }
    report.print(`   ${title}`);
  }
  await gate.close();
  return report.surprises;
}

/** Who asks, and the tool as its server lists it, for `pin` and `args: "tool"`. */
function contextOf({ name }: Call, who: RunContext, tools: readonly Tool[]): RunContext {
  return { tool: tools.find((tool) => tool.name === name), ...who };
}

function textOf({ name, kind, arguments: args }: Call): string {
  const text = args === undefined ? "" : ` ${JSON.stringify(args)}`;
  return `${kind === undefined ? "" : `${kind} `}${name}${text.length > 72 ? `${text.slice(0, 71)}…` : text}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "   ");
}

async function listTools(): Promise<readonly Tool[]> {
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
