import { OptionsError } from "../../errors.js";
import { nearest } from "../../internal/nearest.js";
import { quote } from "../../internal/quote.js";
import type { SqliteDatabase } from "./handle.js";
import type { Bounds } from "./room.js";
import type { Durability, Setting } from "./schema.js";

export interface SqliteStoreOptions {
  /**
   * An open database of `node:sqlite`, better-sqlite3 or libsql. It stays yours to close. Best one that nothing else
   * uses: the store sets its `busy_timeout` and `synchronous`, and fails inside a transaction of yours.
   */
  readonly database: SqliteDatabase;
  /**
   * How long to wait for another process that writes, in milliseconds. Default 250. The wait blocks this process, and
   * what has waited so long is denied.
   */
  readonly busyTimeoutMs?: number | undefined;
  /**
   * What a reservation survives. `process` (default): the death of every process; a loss of power may take back the last
   * ones, whole. `power`: that too, for a flush of the disk with each reservation.
   */
  readonly durability?: Durability | undefined;
  /** The most counters kept at once. Default 100,000. A full store denies new counters; it evicts nothing live. */
  readonly maxKeys?: number | undefined;
  /** The most of them one grant may fill. Default a tenth of `maxKeys`. */
  readonly maxKeysPerGrant?: number | undefined;
}

export type SqliteStoreSetup = Setting & Bounds & { readonly database: SqliteDatabase };

const OPTIONS: readonly string[] = ["database", "busyTimeoutMs", "durability", "maxKeys", "maxKeysPerGrant"];

/** What SQLite keeps of a timeout. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws OptionsError for what cannot be honoured. */
export function setupOf(options: SqliteStoreOptions): SqliteStoreSetup {
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    const meant = nearest(name, OPTIONS);
    const help = meant === undefined ? `there are ${OPTIONS.join(", ")}` : `did you mean ${quote(meant)}?`;
    throw new OptionsError(`unknown option ${quote(name)}: ${help}`);
  }
  const { database, durability = "process", busyTimeoutMs = 250, maxKeys = 100_000 } = options;
  if (typeof database?.exec !== "function" || typeof database.prepare !== "function") {
    throw new OptionsError("`database` must be an open SQLite database, with `exec` and `prepare`");
  }
  if (durability !== "process" && durability !== "power") {
    throw new OptionsError("`durability` must be `process` or `power`");
  }
  return {
    database,
    durability,
    busyTimeoutMs: whole("busyTimeoutMs", busyTimeoutMs, 0, LONGEST_TIMEOUT_MS),
    maxKeys: whole("maxKeys", maxKeys, 1),
    maxKeysPerGrant: whole("maxKeysPerGrant", options.maxKeysPerGrant ?? Math.ceil(maxKeys / 10), 1),
  };
}

function whole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new OptionsError(`\`${name}\` must be a whole number of ${least} or more`);
}
