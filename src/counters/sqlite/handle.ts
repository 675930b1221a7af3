import { StoreError } from "../../errors.js";

/**
 * An open SQLite database, as `node:sqlite`, better-sqlite3 and libsql have it: what a store needs of what they share.
 */
export interface SqliteDatabase {
  /** Runs SQL text that has no parameters and no answer. */
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

export interface SqliteStatement {
  /** The first row, as an object by column; `undefined` or `null` when there is none. */
  get(...parameters: (string | number)[]): unknown;
  all(...parameters: (string | number)[]): unknown[];
  run(...parameters: (string | number)[]): unknown;
}

/** One row of an answer, or `undefined` where there is none. */
export function rowOf(answer: unknown): object | undefined {
  return typeof answer === "object" && answer !== null ? answer : undefined;
}

/**
 * A whole number of a row, whichever way the driver gives whole numbers.
 *
 * @throws StoreError for anything else: what this library wrote is whole, and exact.
 */
export function wholeIn(row: object, column: string): number {
  const found: unknown = Reflect.get(row, column);
  const number = typeof found === "bigint" ? Number(found) : found;
  if (Number.isSafeInteger(number)) return number as number;
  throw new StoreError("store_failed", `the SQLite store holds a row whose \`${column}\` is no exact whole number`);
}

/** @throws StoreError where the column is not a whole number of 0 or more. */
export function countIn(row: object, column: string): number {
  const number = wholeIn(row, column);
  if (number >= 0) return number;
  throw new StoreError("store_failed", `the SQLite store holds a row whose \`${column}\` is below 0`);
}

/** @throws StoreError where the column is not text. */
export function textIn(row: object, column: string): string {
  const found: unknown = Reflect.get(row, column);
  if (typeof found === "string") return found;
  throw new StoreError("store_failed", `the SQLite store holds a row whose \`${column}\` is no text`);
}
