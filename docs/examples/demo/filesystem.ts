import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { parsePolicy, wrapTransport } from "callgate";
import type { Report } from "./report.ts";

const policyFile = new URL("filesystem.policy.json", import.meta.url);

/** The filesystem server as a child process, behind a policy that lets an agent read notes and nothing else. */
export async function guardFilesystem(report: Report): Promise<void> {
  const workspace = await makeWorkspace();
  const start = {
    command: process.execPath,
    args: [serverScript(), workspace],
    cwd: workspace,
    stderr: "ignore" as const,
  };
  try {
    const bare = await connect(new StdioClientTransport(start));
    const offered = (await bare.listTools()).tools.length;
    await bare.close();

    const policy = parsePolicy(await readFile(policyFile, "utf8"));
    const client = await connect(wrapTransport(new StdioClientTransport(start), { policy, audit: report.audit }));
    const { tools } = await client.listTools();
    const hidden = tools.some((tool) => tool.name === "move_file") ? "still listed" : "gone";
    report.fact(`tools/list: ${offered} offered, ${tools.length} listed; move_file`, hidden, "gone");

    const calls: readonly (readonly [tool: string, args: Record<string, unknown>, expected: string])[] = [
      ["list_directory", { path: "notes" }, "allowed"],
      ["read_text_file", { path: "notes/today.md" }, "allowed"],
      ["read_text_file", { path: "secrets/key.txt" }, "denied"],
      ["read_text_file", { path: "notes/../secrets/key.txt" }, "denied"],
      ["read_text_file", { path: ["notes/today.md"] }, "denied"],
      ["move_file", { source: "notes/today.md", destination: "gone.md" }, "not_permitted"],
      ["write_file", { path: "notes/today.md", content: "" }, "not_permitted"],
    ];
    for (const [tool, args, expected] of calls) {
      await client.callTool({ name: tool, arguments: args });
      report.row(`${tool} ${JSON.stringify(args)}`, expected);
    }
    await client.close();
    const untouched = (await readFile(join(workspace, "notes/today.md"), "utf8")) === NOTE;
    report.fact("notes/today.md afterwards", untouched ? "untouched" : "changed", "untouched");
    report.print("A filesystem server over stdio, behind wrapTransport and filesystem.policy.json");
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

const NOTE = "water the plants\n";

async function makeWorkspace(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), "callgate-demo-"));
  await mkdir(join(workspace, "notes"));
  await mkdir(join(workspace, "secrets"));
  await writeFile(join(workspace, "notes/today.md"), NOTE);
  await writeFile(join(workspace, "secrets/key.txt"), "not for agents\n");
  return workspace;
}

function serverScript(): string {
  const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/package.json");
  return join(dirname(manifest), "dist/index.js");
}

async function connect(transport: StdioClientTransport): Promise<Client> {
  const client = new Client({ name: "demo", version: "1.0.0" });
  await client.connect(transport);
  return client;
}
