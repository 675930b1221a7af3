import { createRedisStore } from "callgate/redis";
import { counterStoreContract, createSettableClock } from "callgate/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedisCluster, until } from "../services/redis.js";
import { charge, counted, NOW, outcome, SLIDING, SLOTS } from "./charges.js";
import { CLUSTERS, type Connected, patientStore } from "./clients.js";

const capacity = { maxKeys: 100, maxKeysPerGrant: 50 };

let servers: readonly RedisServer[] = [];
let prefixes = 0;

beforeAll(async () => {
  if (hasRedis) servers = await startRedisCluster();
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

describe.skipIf(!hasRedis).each(CLUSTERS)(`over %s${redisMissing}`, (_name, connect) => {
  let connected: Connected;

  beforeAll(async () => {
    connected = await connect(servers[0]?.url ?? "");
  });
  afterAll(() => connected?.disconnect());

  counterStoreContract(
    { describe, test },
    () => ({
      store: patientStore(connected.client, { clock: "caller", prefix: `cluster ${prefixes++}`, ...capacity }),
      clock: createSettableClock(0),
    }),
    { capacity },
  );

  test("I07: stores on every node charge limits of every scope in one reservation", async () => {
    const nodes = new Set<number>();
    for (let time = 0; time < 12; time++) {
      const prefix = `scopes ${prefixes++}`;
      const store = patientStore(connected.client, { prefix });
      const charges = [
        charge("global: {x}", 5, { grant: "" }),
        charge("grant: alice", 5, { group: "by" }),
        charge("session: {y}z", 5, { window: SLOTS }),
        charge("minute", 5, { window: SLIDING }),
      ];
      const answer = await store.reserve(charges, NOW);
      if (!answer.ok) throw new Error("it was refused");
      await store.release(answer.reservation, [1]);
      await store.reset(["by", "minute"]);
      expect((await store.read(charges, NOW)).map(({ value }) => value)).toEqual([1, 0, 1, 0]);
      for (const [node, { admin }] of servers.entries())
        if ((await admin.keys(`{${prefix}:1}:*`)).length > 0) nodes.add(node);
    }
    expect(nodes.size).toBe(3);
  });

  test("I01: a node that is gone denies the calls that need it, and serves them when it is back", async () => {
    const prefix = `gone ${prefixes++}`;
    const store = createRedisStore({ client: connected.client, prefix, deadlineMs: 400 });
    await until(async () => (await outcome(store, charge("a"))) === "reserved");
    const held = await Promise.all(servers.map(({ admin }) => admin.keys(`{${prefix}:1}:*`)));
    const owner = servers[held.findIndex((keys) => keys.length > 0)];
    await owner?.kill();
    for (let time = 0; time < 5; time++) expect(await outcome(store, charge("a"))).toMatch(/^store_(failed|timeout): /);
    await owner?.restart();
    await until(async () => (await outcome(store, charge("a"))) === "reserved");
    expect(await counted(store, "a")).toBe(1);
  });

  test("each node is sent the script once", async () => {
    const stores = Array.from({ length: 12 }, () => patientStore(connected.client, { prefix: `sent ${prefixes++}` }));
    for (const { admin } of servers) {
      await admin.call("SCRIPT", "FLUSH");
      await admin.call("CONFIG", "RESETSTAT");
    }
    for (const store of stores) expect(await outcome(store, charge("a", 1))).toBe("reserved");
    for (const { admin } of servers) expect(await admin.info("commandstats")).toMatch(/cmdstat_eval:calls=1,/);
  });
});
