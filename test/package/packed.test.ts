import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { COMMANDS } from "../cli/commands.js";
import { buildAndPack, createProject, createScratch, type Packed, type Project } from "./project.js";

const minutes = 60_000;

const body = `
const policy = parsePolicy('{"version":"1","default":"deny","tools":{"read":{}}}');
const gate = createGate({ policy });
const main = async () => {
  const decided = ["read", "write"].map((name) => decide(policy, { name }).outcome);
  const read = await gate.run({ name: "read" }, {}, async () => 42);
  const write = await gate.run({ name: "write" }, {}, async () => 42);
  await gate.close();
  console.log(JSON.stringify([decided, read.allowed && read.value, write.allowed]));
};
main();
`;

const answer = { status: 0, stdout: '[["allow","deny"],42,false]\n', stderr: "" };

const typed = `
const policy: Policy = parsePolicy("{}");
const decision: Decision = decide(policy, { name: "read" });
export const outcome: "allow" | "deny" | "require_approval" = decision.outcome;
export const gate: Gate = createGate({ policy });
export const value: Promise<number | undefined> = gate
  .run({ name: "read" }, {}, async () => 42)
  .then((result) => (result.allowed ? result.value : undefined));
export const contract: unknown = testing;
// @ts-expect-error a call has a name
decide(policy, {});
`;

const esmTypes = `
import { createGate, decide, parsePolicy, type Decision, type Gate, type Policy } from "callgate";
import * as testing from "callgate/testing";
${typed}`;

const names = "createGate, decide, parsePolicy";

const scratch = createScratch();
let packed: Packed;
let esm: Project;
let cjs: Project;

beforeAll(() => {
  packed = buildAndPack(scratch.path);
  esm = createProject(scratch.path, "module", packed.tarball, {
    "use.js": `import { ${names} } from "callgate";\nimport "callgate/testing";\n${body}`,
    "types.ts": esmTypes,
  });
  cjs = createProject(scratch.path, "commonjs", packed.tarball, {
    "use.js": `const { ${names} } = require("callgate");\nrequire("callgate/testing");\n${body}`,
    "types.cts": `
import callgate = require("callgate");
import testing = require("callgate/testing");
import type { Decision, Gate, Policy } from "callgate";
const { ${names} } = callgate;
${typed}`,
  });
}, 5 * minutes);

afterAll(() => scratch.remove());

describe("the packed library", () => {
  test("holds what runs, its types, two JSON Schemas, the tables for Postgres, the licence of what is bundled, and four documents", () => {
    const stray = packed.files.filter((file) => !/^dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)$/.test(file));
    expect(stray).toEqual([
      "LICENSE",
      "README.md",
      "SECURITY.md",
      "dist/LICENSE.jsonc-parser.md",
      "dist/audit.schema.json",
      "dist/policy.schema.json",
      "dist/postgres.sql",
      "docs/changelog.md",
      "package.json",
    ]);
  });

  test("holds every file that the manifest names", () => {
    const named = Object.values(manifest.exports)
      .flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(Object.values)))
      .concat(manifest.main, manifest.module, manifest.types, manifest.bin.callgate)
      .map((path: string) => path.replace("./", ""));
    expect(named.filter((path) => !packed.files.includes(path))).toEqual([]);
  });

  test("says that importing it has no effect, so that bundlers may drop what is unused", () => {
    expect(manifest.sideEffects).toBe(false);
  });
});

describe("an ESM project", () => {
  test("imports it and runs it", () => {
    expect(esm.node("use.js")).toEqual(answer);
  });

  test.each([
    ["node16", ["--module", "node16"]],
    ["nodenext, with our declarations checked too", ["--module", "nodenext", "--skipLibCheck", "false"]],
    ["bundler", ["--module", "esnext", "--moduleResolution", "bundler"]],
  ])("finds its types under %s", (_name, options) => {
    expect(esm.typecheck(...options)).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});

describe("the command", () => {
  test.each(COMMANDS)("$title, by npx", ({ args, files, code, out, err }) => {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(esm.path, name), content);
    expect(esm.npx("callgate", "check", ...args)).toEqual({ status: code, stdout: out, stderr: err });
  });

  test("runs in a CommonJS project too", () => {
    expect(cjs.npx("callgate", "check", "--help").status).toBe(0);
  });

  test.each([
    [["help"], 0],
    [[], 0],
    [["chek", "policy.json"], 2],
  ] as const)("`callgate %j` says how it is used, and ends with %i", (args, code) => {
    const { status, stdout, stderr } = esm.npx("callgate", ...args);
    expect([status, code === 0 ? stdout : stderr]).toEqual([code, expect.stringMatching(/^usage: callgate check /)]);
    expect(code === 0 ? stderr : stdout).toBe("");
  });
});

describe("an application that is bundled for Node", () => {
  test.each([["esm"], ["cjs"]] as const)("starts and runs as one %s file", async (format) => {
    const file = format === "esm" ? "bundled.mjs" : "bundled.cjs";
    await build({
      entryPoints: [`${esm.path}/use.js`],
      outfile: `${esm.path}/${file}`,
      ...{ bundle: true, platform: "node", format, logLevel: "silent" },
    });
    expect(esm.node(file)).toEqual(answer);
  });
});

describe("a CommonJS project", () => {
  test("requires it and runs it", () => {
    expect(cjs.node("use.js")).toEqual(answer);
  });

  test("requires it and runs it on a Node.js that cannot require ES modules", () => {
    expect(cjs.node("--no-experimental-require-module", "use.js")).toEqual(answer);
  });

  test.each([["node16"], ["nodenext"]])("finds its types under %s", (module) => {
    expect(cjs.typecheck("--module", module)).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});
