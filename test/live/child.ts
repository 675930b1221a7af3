import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll } from "vitest";
import { createFileLedger, type Ledger } from "./ledger.ts";

/** How to start a fixture server as a process of its own, and where its effects can be read. */
export interface Child {
  readonly command: string;
  readonly args: string[];
  readonly ledger: Ledger;
  dispose(): void;
}

const bundles = new Map<string, Promise<string>>();

afterAll(async () => {
  for (const outfile of bundles.values()) rmSync(dirname(await outfile), { recursive: true, force: true });
});

/** One file out of the script, the SDK and our sources: a child starts in a fraction of what loading them apart costs. */
function bundle(script: URL): Promise<string> {
  const known = bundles.get(script.href);
  if (known) return known;
  const outfile = join(mkdtempSync(join(tmpdir(), "callgate-child-")), "server.mjs");
  const built = build({
    entryPoints: [fileURLToPath(script)],
    bundle: true,
    platform: "node",
    format: "esm",
    // The other entry of jsonc-parser cannot be bundled. Our package brings it along; here it comes from our sources.
    mainFields: ["module", "main"],
    outfile,
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  }).then(() => outfile);
  bundles.set(script.href, built);
  return built;
}

/** `script` finds the path of its ledger as first argument and, when it is to wrap itself, a policy as second. */
export async function prepareChild(script: URL, policy: string | undefined): Promise<Child> {
  const program = await bundle(script);
  const directory = mkdtempSync(join(tmpdir(), "callgate-ledger-"));
  const path = join(directory, "effects");
  return {
    command: process.execPath,
    args: [program, path, ...(policy === undefined ? [] : [policy])],
    ledger: createFileLedger(path),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}
