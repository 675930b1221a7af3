import { createRedisStore, type RedisClient, type RedisStore, type RedisStoreOptions } from "callgate/redis";
import { Cluster, Redis } from "ioredis";
import { createClient, createCluster } from "redis";

/** A client of one of the libraries, connected, and how to be rid of it. */
export interface Connected {
  readonly client: RedisClient;
  /** Sends any command over the very connection of the store. */
  send(...words: readonly [string, ...string[]]): Promise<unknown>;
  disconnect(): void;
}

/** Connects to the server at `url`; to the cluster that it is a part of, where the client is one of clusters. */
export type Connect = (url: string) => Promise<Connected>;

const ioredis: Connect = async (url) => {
  const client = new Redis(url, { lazyConnect: true, enableReadyCheck: false, retryStrategy: () => 20 });
  client.on("error", () => undefined);
  await client.connect();
  return { client, send: (...words) => client.call(...words), disconnect: () => client.disconnect() };
};

const nodeRedis: Connect = async (url) => {
  const client = createClient({ url, socket: { reconnectStrategy: () => 20 } });
  client.on("error", () => undefined);
  await client.connect();
  const disconnect = () => (client.isOpen ? client.destroy() : undefined);
  return { client, send: (...words) => client.sendCommand([...words]), disconnect };
};

const ioredisCluster: Connect = async (url) => {
  const client = new Cluster([url], { lazyConnect: true, clusterRetryStrategy: () => 20 });
  client.on("error", () => undefined);
  await client.connect();
  return { client, send: (...words) => client.call(...words), disconnect: () => client.disconnect() };
};

const nodeRedisCluster: Connect = async (url) => {
  const client = createCluster({ rootNodes: [{ url }] });
  client.on("error", () => undefined);
  await client.connect();
  const disconnect = () => (client.isOpen ? client.destroy() : undefined);
  return { client, send: (...words) => client.sendCommand(undefined, false, [...words]), disconnect };
};

export const LIBRARIES: readonly (readonly [string, Connect])[] = [
  ["ioredis", ioredis],
  ["node-redis", nodeRedis],
];

export const CLUSTERS: readonly (readonly [string, Connect])[] = [
  ["the cluster of ioredis", ioredisCluster],
  ["the cluster of node-redis", nodeRedisCluster],
];

/** A store with patience enough for a busy machine. */
export function patientStore(client: RedisClient, options: Partial<RedisStoreOptions> = {}): RedisStore {
  return createRedisStore({ client, deadlineMs: 10_000, ...options });
}
