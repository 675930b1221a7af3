import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

// Runs the tests on other lines of Node.js, whose binaries the registry has as packages.

const LINES = ["22", "24"];

const repository = fileURLToPath(new URL("../../", import.meta.url));
const cache = `${repository}node_modules/.cache/callgate-matrix`;

/** All at once: installing one alone would take away the others. */
function install(): readonly (readonly [line: string, bin: string])[] {
  const packages = LINES.map((line) => `node-${line}@npm:node-${process.platform}-${process.arch}@${line}`);
  const options = ["--no-save", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...options, ...packages], { cwd: cache, stdio: ["ignore", "ignore", "inherit"] });
  return LINES.map((line) => [line, `${cache}/node_modules/node-${line}/bin`] as const);
}

mkdirSync(cache, { recursive: true });
writeFileSync(`${cache}/package.json`, JSON.stringify({ name: "callgate-matrix", private: true }));
let failed = 0;
for (const [line, bin] of install()) {
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
