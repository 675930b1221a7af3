export type { PostgresPool, PostgresStoreOptions } from "./counters/postgres/options.js";
export { createPostgresStore, type PostgresStore } from "./counters/postgres.js";
