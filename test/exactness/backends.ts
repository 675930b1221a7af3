import { type CounterStore, createMemoryStore, type MaybePromise } from "callgate";
import { createSqliteStore, type SqliteDatabase } from "callgate/sqlite";
import { createDatabaseFile } from "../sqlite/database-file.js";
import { type DriverName, isThere, openDatabase } from "../sqlite/drivers.js";
import type { Delays } from "./delays.js";

/** What processes race on. One more is one entry more. */
export interface Backend {
  /** The numbers of processes that can share it. */
  readonly processes: readonly number[];
  /** Whether it can be started here. */
  readonly isThere: boolean;
  /** Starts it empty, in the process that runs the race. */
  start(): MaybePromise<RunningBackend>;
  /** Opens a store on it, in one of the processes. */
  connect(spec: string, delays: Delays): MaybePromise<Connection>;
}

export interface RunningBackend {
  /** How a process finds it. */
  readonly spec: string;
  stop(): MaybePromise<void>;
}

export interface Connection {
  readonly store: CounterStore;
  close(): MaybePromise<void>;
}

/** Nobody gives up while others hold the lock. */
const PATIENCE_MS = 20_000;

const memory: Backend = {
  processes: [1],
  isThere: true,
  start: () => ({ spec: "", stop: () => undefined }),
  connect: () => ({ store: createMemoryStore(), close: () => undefined }),
};

/** With `alter`, the store works on a handle that is not what it seems. */
function sqlite(driver: DriverName, alter: (database: SqliteDatabase) => SqliteDatabase = (same) => same): Backend {
  return {
    processes: [1, 2, 4, 8],
    isThere: isThere(driver),
    start: () => {
      const file = createDatabaseFile(driver);
      return { spec: file.path, stop: () => file.remove() };
    },
    connect: (path, delays) => {
      const database = openDatabase(driver, path);
      // Makes the tables, in a race of its own.
      createSqliteStore({ database, busyTimeoutMs: PATIENCE_MS });
      const store = createSqliteStore({ database: slowed(alter(database), delays), busyTimeoutMs: PATIENCE_MS });
      return { store, close: () => database.close() };
    },
  };
}

/** A handle that now and then takes its time before a statement. */
function slowed(database: SqliteDatabase, { block }: Delays): SqliteDatabase {
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      const late =
        <A extends unknown[], R>(work: (...args: A) => R) =>
        (...args: A): R => {
          block();
          return work(...args);
        };
      return {
        get: late((...parameters) => statement.get(...parameters)),
        all: late((...parameters) => statement.all(...parameters)),
        run: late((...parameters) => statement.run(...parameters)),
      };
    },
  };
}

/** A handle whose transactions are none: a store that reads, and then writes. */
function withoutTransactions(database: SqliteDatabase): SqliteDatabase {
  const nothing = { get: () => undefined, all: () => [], run: () => undefined };
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => (/^(BEGIN|COMMIT|ROLLBACK)/.test(sql) ? nothing : database.prepare(sql)),
  };
}

export const BACKENDS: { readonly [name: string]: Backend } = {
  memory,
  "SQLite (libsql)": sqlite("libsql"),
  "SQLite (node:sqlite)": sqlite("node:sqlite"),
};

/** Stores that must lose the race, or the race shows nothing. */
export const MUTANTS: { readonly [name: string]: Backend } = {
  "SQLite without transactions": sqlite("libsql", withoutTransactions),
};

export function backendCalled(name: string): Backend {
  const backend = BACKENDS[name] ?? MUTANTS[name];
  if (backend === undefined) throw new Error(`no backend is called ${name}`);
  return backend;
}
