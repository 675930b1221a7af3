import { OptionsError } from "callgate";
import { createSqliteStore, type SqliteDatabase, type SqliteStoreOptions } from "callgate/sqlite";
import { describe, expect, test } from "vitest";
import { openDatabase } from "./drivers.js";

function withOptions(options: object): unknown {
  const database = openDatabase("libsql", ":memory:");
  return createSqliteStore({ database, ...options } as SqliteStoreOptions);
}

describe("options that cannot be honoured", () => {
  test.each<[object, string]>([
    [{ busyTimeout: 5 }, "unknown option `busyTimeout`: did you mean `busyTimeoutMs`?"],
    [
      { prefix: "x" },
      "unknown option `prefix`: there are database, busyTimeoutMs, durability, maxKeys, maxKeysPerGrant",
    ],
    [{ database: undefined }, "`database` must be an open SQLite database, with `exec` and `prepare`"],
    [{ database: "counters.db" }, "`database` must be an open SQLite database, with `exec` and `prepare`"],
    [{ durability: "disk" }, "`durability` must be `process` or `power`"],
    [{ busyTimeoutMs: -1 }, "`busyTimeoutMs` must be a whole number of 0 or more"],
    [{ busyTimeoutMs: 2 ** 31 }, "`busyTimeoutMs` must be a whole number of 0 or more"],
    [{ busyTimeoutMs: "1; DROP TABLE a" }, "`busyTimeoutMs` must be a whole number of 0 or more"],
    [{ maxKeys: 0 }, "`maxKeys` must be a whole number of 1 or more"],
    [{ maxKeysPerGrant: 1.5 }, "`maxKeysPerGrant` must be a whole number of 1 or more"],
  ])("%j", (options, message) => {
    expect(() => withOptions(options)).toThrow(new OptionsError(message));
  });

  test("an option that is undefined is one that is not given", () => {
    const none = { busyTimeoutMs: undefined, durability: undefined, maxKeys: undefined, maxKeysPerGrant: undefined };
    expect(() => withOptions(none)).not.toThrow();
  });
});

describe("what the handle is set to", () => {
  /** Every SQL text that the store gives its handle, in order. */
  function recorded(options: object): readonly string[] {
    const database = openDatabase("libsql", ":memory:");
    const texts: string[] = [];
    const recording: SqliteDatabase = {
      exec: (sql) => {
        texts.push(sql);
        database.exec(sql);
      },
      prepare: (sql) => {
        texts.push(sql);
        return database.prepare(sql);
      },
    };
    withOptions({ database: recording, ...options });
    return texts;
  }

  test("the time to wait comes first, then the log, then what a reservation survives", () => {
    const pragmas = (options: object) => recorded(options).filter((sql) => sql.startsWith("PRAGMA"));
    const [busy, journal] = ["PRAGMA busy_timeout = 250", "PRAGMA journal_mode"];
    expect(pragmas({})).toEqual([busy, journal, "PRAGMA synchronous = NORMAL"]);
    expect(recorded({})[0]).toBe(busy);
    expect(pragmas({ durability: "power" })).toEqual([busy, journal, "PRAGMA synchronous = FULL"]);
    expect(pragmas({ busyTimeoutMs: 7 })[0]).toBe("PRAGMA busy_timeout = 7");
  });

  test("the store has no `close`: the handle is its owner's", () => {
    expect(withOptions({})).not.toHaveProperty("close");
  });
});
