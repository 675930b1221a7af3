import { writeSync } from "node:fs";
import type { Reservation, Reserved } from "callgate";
import { createSqliteStore, type SqliteDatabase, type SqliteStatement } from "callgate/sqlite";
import { type DriverName, openDatabase } from "./drivers.js";
import { operationAt, victimCharges } from "./victim-charges.js";

// Reserves and releases until it is killed: by itself, before or after its statement number `killAt`, or by somebody.
// It says each commit on its standard output, at once.

const [driver = "", path = "", killAt = "0"] = process.argv.slice(2);
let moments = 0;

function moment(): void {
  if (++moments === Number(killAt)) process.kill(process.pid, "SIGKILL");
}

function mortal(database: SqliteDatabase): SqliteDatabase {
  const after = <T>(work: () => T): T => {
    moment();
    return work();
  };
  return {
    exec: (sql) => after(() => database.exec(sql)),
    prepare: (sql): SqliteStatement => {
      const statement = database.prepare(sql);
      return {
        get: (...parameters) => after(() => statement.get(...parameters)),
        all: (...parameters) => after(() => statement.all(...parameters)),
        run: (...parameters) => {
          const result = after(() => statement.run(...parameters));
          if (sql === "COMMIT") writeSync(1, "c");
          moment();
          return result;
        },
      };
    },
  };
}

const store = createSqliteStore({ database: mortal(openDatabase(driver as DriverName, path)) });
const { charges, options } = victimCharges;
let last: Reservation | undefined;
for (let operation = 1; ; operation++) {
  if (operationAt(operation) === "release" && last !== undefined) store.release(last);
  else last = ((await store.reserve(charges, options)) as Reserved & { ok: true }).reservation;
}
