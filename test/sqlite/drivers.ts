import { createRequire } from "node:module";
import type { SqliteDatabase } from "callgate/sqlite";

/** An open database that a test may close. */
export interface OpenDatabase extends SqliteDatabase {
  close(): void;
}

export type DriverName = "libsql" | "node:sqlite" | "better-sqlite3";

type Constructor = new (path: string) => OpenDatabase;

const require = createRequire(import.meta.url);

/** How each driver is found, where it is there. libsql is always: its binaries come as packages. */
const FIND: { readonly [name in DriverName]: () => Constructor | undefined } = {
  libsql: () => require("libsql") as Constructor,
  "node:sqlite": () => (builtin("node:sqlite") as { DatabaseSync: Constructor } | undefined)?.DatabaseSync,
  "better-sqlite3": () => installed("better-sqlite3") as Constructor | undefined,
};

export const DRIVERS = Object.keys(FIND) as readonly DriverName[];

const found: ReadonlyMap<DriverName, Constructor | undefined> = new Map(DRIVERS.map((name) => [name, FIND[name]()]));

export function isThere(driver: DriverName): boolean {
  return found.get(driver) !== undefined;
}

/** Opens a database file, or `:memory:`. */
export function openDatabase(driver: DriverName, path: string): OpenDatabase {
  const Database = found.get(driver);
  if (Database === undefined) throw new Error(`${driver} is not there`);
  return new Database(path);
}

/** Node.js 20 has no `node:sqlite`; whoever bundles the tests must not look for it. */
function builtin(name: string): unknown {
  try {
    return process.getBuiltinModule(name);
  } catch {
    return undefined;
  }
}

function installed(name: string): unknown {
  try {
    return require(name);
  } catch {
    return undefined;
  }
}
