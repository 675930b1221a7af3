export type { SqliteDatabase, SqliteStatement } from "./counters/sqlite/handle.js";
export type { SqliteStoreOptions } from "./counters/sqlite/options.js";
export { createSqliteStore } from "./counters/sqlite.js";
