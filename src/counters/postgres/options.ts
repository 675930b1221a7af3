import { OptionsError } from "../../errors.js";
import { nearest } from "../../internal/nearest.js";
import { quote } from "../../internal/quote.js";
import type { CounterStore } from "../store.js";
import { DEFAULT_SCHEMA, schemaIdentifier } from "./schema.js";

/** What is used of a pool: `Pool` of `pg`, PGlite, or the like. It is never closed. */
export interface PostgresPool {
  /** Runs one statement, on any connection, outside of any transaction that others have begun. */
  query(text: string, values?: unknown[]): PromiseLike<{ readonly rows: readonly unknown[] }>;
  /** Runs several statements, where `query` only takes one. */
  exec?(text: string): PromiseLike<unknown>;
}

export interface PostgresStoreOptions {
  readonly pool: PostgresPool;
  /** The schema of the tables: a lower-case name. Default `callgate`. */
  readonly schema?: string | undefined;
  /** Whose time rules: the server's (default), or the one that each call gives. */
  readonly clock?: CounterStore["clock"] | undefined;
  /** The most counters kept at once. Default 100,000. A full store denies new counters; it evicts nothing live. */
  readonly maxKeys?: number | undefined;
  /** The most of them one grant may fill. Default a tenth of `maxKeys`. */
  readonly maxKeysPerGrant?: number | undefined;
  /** How often a statement that Postgres has undone (a deadlock, a serialization failure) is tried again. Default 3. */
  readonly retries?: number | undefined;
}

export interface CheckedOptions {
  readonly pool: PostgresPool;
  /** As an SQL identifier, in quotes. */
  readonly schema: string;
  readonly clock: CounterStore["clock"];
  readonly maxKeys: number;
  readonly maxKeysPerGrant: number;
  readonly retries: number;
}

const OPTIONS: readonly string[] = ["pool", "schema", "clock", "maxKeys", "maxKeysPerGrant", "retries"];

/** @throws OptionsError for what is unknown or cannot be honoured. */
export function checkOptions(options: PostgresStoreOptions): CheckedOptions {
  if (options === null || typeof options !== "object")
    throw new OptionsError("options must be an object with a `pool`");
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    const near = nearest(name, OPTIONS);
    throw new OptionsError(`unknown option ${quote(name)}${near === undefined ? "" : `, did you mean \`${near}\`?`}`);
  }
  const { pool, schema = DEFAULT_SCHEMA, clock = "backend", maxKeys = 100_000, retries = 3 } = options;
  if (typeof (pool as PostgresPool | undefined)?.query !== "function") {
    throw new OptionsError("option `pool` must have `query(text, values)`, as a `Pool` of `pg` has");
  }
  if (clock !== "backend" && clock !== "caller") throw new OptionsError('option `clock` must be "backend" or "caller"');
  const checked = { pool, schema: schemaIdentifier(schema), clock, maxKeys: whole("maxKeys", maxKeys, 1) };
  const share = options.maxKeysPerGrant ?? Math.ceil(maxKeys / 10);
  return { ...checked, maxKeysPerGrant: whole("maxKeysPerGrant", share, 1), retries: whole("retries", retries, 0) };
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new OptionsError(`option \`${name}\` must be a whole number of ${least} or more`);
}
