import { Pool, type PoolConfig } from "pg";
import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgres, withoutPostgres } from "../services/postgres.js";
import type { Database } from "./subject.js";

/** A real server for the tests of one file. */
export interface ServerDatabase extends Database {
  readonly server: () => PostgresServer;
  /** A pool that is closed when the tests of the file are over. */
  pool(config?: PoolConfig): Pool;
}

/** Starts a server before the tests of a file, where there is one, and stops it after them. */
export function useServer(settings: Readonly<Record<string, string>> = {}): ServerDatabase {
  let server: PostgresServer | undefined;
  let own: Pool | undefined;
  const pools: Pool[] = [];

  const running = (): PostgresServer => {
    if (server === undefined) throw new Error("the server does not run");
    return server;
  };
  const pool = (config: PoolConfig = {}): Pool => {
    const made = new Pool({ ...running().config, max: 4, ...config });
    // What a cut connection says when nobody uses it is nobody's.
    made.on("error", () => undefined);
    pools.push(made);
    return made;
  };

  beforeAll(async () => {
    if (withoutPostgres) return;
    server = await startPostgres(settings);
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled(pools.map((made) => made.end()));
    await server?.stop();
  }, 60_000);

  return {
    server: running,
    pool,
    query: (text, values) => {
      own ??= pool({ max: 2 });
      return own.query(text, values);
    },
  };
}
