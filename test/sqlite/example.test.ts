import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const example = `${repository}docs/examples/durable.ts`;
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const env = { ...process.env, TSX_TSCONFIG_PATH: `${repository}test/tsconfig.json` };
const run = promisify(execFile);

/** What three processes say, one after the other, where there is no file yet. */
async function runThrice(): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "callgate-example-"));
  try {
    const said: string[] = [];
    for (let time = 0; time < 3; time++) {
      const { stdout } = await run(process.execPath, ["--import", tsx, example], { cwd: directory, env });
      said.push(stdout.trim());
    }
    return said;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test("README shows docs/examples/durable.ts", () => {
  expect(readFileSync(`${repository}README.md`, "utf8")).toContain(`\`\`\`ts\n${readFileSync(example, "utf8")}\`\`\``);
});

test("Q19: processes that run it one after the other share its limit", { timeout: 60_000 }, async () => {
  const today = (): string => new Date().toISOString().slice(0, 10);
  const day = today();
  let said = await runThrice();
  // It counts by the day, by the real clock: what saw two days is done again.
  if (today() !== day) said = await runThrice();
  expect(said).toEqual(["found", "found", "[POLICY DENIED] a limit of the policy is reached"]);
});
