import { createRedisStore, type RedisStoreOptions } from "callgate/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { charge, outcome, settled } from "./charges.js";
import { type Connected, LIBRARIES } from "./clients.js";

const POLICIES = [
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
];

describe.skipIf(!hasRedis)(`a server that may evict${redisMissing}`, () => {
  let server: RedisServer;
  let connected: Connected;

  beforeAll(async () => {
    server = await startRedis();
    connected = await (LIBRARIES[0] as (typeof LIBRARIES)[number])[1](server.url);
  });
  afterAll(async () => {
    connected?.disconnect();
    await server?.stop();
  });
  beforeEach(() => server.admin.call("FLUSHALL"));

  const evictBy = (policy: string) => server.admin.call("CONFIG", "SET", "maxmemory-policy", policy);
  const open = (options: Partial<RedisStoreOptions> = {}) => {
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const store = createRedisStore({ client: connected.client, deadlineMs: 10_000, onWarning, ...options });
    return { store, warnings };
  };

  test.each(POLICIES)("is reported, once: %s", async (policy) => {
    await evictBy(policy);
    const { store, warnings } = open();
    const warning = `redis may evict counters, and so forget what was charged: its \`maxmemory-policy\` is \`${policy}\``;
    await store.check();
    expect(warnings).toEqual([warning]);
    expect(await outcome(store, charge("a"))).toBe("reserved");
    await store.check();
    expect(warnings).toEqual([warning]);
  });

  test("is reported by the first reservation too, where nobody has asked at the start", async () => {
    await evictBy("allkeys-lru");
    const { store, warnings } = open();
    expect(await outcome(store, charge("a"))).toBe("reserved");
    expect(warnings).toHaveLength(1);
  });

  test.each(POLICIES)("is refused for durable use, before anything is charged: %s", async (policy) => {
    await evictBy(policy);
    const { store } = open({ durable: true });
    const refused = `store_failed: durable use needs \`maxmemory-policy noeviction\`, which is \`${policy}\``;
    expect(await settled(() => store.check())).toBe(refused);
    expect(await outcome(store, charge("a"))).toBe(refused);
    expect(await server.admin.dbsize()).toBe(0);
    await evictBy("noeviction");
    expect(await outcome(store, charge("a"))).toBe("reserved");
  });

  test("that keeps it a secret is reported, and refused for durable use", async () => {
    await evictBy("noeviction");
    await server.admin.call("ACL", "SETUSER", "default", "-info");
    try {
      const { store, warnings } = open();
      expect(await outcome(store, charge("a"))).toBe("reserved");
      expect(warnings).toEqual([
        "redis may evict counters, and so forget what was charged: its `maxmemory-policy` cannot be read",
      ]);
      expect(await outcome(open({ durable: true }).store, charge("a"))).toBe(
        "store_failed: durable use needs `maxmemory-policy noeviction`, which cannot be read",
      );
    } finally {
      await server.admin.call("ACL", "SETUSER", "default", "+@all");
    }
  });

  test("one that does not is not worth a word, and what a listener throws changes nothing", async () => {
    await evictBy("noeviction");
    const { store, warnings } = open({ durable: true });
    await store.check();
    expect(await outcome(store, charge("a"))).toBe("reserved");
    expect(warnings).toEqual([]);
    await evictBy("allkeys-lru");
    const onWarning = () => {
      throw new Error("deaf");
    };
    expect(await outcome(open({ onWarning }).store, charge("a"))).toBe("reserved");
  });
});

describe.skipIf(!hasRedis).each(LIBRARIES)(`over %s${redisMissing}`, (_name, connect) => {
  test("a server that writes down what it does, before it answers, loses nothing by kill -9", async () => {
    const server = await startRedis(["--appendonly", "yes", "--appendfsync", "always"]);
    const { client, disconnect } = await connect(server.url);
    try {
      const store = createRedisStore({ client, deadlineMs: 10_000, durable: true });
      let reserved = 0;
      const asking = Array.from({ length: 500 }, async () => {
        if ((await outcome(store, charge("kept"))) === "reserved") reserved++;
      });
      await asking[200];
      await server.kill();
      await Promise.all(asking);
      await server.restart();
      const admin = server.admin.duplicate();
      const kept = Number(await admin.hget("{callgate:1}:c:kept", "v"));
      admin.disconnect();
      expect(reserved).toBeGreaterThan(0);
      // Never less than was answered; an answer that was lost is a charge too many.
      expect(kept).toBeGreaterThanOrEqual(reserved);
      expect(kept).toBeLessThanOrEqual(500);
    } finally {
      disconnect();
      await server.stop();
    }
  });
});
