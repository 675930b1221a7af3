import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis, startRedisCluster, until } from "../services/redis.js";
import { charge, counted, outcome, SLOTS } from "./charges.js";
import { type Connect, LIBRARIES, patientStore } from "./clients.js";
import { CLUSTER_FAULTS, FAULTS, type Fault, slotOfStore } from "./faults.js";

const NOAUTH = "store_failed: redis answered NOAUTH: the server wants a password, which the client does not give";

/** Holds a store to what it must do while its server answers with an error, and after. */
async function expectDenied({ code, meaning, provoke }: Fault, server: RedisServer, connect: Connect): Promise<void> {
  const connected = await connect(server.url);
  try {
    const store = patientStore(connected.client);
    const [calls, slots] = [charge("calls", 1_000), charge("slots", 1_000, { window: SLOTS })];
    expect(await outcome(store, calls, slots)).toBe("reserved");
    const recover = await provoke(server);
    const denied = `store_failed: redis answered ${code}: ${meaning}`;
    // The connection itself may be new, and not ready at once.
    await until(async () => !(await outcome(store, calls, slots)).includes("not connected"));
    expect(await outcome(store, calls, slots)).toBe(denied);
    expect(await outcome(store, charge("calls", 1_000, { amount: 0 }), slots)).toBe(denied);
    await recover();
    await until(async () => (await outcome(store, calls, slots)) === "reserved");
    // All or none: never one of the two.
    expect(await counted(store, "calls")).toBe(await counted(store, "slots", SLOTS));
  } finally {
    connected.disconnect();
  }
}

describe.skipIf(!hasRedis).each(LIBRARIES)(`over %s${redisMissing}`, (_name, connect) => {
  test.each(FAULTS.map((fault) => [fault.code, fault] as const))(
    "I05: %s denies, with a cause, and the store works again when the server does",
    async (_code, fault) => {
      const server = await startRedis(["--enable-debug-command", "yes"]);
      try {
        await expectDenied(fault, server, connect);
      } finally {
        await server.stop();
      }
    },
  );
});

describe.skipIf(!hasRedis)(`a replica${redisMissing}`, () => {
  test("I05: lets no charge of nothing pass, for it may be behind", async () => {
    const server = await startRedis();
    const connected = await (LIBRARIES[0] as (typeof LIBRARIES)[number])[1](server.url);
    try {
      const store = patientStore(connected.client);
      expect(await outcome(store, charge("old", 5))).toBe("reserved");
      await server.admin.call("REPLICAOF", "127.0.0.1", "1");
      for (const key of ["old", "new"]) {
        const asked = outcome(store, charge(key, 5, { amount: 0 }));
        expect(await asked).toBe(
          "store_failed: redis answered READONLY: the server is a replica, which takes no writes",
        );
      }
    } finally {
      connected.disconnect();
      await server.stop();
    }
  });
});

describe.skipIf(!hasRedis)(`a server that wants a password${redisMissing}`, () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis(["--requirepass", "a secret"]);
  });
  afterAll(() => server?.stop());

  // In RESP3 a client that is not let in never gets ready. In RESP2 it believes it is connected.
  test("I05: NOAUTH denies, with a cause, over ioredis", async () => {
    const client = new Redis(server.url, { protocol: 2, enableReadyCheck: false });
    client.on("error", () => undefined);
    await until(() => client.status === "ready");
    expect(await outcome(patientStore(client), charge("calls", 10))).toBe(NOAUTH);
    client.disconnect();
  });

  test("I05: NOAUTH denies, with a cause, over node-redis", async () => {
    const client = createClient({ url: server.url, RESP: 2 });
    client.on("error", () => undefined);
    await client.connect();
    expect(await outcome(patientStore(client), charge("calls", 10))).toBe(NOAUTH);
    client.destroy();
  });
});

describe.skipIf(!hasRedis)(`one node of a cluster${redisMissing}`, () => {
  let servers: readonly RedisServer[] = [];
  let owner: RedisServer;

  beforeAll(async () => {
    servers = await startRedisCluster();
    const slot = Number(await slotOfStore((servers[0] as RedisServer).admin));
    owner = servers[Math.floor(slot / 5_461)] as RedisServer;
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  describe.each(LIBRARIES)("over %s", (_name, connect) => {
    test.each(CLUSTER_FAULTS.map((fault) => [fault.code, fault] as const))(
      "I05: %s denies, with a cause, and the store works again when the node does",
      (_code, fault) => expectDenied(fault, owner, connect),
    );
  });
});
