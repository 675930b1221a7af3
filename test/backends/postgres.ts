import { join } from "node:path";
import type { CounterStore } from "callgate";
import { createPostgresStore } from "callgate/postgres";
import { Pool } from "pg";
import { type PostgresServer, startPostgres, withoutPostgres } from "../services/postgres.js";
import { type Backend, slowed } from "./backend.js";
import type { Delays } from "./delays.js";

type Config = PostgresServer["config"];

/** So that the calls of one process wait for each other here and there. */
const CONNECTIONS = 4;

/** With `alter`, the store is not what it seems. */
export function postgres(alter: (store: CounterStore, delays: Delays) => CounterStore = slowed): Backend {
  return {
    isThere: !withoutPostgres,
    isShared: true,
    start: async () => {
      const { config, stop } = await startPostgres();
      const pool = openPool(config, 20_000);
      await createPostgresStore({ pool }).migrate();
      await pool.end();
      return { spec: JSON.stringify(config), stop };
    },
    connect: async (spec, { deadlineMs, delays }) => {
      const pool = openPool(JSON.parse(spec) as Config, deadlineMs);
      return { store: alter(createPostgresStore({ pool }), delays), close: () => pool.end() };
    },
    wire: {
      addressOf: (spec) => ({ path: join((JSON.parse(spec) as Config).host, ".s.PGSQL.5432") }),
      through: (spec, port) => JSON.stringify({ ...(JSON.parse(spec) as Config), host: "127.0.0.1", port }),
      restMs: () => 0,
    },
  };
}

/** As `docs/stores.md` tells to make it. */
function openPool(config: Config, deadlineMs: number): Pool {
  const pool = new Pool({
    ...config,
    max: CONNECTIONS,
    connectionTimeoutMillis: deadlineMs,
    statement_timeout: deadlineMs,
    // A connection that nobody answers on is given up, and not waited for until TCP does.
    query_timeout: 2 * deadlineMs,
  });
  // What a cut connection says when nobody uses it is nobody's.
  pool.on("error", () => undefined);
  return pool;
}
