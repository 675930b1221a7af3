import { createSqliteStore } from "callgate/sqlite";
import { counterStoreContract, createSettableClock } from "callgate/testing";
import { describe, test } from "vitest";
import { createDatabaseFile } from "./database-file.js";
import { DRIVERS, type DriverName, isThere, openDatabase } from "./drivers.js";

const capacity = { maxKeys: 100, maxKeysPerGrant: 50 };

function inMemory(driver: DriverName): void {
  counterStoreContract({ describe, test }, () => {
    const store = createSqliteStore({ database: openDatabase(driver, ":memory:") });
    return { store, clock: createSettableClock(0) };
  });
}

function inFile(driver: DriverName): void {
  counterStoreContract(
    { describe, test },
    () => {
      const file = createDatabaseFile(driver);
      const connect = () => createSqliteStore({ database: file.open(), ...capacity });
      return {
        store: connect(),
        clock: createSettableClock(0),
        connect,
        reopen: connect,
        breakBackend: () => file.lose(),
        dispose: () => file.remove(),
      };
    },
    { capacity, shared: true, durable: true, breakable: true },
  );
}

for (const driver of DRIVERS) {
  if (!isThere(driver)) {
    test.skip(`the SQLite store keeps its promises by ${driver} (not found here)`);
    continue;
  }
  describe(`the SQLite store in memory, by ${driver}`, () => inMemory(driver));
  describe(`the SQLite store in a file, by ${driver}`, () => inFile(driver));
}
