import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { createGate, parsePolicy, type StoreCharge } from "callgate";
import { createSqliteStore, type SqliteStoreOptions } from "callgate/sqlite";
import { createRecordingSink, createSettableClock } from "callgate/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDatabaseFile, type DatabaseFile } from "./database-file.js";
import { DRIVERS, isThere, type OpenDatabase } from "./drivers.js";

const START = Date.UTC(2026, 0, 1, 12, 0, 40);
const AT_START = { now: START };
const PAGE = 4_096;

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: { pay: { limits: [{ counter: "paid", window: "minute", max: 100 }] } },
});

/** A call through a gate whose store is on `database`: what came of it, and what the operator is told. */
async function pay(store: ReturnType<typeof createSqliteStore>): Promise<{ code: string; cause: unknown }> {
  const audit = createRecordingSink();
  const gate = createGate({ policy, store, audit, clock: createSettableClock(START) });
  const execute = vi.fn();
  const { allowed, decision } = await gate.run({ name: "pay" }, {}, execute);
  expect(execute).toHaveBeenCalledTimes(allowed ? 1 : 0);
  return { code: decision.code, cause: audit.of("decision")[0]?.cause };
}

function charge(key: string, amount = 1_000_000): StoreCharge {
  return { key, group: key, grant: "g", window: { kind: "fixed", ms: 60_000, offsetMs: 0 }, amount };
}

/** What an operator reads where SQLite itself says what is wrong. */
function failed(reason: string): { code: string; cause: string } {
  return { code: "unavailable", cause: `StoreError: the SQLite store failed: ${reason}` };
}

const ALLOWED = { code: "allowed", cause: undefined };

/** Overwrites a part of the file, as a disk or a foreign program might. */
function overwrite(path: string, from: number, length: number): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(length, 0x5a), 0, length, from);
  closeSync(file);
}

describe.each(DRIVERS.filter(isThere))("by %s", (driver) => {
  let file: DatabaseFile;
  let database: OpenDatabase;
  const open = (options: Partial<SqliteStoreOptions> = {}) =>
    createSqliteStore({ database, busyTimeoutMs: 20, ...options });

  beforeEach(() => {
    file = createDatabaseFile(driver);
    database = file.open();
  });

  afterEach(() => file.remove());

  /** Puts everything that is in the log into the file, as nobody else has it open. */
  const settle = () => database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();

  test("J01: a lock that another connection does not give up denies, and the next call passes", async () => {
    const store = open();
    const other = file.open();
    other.exec("BEGIN IMMEDIATE");
    expect(await pay(store)).toEqual(failed("`database is locked`"));
    other.exec("ROLLBACK");
    expect(await pay(store)).toEqual(ALLOWED);
  });

  test("J01: reading does not wait for a lock", () => {
    const store = open();
    store.reserve([charge("a")], AT_START);
    file.open().exec("BEGIN IMMEDIATE");
    expect(store.read([charge("a")], AT_START)).toEqual([{ value: 1_000_000, resetsAt: START + 20_000 }]);
  });

  test("J01: a lock that is held longer than `busyTimeoutMs` when the store is made is an error there", () => {
    file.open().exec("BEGIN EXCLUSIVE");
    expect(() => open()).toThrow(/^the SQLite store failed: `database is locked`$/);
  });

  test("J01: a database that cannot be written denies", async () => {
    const store = open();
    database.exec("PRAGMA query_only = ON");
    expect(await pay(store)).toEqual(failed("`attempt to write a readonly database`"));
    database.exec("PRAGMA query_only = OFF");
    expect(await pay(store)).toEqual(ALLOWED);
  });

  test("J01: a full disk denies what needs room, all of it, and what has room goes on", async () => {
    const store = open();
    expect(await pay(store)).toEqual(ALLOWED);
    store.reserve([charge("other")], AT_START);
    database.exec(`PRAGMA max_page_count = ${Math.ceil(statSync(file.path).size / PAGE)}`);
    const many = Array.from({ length: 500 }, (_, index) => charge(`filling ${index}`));
    expect(() => store.reserve([charge("other"), ...many], AT_START)).toThrow(
      /^the SQLite store failed: `database or disk is full`$/,
    );
    const values = store.read([charge("other"), ...many], AT_START) as readonly { value: number }[];
    expect(values.map(({ value }) => value)).toEqual([1_000_000, ...many.map(() => 0)]);
    expect(await pay(store)).toEqual(ALLOWED);
  });

  test("J01: a file that is no database is an error when the store is made", () => {
    open();
    settle();
    database.close();
    file.destroyLog();
    overwrite(file.path, 0, PAGE);
    database = file.open();
    expect(() => open()).toThrow(/^the SQLite store failed: `file is not a database`$/);
  });

  test("J01: a file whose pages are damaged denies", async () => {
    const store = open();
    store.reserve(
      Array.from({ length: 500 }, (_, index) => charge(`counter ${index}`)),
      AT_START,
    );
    settle();
    database.exec("PRAGMA cache_size = 0");
    overwrite(file.path, PAGE, statSync(file.path).size - PAGE);
    expect(await pay(store)).toEqual(failed("`database disk image is malformed`"));
  });

  test("J08: tables that are gone deny, and no success comes of it", async () => {
    const store = open();
    file.open().exec("DROP TABLE callgate_counter");
    expect(await pay(store)).toEqual(failed("`no such table: callgate_counter`"));
  });

  test.each([
    [0, "an older"],
    [2, "a newer"],
  ])("J08: tables of version %i are an error when the store is made", (version, age) => {
    open();
    database.exec(`UPDATE callgate_store SET version = ${version}`);
    expect(() => createSqliteStore({ database: file.open() })).toThrow(
      `the SQLite store was made by ${age} callgate, version \`${version}\` of its tables, this is 1: use that one, or another file`,
    );
  });

  test("J08: tables of the same name that are not ours are an error when the store is made", () => {
    database.exec("CREATE TABLE callgate_store (a)");
    expect(() => open()).toThrow(/^the SQLite store failed: `no such column: version`$/);
    database.exec("DROP TABLE callgate_store; CREATE TABLE callgate_store (version)");
    expect(() => open()).toThrow(/^the SQLite store has lost its version$/);
    database.exec("DROP TABLE callgate_store; CREATE TABLE callgate_counter (a)");
    expect(() => open()).toThrow(/^the SQLite store failed: `table callgate_counter already exists`$/);
  });

  describe("J01: a row that this library cannot have written denies", () => {
    const window = "UPDATE callgate_counter SET";
    /** Tables without what keeps such rows out, with what is in them. */
    const unguarded = ["callgate_counter", "callgate_part"].map(
      (table) =>
        `CREATE TABLE copy AS SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE copy RENAME TO ${table};`,
    );

    test.each([
      ["a value below 0", `${window} value = -1`, "whose `value` is below 0"],
      ["a value that is no whole number", `${window} value = 0.5`, "whose `value` is no exact whole number"],
      ["a value that is text", `${window} value = 'many'`, "whose `value` is no exact whole number"],
      ["no value", `${window} value = NULL`, "whose `value` is no exact whole number"],
      ["an end that is text", `${window} ends_at = 'never'`, "whose `ends_at` is no exact whole number"],
      ["an id that is no text", `${window} id = x'07'`, "whose `id` is no text"],
    ])("%s", async (_what, sql, found) => {
      const store = open();
      expect(await pay(store)).toEqual(ALLOWED);
      const other = file.open();
      other.exec(unguarded.join(" "));
      other.exec(sql);
      const cause = `StoreError: the SQLite store holds a row ${found}`;
      expect(await pay(store)).toEqual({ code: "unavailable", cause });
    });

    test("F16: a value too large to be exact, in the words of whoever sees it first", async () => {
      const store = open();
      expect(await pay(store)).toEqual(ALLOWED);
      file.open().exec(`${unguarded.join(" ")} ${window} value = 9007199254740993`);
      const cause = expect.stringMatching(/^StoreError: the SQLite store .*(exact|represented)/);
      expect(await pay(store)).toEqual({ code: "unavailable", cause });
    });

    test.each([
      ["an amount below 0", "-1", "whose `least_amount` is below 0"],
      ["an amount that is text", "'many'", "whose `most_amount` is no exact whole number"],
      ["half an amount", "0.5", "whose `least_amount` is no exact whole number"],
    ])("of a slot: %s", (_what, amount, found) => {
      const store = open();
      const slot: StoreCharge = { ...charge("slots", 2), window: { kind: "in_flight", leaseMs: 60_000 }, max: 10 };
      store.reserve([slot], AT_START);
      store.reserve([slot], AT_START);
      const other = file.open();
      other.exec(unguarded.join(" "));
      other.exec(`UPDATE callgate_part SET amount = ${amount} WHERE part = (SELECT min(part) FROM callgate_part)`);
      expect(() => store.reserve([slot], AT_START)).toThrow(`the SQLite store holds a row ${found}`);
    });

    test("such rows are kept out while the tables are whole", () => {
      const store = open();
      store.reserve([charge("a")], AT_START);
      for (const value of ["-1", "0.5", "'many'", "NULL", "9007199254740992"]) {
        expect(() => database.exec(`${window} value = ${value}`)).toThrow();
      }
      expect(store.read([charge("a")], AT_START)).toEqual([{ value: 1_000_000, resetsAt: START + 20_000 }]);
    });
  });

  test("a handle inside a transaction of somebody else denies, and the transaction goes on", async () => {
    const store = open();
    database.exec("CREATE TABLE own (a INTEGER); BEGIN; INSERT INTO own VALUES (7)");
    expect(await pay(store)).toEqual(failed("its handle is inside a transaction of somebody else"));
    expect(() => open()).toThrow();
    database.exec("COMMIT");
    expect(database.prepare("SELECT a FROM own").get()).toMatchObject({ a: 7 });
    expect(await pay(store)).toEqual(ALLOWED);
  });

  test("a release that fails can be tried again, and gives back once", () => {
    const store = open();
    const answer = store.reserve([charge("a"), charge("b")], AT_START);
    const { reservation } = answer as { reservation: Parameters<typeof store.release>[0] };
    const other = file.open();
    other.exec("BEGIN IMMEDIATE");
    expect(() => store.release(reservation)).toThrow(/locked/);
    other.exec("ROLLBACK");
    store.reserve([charge("a")], AT_START);
    for (let time = 0; time < 2; time++) store.release(reservation);
    const readings = store.read([charge("a"), charge("b")], AT_START) as readonly { value: number }[];
    expect(readings.map(({ value }) => value)).toEqual([1_000_000, 0]);
  });
});
