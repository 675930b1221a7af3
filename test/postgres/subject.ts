import type { CounterStore } from "callgate";
import { createPostgresStore, type PostgresPool, type PostgresStoreOptions } from "callgate/postgres";
import { type CounterStoreSubject, createSettableClock, type SubjectClock } from "callgate/testing";

export const CAPACITY = { maxKeys: 100, maxKeysPerGrant: 50 };

/** A database that tests share, each with a schema of its own. */
export interface Database {
  /** Runs a statement that is not the store's. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  /** Opens a pool of its own, where the database has more than one connection. */
  pool(): PostgresPool;
}

let schemas = 0;

/** A name that no other test of this file has. */
export function newSchema(): string {
  return `test_${schemas++}`;
}

/** A store with tables of its own. */
export async function createStore(
  database: Database,
  options: Partial<PostgresStoreOptions> = {},
): Promise<{ readonly store: CounterStore; readonly schema: string }> {
  const schema = newSchema();
  const store = createPostgresStore({ pool: database.pool(), schema, ...options });
  await store.migrate();
  return { store, schema };
}

/** What the contract works with. */
export async function createSubject(
  database: Database,
  options: Pick<PostgresStoreOptions, "clock" | "maxKeys" | "maxKeysPerGrant">,
): Promise<CounterStoreSubject> {
  const { store, schema } = await createStore(database, options);
  const connect = (): CounterStore => createPostgresStore({ pool: database.pool(), schema, ...options });
  const dispose = async (): Promise<void> => {
    await database.query(`drop schema if exists ${schema} cascade`);
  };
  const clock = options.clock === "caller" ? createSettableClock(0) : serverClock(database);
  return { store, clock, connect, reopen: connect, breakBackend: dispose, dispose };
}

function serverClock({ query }: Database): SubjectClock {
  const text = "select floor(extract(epoch from clock_timestamp()) * 1000)::text as now";
  return { now: async () => Number(((await query(text)).rows[0] as { now: string }).now) };
}
