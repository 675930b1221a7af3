import { describe, expect, test } from "vitest";
import { type Bundle, bundle, platforms, runWithBundle } from "./bundle.js";

const root = 'export * from "./src/index.ts";';
const browser = platforms["a browser or a worker"];

/** Imports the bundle and prints the timers it started and the handles it left open. */
const observeImport = `
const started = [];
for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
  const original = globalThis[name];
  globalThis[name] = (...args) => {
    started.push(name);
    return original(...args);
  };
}
const before = process.getActiveResourcesInfo();
await import("./bundle.mjs");
const open = process.getActiveResourcesInfo().filter((name) => !before.includes(name));
process.stdout.write(JSON.stringify({ started, open }));
`;

const judgeTwoCalls = `
import { decide, parsePolicy } from "./bundle.mjs";
const policy = parsePolicy(JSON.stringify({
  version: "1",
  default: "deny",
  tools: { pay: { require: [{ conditions: [{ path: "args.to", op: "regex", value: "^[a-z]+$" }] }] } },
}));
const outcomes = ["alice", "A"].map((to) => decide(policy, { name: "pay", arguments: { to } }).outcome);
process.stdout.write(JSON.stringify(outcomes));
`;

/** Problems the root bundle is known to have, by platform. */
const known: Record<keyof typeof platforms, readonly string[]> = {
  "a browser or a worker": [],
  // Optional there: the import is dynamic and its failure is caught, metrics are then off.
  "a platform nothing is known of": ["lru-cache: dynamic-import of built-in node:diagnostics_channel"],
};

describe.each(Object.entries(platforms))("the root, bundled for %s", (platform, conditions) => {
  const bundled: Promise<Bundle> = bundle(root, conditions);

  test("holds no SDK, no driver and nothing of Node.js, and resolves whole", async () => {
    expect((await bundled).problems).toEqual(known[platform as keyof typeof platforms]);
  });

  test("takes code from these packages alone", async () => {
    expect((await bundled).packages).toEqual(["@noble/hashes", "jsonc-parser", "lru-cache", "re2js", "zod"]);
  });

  test("stays under 1.5 MB before minifying", async ({ annotate }) => {
    const bytes = Buffer.byteLength((await bundled).code);
    await annotate(`bundle size: ${bytes} bytes`);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(1_500_000);
  });

  test("judges calls where code generation from strings is forbidden", async () => {
    expect(runWithBundle((await bundled).code, judgeTwoCalls)).toEqual({
      status: 0,
      stdout: '["allow","deny"]',
      stderr: "",
    });
  });

  test("starts no timer and holds nothing open when imported", async () => {
    expect(runWithBundle((await bundled).code, observeImport)).toEqual({
      status: 0,
      stdout: '{"started":[],"open":[]}',
      stderr: "",
    });
  });
});

describe("a planted violation is reported", () => {
  test.each([
    ["a built-in", 'export * from "node:fs";', "own file: import-statement of built-in node:fs"],
    [
      "a built-in without its prefix",
      'import fs from "fs"; export { fs };',
      "own file: import-statement of built-in fs",
    ],
    [
      "a built-in, required",
      'declare const require: Function; export const fs = require("fs");',
      "own file: require-call of built-in fs",
    ],
    [
      "an MCP SDK of the 2.x line",
      'export { Client } from "@modelcontextprotocol/client";',
      "@modelcontextprotocol/client: foreign package",
    ],
    [
      "an MCP SDK of the 1.x line",
      'export { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";',
      "@modelcontextprotocol/sdk: foreign package",
    ],
    ["a driver that is not installed", 'export * from "nobodys-driver";', 'Could not resolve "nobodys-driver"'],
  ])("%s", async (_name, entry, problem) => {
    expect((await bundle(`${root}\n${entry}`, browser)).problems).toContain(problem);
  });

  test("code from a string fails where it is forbidden", () => {
    const run = runWithBundle('export const one = new Function("return 1")();', 'import "./bundle.mjs";');
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("EvalError");
  });

  test("a timer and a handle at import are seen", () => {
    const code = `
      import { createServer } from "node:net";
      export const timer = setInterval(() => {}, 1000);
      export const server = createServer().listen(0);
      await new Promise((resolve) => server.once("listening", resolve));
    `;
    expect(JSON.parse(runWithBundle(code, `${observeImport}process.exit(0);`).stdout)).toEqual({
      started: ["setInterval"],
      open: expect.arrayContaining(["TCPServerWrap", "Timeout"]),
    });
  });
});
