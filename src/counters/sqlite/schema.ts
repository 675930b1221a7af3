import { StoreError } from "../../errors.js";
import { quote } from "../../internal/quote.js";
import { rowOf, type SqliteDatabase, textIn, wholeIn } from "./handle.js";
import { guarded, Transactions } from "./transaction.js";

/** What a handle must be set to before it is used. */
export interface Setting {
  readonly busyTimeoutMs: number;
  readonly durability: Durability;
}

/** What a reservation survives: the death of the process, or a loss of power too. */
export type Durability = "process" | "power";

const VERSION = 1;

const SYNCHRONOUS: { readonly [durability in Durability]: string } = { process: "NORMAL", power: "FULL" };

/** Where the log is kept beside the file, readers and the writer do not wait for each other. */
const JOURNALS: ReadonlySet<string> = new Set(["wal", "memory"]);

/**
 * A counter has one row, until it makes room. `id` is another one whenever the counter has started anew, so that what was charged
 * before is not given back to what came after. `value` is what counts until `ends_at`, for windows that end as a whole;
 * what ends piece by piece is in `callgate_part`. A counter that was given back to the last makes room: its `ends_at` is
 * when what was given back began to count, so that it does not begin anew before that.
 */
const TABLES = `
  CREATE TABLE callgate_store (
    version INTEGER NOT NULL,
    keys INTEGER NOT NULL,
    swept_until INTEGER NOT NULL
  ) STRICT;
  INSERT INTO callgate_store (version, keys, swept_until) VALUES (${VERSION}, 0, 0);

  CREATE TABLE callgate_counter (
    key TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    grant_name TEXT NOT NULL,
    group_name TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    value INTEGER NOT NULL CHECK (value BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER})
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX callgate_counter_end ON callgate_counter (ends_at);
  CREATE INDEX callgate_counter_grant ON callgate_counter (grant_name, ends_at);
  CREATE INDEX callgate_counter_group ON callgate_counter (group_name);

  CREATE TABLE callgate_part (
    counter TEXT NOT NULL,
    part TEXT NOT NULL,
    ends_at INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}),
    PRIMARY KEY (counter, part)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE callgate_share (
    grant_name TEXT PRIMARY KEY,
    keys INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER callgate_counter_opened AFTER INSERT ON callgate_counter BEGIN
    UPDATE callgate_store SET keys = keys + 1;
    INSERT INTO callgate_share (grant_name, keys) VALUES (new.grant_name, 1)
      ON CONFLICT (grant_name) DO UPDATE SET keys = keys + 1;
  END;
  CREATE TRIGGER callgate_counter_forgotten AFTER DELETE ON callgate_counter BEGIN
    DELETE FROM callgate_part WHERE counter = old.id;
    UPDATE callgate_store SET keys = keys - 1;
    UPDATE callgate_share SET keys = keys - 1 WHERE grant_name = old.grant_name;
    DELETE FROM callgate_share WHERE grant_name = old.grant_name AND keys = 0;
  END;
`;

/**
 * Sets the handle up, and makes the tables where there are none.
 *
 * @throws StoreError for a database that cannot be used, and for tables of another version.
 */
export function openSchema(database: SqliteDatabase, { busyTimeoutMs, durability }: Setting): void {
  guarded(() => {
    // Before anything else: what follows may have to wait for another process.
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    useLog(database);
    database.exec(`PRAGMA synchronous = ${SYNCHRONOUS[durability]}`);
    if (hasTables(database)) return;
    new Transactions(database).write(() => {
      if (!hasTables(database)) database.exec(TABLES);
    });
  });
}

function useLog(database: SqliteDatabase): void {
  // Asked for only where it is not there: the switch needs the file for itself.
  for (const pragma of ["PRAGMA journal_mode", "PRAGMA journal_mode = WAL"]) {
    const row = rowOf(database.prepare(pragma).get());
    if (row !== undefined && JOURNALS.has(textIn(row, "journal_mode"))) return;
  }
  throw new StoreError("store_failed", "the SQLite store needs a database that can have a write-ahead log");
}

/** @throws StoreError where there are some, but not the ones this version reads. */
function hasTables(database: SqliteDatabase): boolean {
  const found = database.prepare("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'callgate_store'").get();
  if (wholeIn(rowOf(found) ?? {}, "tables") === 0) return false;
  const row = rowOf(database.prepare("SELECT version FROM callgate_store").get());
  if (row === undefined) throw new StoreError("store_failed", "the SQLite store has lost its version");
  const version = wholeIn(row, "version");
  if (version === VERSION) return true;
  const age = version > VERSION ? "a newer" : "an older";
  const help = "use that one, or another file";
  throw new StoreError(
    "store_failed",
    `the SQLite store was made by ${age} callgate, version ${quote(String(version))} of its tables, this is ${VERSION}: ${help}`,
  );
}
