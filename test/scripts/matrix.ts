import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

// Runs the tests on other lines of Node.js, whose binaries the registry has as packages.

const LINES = ["22", "24"];

const repository = fileURLToPath(new URL("../../", import.meta.url));
const cache = `${repository}node_modules/.cache/callgate-matrix`;

function install(line: string): string {
  const name = `node-${line}`;
  execFileSync(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", `${name}@npm:node-${process.platform}-${process.arch}@${line}`],
    {
      cwd: cache,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  return `${cache}/node_modules/${name}/bin`;
}

mkdirSync(cache, { recursive: true });
writeFileSync(`${cache}/package.json`, JSON.stringify({ name: "callgate-matrix", private: true }));
const bins = LINES.map((line) => [line, install(line)] as const);
let failed = 0;
for (const [line, bin] of bins) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const version = execFileSync(`${bin}/node`, ["--version"], { encoding: "utf8" }).trim();
  console.log(`\n=== Node.js ${version}`);
  const tests = [
    `${repository}node_modules/vitest/vitest.mjs`,
    "run",
    "--config",
    "test/vitest.config.ts",
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(`${bin}/node`, tests, { cwd: repository, env, stdio: "inherit" });
  if (status !== 0) failed++;
  console.log(`=== Node.js ${version} (line ${line}): ${status === 0 ? "passed" : "FAILED"}`);
}
process.exitCode = failed === 0 ? 0 : 1;
