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

/** As `docs/stores.md` tells to make it. */
export async function ioredis(url: string, deadlineMs: number): Promise<Connected> {
  const client = new Redis(url, {
    ...{ lazyConnect: true, enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 },
    // A connection that nobody answers on is given up, and not waited for until TCP does.
    socketTimeout: 2 * deadlineMs,
    retryStrategy: () => 20,
  });
  client.on("error", () => undefined);
  await client.connect();
  return { client, disconnect: () => client.disconnect() };
}

export async function nodeRedis(url: string, deadlineMs: number): Promise<Connected> {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { socketTimeout: 2 * deadlineMs, reconnectStrategy: () => 20 },
  });
  client.on("error", () => undefined);
  await client.connect();
  return { client, disconnect: () => (client.isOpen ? client.destroy() : undefined) };
}

/** With `alter`, the store is not what it seems. */
export function redis(
  connect: (url: string, deadlineMs: number) => Promise<Connected>,
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
    },
  };
}
