import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { charge, NOW, outcome, SLIDING, SLOTS } from "./charges.js";
import { type Connected, LIBRARIES, patientStore } from "./clients.js";

describe.skipIf(!hasRedis).each(LIBRARIES)(`over %s${redisMissing}`, (_name, connect) => {
  let server: RedisServer;
  let connected: Connected;

  beforeAll(async () => {
    server = await startRedis();
    connected = await connect(server.url);
  });
  afterAll(async () => {
    connected?.disconnect();
    await server?.stop();
  });
  beforeEach(() => server.admin.call("CONFIG", "RESETSTAT"));

  /** How often each command of a script was sent since, and what the server answered with an error. */
  const sent = async (): Promise<object> => {
    const stats = await server.admin.info("commandstats");
    const count = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    return { evalsha: count("evalsha"), eval: count("eval") };
  };

  test("a reservation is one round trip, however many limits a call has", async () => {
    const store = patientStore(connected.client);
    await store.check();
    for (const many of [1, 2, 20]) {
      await server.admin.call("CONFIG", "RESETSTAT");
      const windows = [undefined, SLOTS, SLIDING].map((window) => (window === undefined ? {} : { window }));
      const charges = Array.from({ length: many }, (_, index) => ({
        ...charge(`${many} ${index}`, 10, windows[index % 3]),
        group: `group ${many}`,
      }));
      expect(await outcome(store, ...charges)).toBe("reserved");
      expect(await sent()).toEqual({ evalsha: 1, eval: 0 });
    }
  });

  test("every other operation is one round trip too, and nothing asks for nothing", async () => {
    const store = patientStore(connected.client);
    const answer = await store.reserve([charge("a"), charge("b", 1, { window: SLOTS })], NOW);
    if (!answer.ok) throw new Error("it was refused");
    const operations: readonly (() => unknown)[] = [
      () => store.check(),
      () => store.renew(answer.reservation, NOW),
      () => store.read([charge("a"), charge("b", 1, { window: SLOTS })], NOW),
      () => store.release(answer.reservation),
      () => store.reset(["a", "b", "c"]),
    ];
    for (const operation of operations) {
      await server.admin.call("CONFIG", "RESETSTAT");
      await operation();
      expect(await sent()).toEqual({ evalsha: 1, eval: 0 });
    }
    await server.admin.call("CONFIG", "RESETSTAT");
    for (const nothing of [() => store.reset([]), () => store.read([], NOW), () => store.release(answer.reservation)])
      await nothing();
    expect(await sent()).toEqual({ evalsha: 0, eval: 0 });
  });

  test("a server that does not know the script is sent it once", async () => {
    const store = patientStore(connected.client);
    await store.check();
    for (let time = 0; time < 3; time++) {
      await server.admin.call("SCRIPT", "FLUSH");
      await server.admin.call("CONFIG", "RESETSTAT");
      expect(await outcome(store, charge(`flushed ${time}`, 1))).toBe("reserved");
      expect(await outcome(store, charge(`flushed ${time}`, 1))).toBe("refused");
      expect(await sent()).toEqual({ evalsha: 2, eval: 1 });
    }
  });

  test("no other error is answered with a second try", async () => {
    const store = patientStore(connected.client);
    await store.check();
    await server.admin.call("CONFIG", "SET", "maxmemory", "1");
    await server.admin.call("CONFIG", "RESETSTAT");
    expect(await outcome(store, charge("oom"))).toMatch(/OOM/);
    expect(await sent()).toEqual({ evalsha: 1, eval: 0 });
    await server.admin.call("CONFIG", "SET", "maxmemory", "0");
  });
});
