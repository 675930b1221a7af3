import type { CounterStore } from "callgate";
import { createRedisStore, type RedisClient } from "callgate/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { hasRedis, startRedis } from "../services/redis.js";
import { type Backend, slowed } from "./backend.js";
import type { Delays } from "./delays.js";

interface Connected {
  readonly client: RedisClient;
  disconnect(): void;
}

interface Library {
  connect(url: string, deadlineMs: number): Promise<Connected>;
  restMs(deadlineMs: number): number;
}

/** After how many deadlines a connection is given up that nobody answers on, and not only when TCP does. */
const GIVEN_UP = 2;

/** As `docs/stores.md` tells to make it. */
async function connectIoredis(url: string, deadlineMs: number): Promise<Connected> {
  const client = new Redis(url, {
    ...{ lazyConnect: true, enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 },
    socketTimeout: GIVEN_UP * deadlineMs,
    retryStrategy: () => 20,
  });
  client.on("error", () => undefined);
  await client.connect();
  return { client, disconnect: () => client.disconnect() };
}

async function connectNodeRedis(url: string, deadlineMs: number): Promise<Connected> {
  const socket = { socketTimeout: GIVEN_UP * deadlineMs, reconnectStrategy: () => 20 };
  const client = createClient({ url, disableOfflineQueue: true, socket });
  client.on("error", () => undefined);
  await client.connect();
  return { client, disconnect: () => (client.isOpen ? client.destroy() : undefined) };
}

export const ioredis: Library = { connect: connectIoredis, restMs: () => 0 };

/** Its `socketTimeout` begins anew with all that is written. */
export const nodeRedis: Library = { connect: connectNodeRedis, restMs: (deadlineMs) => 2 * GIVEN_UP * deadlineMs };

/** With `alter`, the store is not what it seems. */
export function redis(
  { connect, restMs }: Library,
  alter: (store: CounterStore, delays: Delays) => CounterStore = slowed,
): Backend {
  return {
    isThere: hasRedis,
    isShared: true,
    start: async () => {
      const server = await startRedis();
      return { spec: server.url, stop: () => server.stop() };
    },
    connect: async (url, { deadlineMs, delays }) => {
      const { client, disconnect } = await connect(url, deadlineMs);
      const store = createRedisStore({ client, deadlineMs });
      return { store: alter(store, delays), close: disconnect };
    },
    wire: {
      addressOf: (url) => ({ host: "127.0.0.1", port: Number(new URL(url).port) }),
      through: (_, port) => `redis://127.0.0.1:${port}`,
      restMs,
    },
  };
}
