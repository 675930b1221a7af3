import { createRedisStore } from "callgate/redis";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis, until } from "../services/redis.js";
import { charge, counted, NOW, outcome, SLIDING, SLOTS, settled } from "./charges.js";
import { type Connect, type Connected, LIBRARIES, patientStore } from "./clients.js";
import { wireTo } from "./wire.js";

const SILENT = "store_timeout: redis did not answer within 400 ms";

describe.skipIf(!hasRedis).each(LIBRARIES)(`over %s${redisMissing}`, (_name, connect) => {
  let server: RedisServer;
  const open: Connected[] = [];

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const { disconnect } of open) disconnect();
    await server?.stop();
  });

  const connected = async (to: Parameters<Connect>[0] = server.url): Promise<Connected> => {
    const connection = await connect(to);
    open.push(connection);
    return connection;
  };

  test("I02: a server that hangs denies when the time is up, and takes nothing that reaches it later", async () => {
    const { client } = await connected();
    const [store, patient] = [createRedisStore({ client, deadlineMs: 400 }), patientStore(client)];
    expect(await outcome(patient, charge("late", 100))).toBe("reserved");
    expect(await outcome(store, charge("late", 100))).toBe("reserved");
    server.pause();
    const silent = await Promise.all(Array.from({ length: 20 }, () => outcome(store, charge("late", 100))));
    expect(new Set(silent)).toEqual(new Set([SILENT]));
    expect(await settled(() => store.reset(["late"]))).toBe(SILENT);
    // The server's time is known to within one round trip: one more silence, and the others are surely over.
    expect(await settled(() => counted(store, "late"))).toBe(SILENT);
    server.resume();
    expect(await counted(patient, "late")).toBe(2);
    expect(await outcome(store, charge("late", 100))).toBe("reserved");
  });

  test("I02: a first reservation that is carried out late is given back", async () => {
    const { client } = await connected();
    const [store, patient] = [createRedisStore({ client, deadlineMs: 400 }), patientStore(client)];
    await patient.check();
    server.pause();
    // Before its first answer a store knows nothing of the server's time, so it cannot say until when.
    const charges = [charge("first", 5), charge("first slots", 5, { window: SLOTS })];
    expect(await outcome(store, ...charges)).toBe(SILENT);
    server.resume();
    await until(
      async () => (await counted(patient, "first")) === 0 && (await counted(patient, "first slots", SLOTS)) === 0,
    );
  });

  test("I01: a server that is gone denies at once, and a new one is used without more ado", async () => {
    const other = await startRedis();
    try {
      const { client } = await connected(other.url);
      const store = patientStore(client);
      expect(await outcome(store, charge("calls", 10))).toBe("reserved");
      await other.kill();
      await until(async () => /is not connected/.test(await outcome(store, charge("calls", 10))));
      const denied = await Promise.all(Array.from({ length: 50 }, () => outcome(store, charge("calls", 10))));
      expect(
        denied.filter((words) => !/^store_failed: the client of redis is not connected: it is `\w+`$/.test(words)),
      ).toEqual([]);
      await other.restart();
      await until(async () => (await outcome(store, charge("calls", 10))) === "reserved");
      // I04: nothing that was asked meanwhile waited in a queue of the client.
      expect(await counted(store, "calls")).toBe(1);
    } finally {
      await other.stop();
    }
  });

  test("I04: what was asked before a connection broke is not asked again after its time", async () => {
    const wire = await wireTo(server.port);
    const { client } = await connected(wire.url);
    const [store, direct] = [createRedisStore({ client, deadlineMs: 400 }), patientStore((await connected()).client)];
    expect(await outcome(store, charge("cut", 100))).toBe("reserved");
    wire.mute();
    expect(await outcome(store, charge("cut", 100))).toBe(SILENT);
    // It was carried out, and the answer is lost: so the charge stays.
    expect(await counted(direct, "cut")).toBe(2);
    wire.cut();
    await until(async () => (await outcome(store, charge("afterwards"))) === "reserved");
    expect(await counted(direct, "cut")).toBe(2);
    wire.close();
  });

  test("I04: a release whose answer is lost, and that the client sends again, counts once", async () => {
    const wire = await wireTo(server.port);
    const { client } = await connected(wire.url);
    const [store, direct] = [patientStore(client), patientStore((await connected()).client)];
    const charges = [charge("again", 10), charge("again sliding", 10, { window: SLIDING })];
    await store.reserve(charges, NOW);
    const second = await store.reserve(charges, NOW);
    if (!second.ok) throw new Error("it was refused");
    wire.mute();
    const released = settled(() => store.release(second.reservation));
    await until(async () => (await counted(direct, "again")) === 1);
    wire.cut();
    // One client sends it again, the other says that it cannot know.
    expect(`${await released}`).toMatch(/^undefined$|^store_failed: redis failed/);
    expect([await counted(direct, "again"), await counted(direct, "again sliding", SLIDING)]).toEqual([1, 1]);
    wire.close();
  });
});

describe.skipIf(!hasRedis)(`before the first connection${redisMissing}`, () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  test("a lazy client of ioredis is connected by the first calls", async () => {
    const client = new Redis(server.url, { lazyConnect: true });
    const store = patientStore(client);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcome(store, charge("lazy", 3))));
    client.disconnect();
    expect(outcomes.sort()).toEqual(["refused", "refused", "reserved", "reserved", "reserved"]);
  });

  test("I01: clients that nobody could connect deny at once", async () => {
    const gone = await startRedis();
    await gone.stop();
    const eager = new Redis(gone.url, { retryStrategy: () => 1_000 });
    const closed = createClient({ url: gone.url });
    for (const client of [eager, closed]) {
      client.on("error", () => undefined);
      expect(await outcome(patientStore(client), charge("calls"))).toMatch(
        /^store_failed: the client of redis is not connected/,
      );
    }
    const lazy = new Redis(gone.url, { lazyConnect: true, retryStrategy: () => 1_000 });
    lazy.on("error", () => undefined);
    expect(await outcome(patientStore(lazy), charge("calls"))).toMatch(/^store_failed: redis failed/);
    for (const client of [eager, lazy]) client.disconnect();
  });
});
