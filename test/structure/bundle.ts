import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildFailure, build, type Message, type Plugin } from "esbuild";

const repository = fileURLToPath(new URL("../../", import.meta.url));

/** The platforms a bundle is made for: which of a dependency's builds is taken. */
export const platforms = {
  "a browser or a worker": ["browser", "import"],
  "a platform nothing is known of": ["import"],
} as const;

/** No part of the root bundle, installed or not. Each is a driver, an SDK or an observer that its user brings. */
const foreign =
  /^(@modelcontextprotocol\/.*|@opentelemetry\/.*|@libsql\/.*|ioredis|redis|@redis\/.*|pg|postgres|better-sqlite3|libsql)$/;

export interface Bundle {
  readonly code: string;
  /** The packages that any byte of the bundle comes from, sorted. */
  readonly packages: readonly string[];
  /** What has no place in a bundle of the root, one line each. */
  readonly problems: readonly string[];
}

function packageOf(input: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

/** Leaves built-ins unresolved and reports each with the package that asks for it. */
function reportBuiltins(problems: string[]): Plugin {
  return {
    name: "report-builtins",
    setup: ({ onResolve }) => {
      onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (!isBuiltin(path)) return undefined;
        problems.push(`${packageOf(importer) ?? "own file"}: ${kind} of built-in ${path}`);
        return { path, external: true };
      });
    },
  };
}

const line = ({ text }: Message): string => text.split("\n")[0] as string;

/** Bundles `entry`, a module in source text, as a host for `conditions` would, and says what is wrong with the result. */
export async function bundle(entry: string, conditions: readonly string[]): Promise<Bundle> {
  const problems: string[] = [];
  try {
    const result = await build({
      stdin: { contents: entry, resolveDir: repository, sourcefile: "entry.ts", loader: "ts" },
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      target: "es2022",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: [...conditions],
      legalComments: "none",
      logLevel: "silent",
      plugins: [reportBuiltins(problems)],
    });
    const inputs = Object.values(result.metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    const packages = [...new Set(inputs.map(packageOf).filter((name) => name !== undefined))].sort();
    problems.push(...result.warnings.map(line));
    problems.push(...packages.filter((name) => foreign.test(name)).map((name) => `${name}: foreign package`));
    return { code: result.outputFiles[0]?.text ?? "", packages, problems: problems.sort() };
  } catch (error) {
    const { errors } = error as BuildFailure;
    if (errors === undefined) throw error;
    return { code: "", packages: [], problems: [...problems, ...errors.map(line)].sort() };
  }
}

export interface ModuleRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `script` in its own process, code generation from strings forbidden, with `code` beside it as `bundle.mjs`. */
export function runWithBundle(code: string, script: string): ModuleRun {
  const directory = mkdtempSync(join(tmpdir(), "callgate-bundle-"));
  try {
    writeFileSync(join(directory, "bundle.mjs"), code);
    writeFileSync(join(directory, "script.mjs"), script);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--disallow-code-generation-from-strings", "script.mjs"],
      { cwd: directory, encoding: "utf8", timeout: 15_000, stdio: ["ignore", "pipe", "pipe"] },
    );
    return { status, stdout, stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
