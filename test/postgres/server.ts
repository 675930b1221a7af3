import { Pool, type PoolConfig } from "pg";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type PostgresServer, startPostgres, withoutPostgres } from "../services/postgres.js";
import type { Database } from "./subject.js";

/** A real server for the tests of one file. */
export interface ServerDatabase extends Database {
  readonly server: () => PostgresServer;
  /** A pool that is closed when the test is over. */
  pool(config?: PoolConfig): Pool;
}

/** Starts a server before the tests of a file, where there is one, and stops it after them. */
export function useServer(settings: Readonly<Record<string, string>> = {}): ServerDatabase {
  let server: PostgresServer | undefined;
  let own: Pool | undefined;
  let pools: Pool[] = [];

  const running = (): PostgresServer => {
    if (server === undefined) throw new Error("the server does not run");
    return server;
  };
  const open = (config: PoolConfig): Pool => {
    const made = new Pool({ ...running().config, ...config });
    // What a cut connection says when nobody uses it is nobody's.
    made.on("error", () => undefined);
    return made;
  };

  beforeAll(async () => {
    if (withoutPostgres) return;
    server = await startPostgres(settings);
  }, 120_000);

  afterEach(async () => {
    const used = pools;
    pools = [];
    await Promise.allSettled(used.map((made) => made.end()));
  });

  afterAll(async () => {
    await own?.end();
    await server?.stop();
  }, 60_000);

  return {
    server: running,
    pool: (config = {}) => {
      const made = open({ max: 4, ...config });
      pools.push(made);
      return made;
    },
    query: (text, values) => {
      own ??= open({ max: 2 });
      return own.query(text, values);
    },
  };
}
