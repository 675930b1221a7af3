import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A program of the tests in one file, so that a process of it is there at once. */
export interface Program {
  start(args: readonly string[]): ChildProcess;
  remove(): void;
}

const repository = fileURLToPath(new URL("../../", import.meta.url));
const packages = [join(repository, "node_modules"), process.env.NODE_PATH ?? ""].join(delimiter);
/** What bundled CommonJS asks for. */
const banner = 'globalThis.require = process.getBuiltinModule("node:module").createRequire(import.meta.url);';

/** Builds a program from a file of `test/`. */
export async function buildProgram(source: string): Promise<Program> {
  const directory = mkdtempSync(join(tmpdir(), "callgate-program-"));
  const file = join(directory, "program.mjs");
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  const built = build({
    entryPoints: [join(repository, "test", source)],
    outfile: file,
    ...{ bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error" },
    // What is made for bundlers, where a package has it.
    mainFields: ["module", "main"],
    tsconfig: join(repository, "test/tsconfig.json"),
    external: ["libsql", "better-sqlite3", "pg-native"],
    banner: { js: banner },
  });
  await built.catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    start: (args) =>
      fork(file, args, {
        cwd: repository,
        env: { ...process.env, NODE_PATH: packages, NODE_NO_WARNINGS: "1" },
        execArgv: [],
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      }),
    remove,
  };
}
