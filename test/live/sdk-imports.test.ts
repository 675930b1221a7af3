import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

const V1 = "@modelcontextprotocol/sdk";
const V2_CLIENT = "@modelcontextprotocol/client";
const V2_SERVER = "@modelcontextprotocol/server";
const V2_NODE = "@modelcontextprotocol/node";

/** Which packages of an SDK a file may import: its own folder's, and outside of them none. */
function allowedIn(file: string): readonly string[] {
  if (file.startsWith("test/live/v1/")) return [V1];
  if (file.startsWith("test/live/v2/")) return [V2_CLIENT, V2_SERVER, V2_NODE];
  return [];
}

const IMPORT = /(?:from|import|require)\s*\(?\s*["'](@modelcontextprotocol\/[^"'/]+)/g;

/** The SDK packages that `source`, standing at `file`, imports and must not. */
function strayImports(file: string, source: string): string[] {
  const allowed = allowedIn(file);
  return [...source.matchAll(IMPORT)].map((match) => match[1] as string).filter((name) => !allowed.includes(name));
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => relative(root, join(root, folder, name)));
}

describe("either SDK may be absent", () => {
  it.each([...sources("src"), ...sources("test/live")])("%s imports no SDK but its own", (file) => {
    expect(strayImports(file, readFileSync(join(root, file), "utf8"))).toEqual([]);
  });

  it.each([
    ["src/index.ts", `import type { Server } from "${V1}/server/index.js";`, V1],
    ["src/mcp/guard.ts", `const sdk = await import("${V2_SERVER}");`, V2_SERVER],
    ["test/live/cell.ts", `export { Client } from "${V2_CLIENT}";`, V2_CLIENT],
    ["test/live/v1/cells.ts", `import '${V2_NODE}';`, V2_NODE],
    ["test/live/v2/cells.ts", `const { Client } = require("${V1}/client");`, V1],
  ])("control: in %s the line %s would be found", (file, line, name) => {
    expect(strayImports(file, line)).toEqual([name]);
  });
});
