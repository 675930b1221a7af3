import { createMemoryStore } from "callgate";
import { type Backend, belated, careless, hopeful } from "./backend.js";
import { postgres } from "./postgres.js";
import { ioredis, nodeRedis, redis } from "./redis.js";
import { sqlite, withoutTransactions } from "./sqlite.js";

const memory: Backend = {
  isThere: true,
  isShared: false,
  start: () => ({ spec: "", stop: () => undefined }),
  connect: () => ({ store: createMemoryStore(), close: () => undefined }),
};

/** What counters are kept in. One more is one entry more. */
export const BACKENDS: { readonly [name: string]: Backend } = {
  memory,
  "SQLite (libsql)": sqlite("libsql"),
  "SQLite (node:sqlite)": sqlite("node:sqlite"),
  "Redis (ioredis)": redis(ioredis),
  "Redis (node-redis)": redis(nodeRedis),
  Postgres: postgres(),
};

/** Stores that must lose a race, or the race shows nothing. */
export const MUTANTS: { readonly [name: string]: Backend } = {
  "SQLite without transactions": sqlite("libsql", withoutTransactions),
  "Redis, read and then written": redis(ioredis, careless),
  "Postgres, read and then written": postgres(careless),
};

/** Stores that must be found out when they fail, and when who uses them is killed. */
export const HOPEFUL = "Redis that takes a failure for a yes";
export const BELATED = "Redis that charges later";

const FAULTY: { readonly [name: string]: Backend } = {
  [HOPEFUL]: redis(ioredis, hopeful),
  [BELATED]: redis(ioredis, belated),
};

export function backendCalled(name: string): Backend {
  const backend = BACKENDS[name] ?? MUTANTS[name] ?? FAULTY[name];
  if (backend === undefined) throw new Error(`no backend is called ${name}`);
  return backend;
}

/** What the name of a test on a backend that is not there ends with. */
export function noteOf({ isThere }: Backend): string {
  return isThere ? "" : " (not found here)";
}
