import { StoreError } from "../../errors.js";
import { quote } from "../../internal/quote.js";
import type { SqliteDatabase, SqliteStatement } from "./handle.js";

/** Runs work in transactions of one handle. All of it is synchronous, so two of one process never meet. */
export class Transactions {
  readonly #beginWriting: SqliteStatement;
  readonly #beginReading: SqliteStatement;
  readonly #commit: SqliteStatement;
  readonly #rollback: SqliteStatement;

  constructor(database: SqliteDatabase) {
    // A transaction that becomes a writer only when it writes can fail then, however long it is ready to wait.
    this.#beginWriting = database.prepare("BEGIN IMMEDIATE");
    this.#beginReading = database.prepare("BEGIN");
    this.#commit = database.prepare("COMMIT");
    this.#rollback = database.prepare("ROLLBACK");
  }

  /** Nobody else writes from before the first statement of `work` until after its last. */
  write<T>(work: () => T): T {
    return this.#run(this.#beginWriting, work);
  }

  /** Every statement of `work` sees the same moment. */
  read<T>(work: () => T): T {
    return this.#run(this.#beginReading, work);
  }

  #run<T>(begin: SqliteStatement, work: () => T): T {
    // Outside the `try`: what did not begin must not be rolled back, it may be a transaction of the handle's owner.
    guarded(() => begin.run());
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      this.#undo();
      throw storeError(error);
    }
  }

  #undo(): void {
    try {
      this.#rollback.run();
    } catch {
      // After some failures SQLite has rolled back by itself. What is thrown is the failure.
    }
  }
}

/** @throws StoreError for whatever `work` throws. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

const NESTED = /within a transaction/;

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const what = NESTED.test(reason) ? "its handle is inside a transaction of somebody else" : quote(reason);
  return new StoreError("store_failed", `the SQLite store failed: ${what}`, { cause: error });
}
