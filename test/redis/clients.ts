import { createRedisStore, type RedisClient, type RedisStore, type RedisStoreOptions } from "callgate/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";

/** A client of one of the libraries, connected, and how to be rid of it. */
export interface Connected {
  readonly client: RedisClient;
  disconnect(): void;
}

export const ioredis = async (url: string): Promise<Connected> => {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 20 });
  client.on("error", () => undefined);
  await client.connect();
  return { client, disconnect: () => client.disconnect() };
};

export const nodeRedis = async (url: string): Promise<Connected> => {
  const client = createClient({ url, socket: { reconnectStrategy: () => 20 } });
  client.on("error", () => undefined);
  await client.connect();
  return { client, disconnect: () => client.destroy() };
};

export const LIBRARIES = [
  ["ioredis", ioredis],
  ["node-redis", nodeRedis],
] as const;

/** A store with patience enough for a busy machine. */
export function patientStore(client: RedisClient, options: Partial<RedisStoreOptions> = {}): RedisStore {
  return createRedisStore({ client, deadlineMs: 10_000, ...options });
}
