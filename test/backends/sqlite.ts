import { createSqliteStore, type SqliteDatabase } from "callgate/sqlite";
import { createDatabaseFile } from "../sqlite/database-file.js";
import { type DriverName, isThere, openDatabase } from "../sqlite/drivers.js";
import type { Backend } from "./backend.js";
import type { Delays } from "./delays.js";

/** With `alter`, the store works on a handle that is not what it seems. */
export function sqlite(
  driver: DriverName,
  alter: (database: SqliteDatabase) => SqliteDatabase = (same) => same,
): Backend {
  return {
    isThere: isThere(driver),
    isShared: true,
    start: () => {
      const file = createDatabaseFile(driver);
      return { spec: file.path, stop: () => file.remove() };
    },
    connect: (path, { deadlineMs: busyTimeoutMs, delays }) => {
      const database = openDatabase(driver, path);
      // Makes the tables, in a race of its own.
      createSqliteStore({ database, busyTimeoutMs });
      const store = createSqliteStore({ database: slowedHandle(alter(database), delays), busyTimeoutMs });
      return { store, close: () => database.close() };
    },
  };
}

/** A handle that now and then takes its time before a statement. */
function slowedHandle(database: SqliteDatabase, { block }: Delays): SqliteDatabase {
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
export function withoutTransactions(database: SqliteDatabase): SqliteDatabase {
  const nothing = { get: () => undefined, all: () => [], run: () => undefined };
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => (/^(BEGIN|COMMIT|ROLLBACK)/.test(sql) ? nothing : database.prepare(sql)),
  };
}
