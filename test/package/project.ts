import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const compiler = join(repository, "node_modules/typescript/bin/tsc");

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Packed {
  readonly tarball: string;
  /** Paths inside the package, sorted. */
  readonly files: readonly string[];
}

/** A project of its own, far from the repository, that depends on the packed library alone. */
export interface Project {
  readonly path: string;
  /** Runs `node` with `args` in the project. */
  node(...args: string[]): Ran;
  /** Runs a command that the project has installed; nothing is fetched. */
  npx(...args: string[]): Ran;
  /** Type-checks the project's `*.ts` and `*.cts` files under these compiler options. */
  typecheck(...options: string[]): Ran;
}

function npm(directory: string, ...args: string[]): string {
  return execFileSync("npm", args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function run(directory: string, command: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    encoding: "utf8",
    timeout: 120_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { status, stdout, stderr };
}

export function createScratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "callgate-package-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Builds the library and packs it into `directory`, as it would be published. */
export function buildAndPack(directory: string): Packed {
  npm(repository, "run", "build");
  const report: unknown = JSON.parse(npm(repository, "pack", "--json", "--pack-destination", directory));
  const [packed] = (Array.isArray(report) ? report : Object.values(report as object)) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (packed === undefined) throw new Error("npm pack reported no tarball");
  return { tarball: join(directory, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/** Makes a project of `type` below `directory`, with these files, and installs the tarball in it. */
export function createProject(
  directory: string,
  type: "module" | "commonjs",
  tarball: string,
  files: Readonly<Record<string, string>>,
): Project {
  const path = join(directory, type);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: `uses-${type}`, private: true, type }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  npm(path, "install", "--no-audit", "--no-fund", "--prefer-offline", tarball);
  const sources = Object.keys(files).filter((name) => /\.c?ts$/.test(name));
  return {
    path,
    node: (...args) => run(path, process.execPath, ...args),
    // Without a word of npm's own on how it is configured here.
    npx: (...args) => run(path, "npx", "--no-install", "--silent", ...args),
    typecheck: (...options) =>
      run(path, process.execPath, compiler, "--noEmit", "--strict", "--target", "es2022", ...options, ...sources),
  };
}
