import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const REQUESTS = [
  {
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "check", version: "1.0.0" } },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/list" },
];

/** What the installed filesystem server answers to `tools/list`, asked over stdio and without an SDK. */
export async function filesystemTools(): Promise<{ readonly tools: readonly unknown[] }> {
  const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/package.json");
  const server = spawn(process.execPath, [join(dirname(manifest), "dist/index.js"), tmpdir()], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  try {
    for (const request of REQUESTS) server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...request })}\n`);
    for await (const line of createInterface({ input: server.stdout })) {
      const message = JSON.parse(line) as { id?: number; result: { tools: readonly unknown[] } };
      if (message.id === 2) return message.result;
    }
    throw new Error("the filesystem server ended without an answer");
  } finally {
    server.kill();
  }
}
