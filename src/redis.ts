export type { IoredisClient, NodeRedisClient, RedisClient } from "./counters/redis/client.js";
export type { RedisStoreOptions } from "./counters/redis/options.js";
export { createRedisStore, type RedisStore } from "./counters/redis.js";
