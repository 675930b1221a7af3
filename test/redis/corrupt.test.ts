import type { StoreCharge } from "callgate";
import type { RedisStore } from "callgate/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { charge, counted, NOW, outcome, SLIDING, SLOTS, settled, YEAR } from "./charges.js";
import { type Connected, LIBRARIES, patientStore } from "./clients.js";

const KEY = "{callgate:1}:c:a";
const SESSION: StoreCharge["window"] = { kind: "session", idleMs: 60_000 };

/** What is done to a counter in this window, and the field that is then wrong. */
const DAMAGE: readonly (readonly [
  window: StoreCharge["window"],
  field: string,
  command: readonly [string, ...string[]],
])[] = [
  ...["abc", "-5", "1.5", "1e3", "007", " 1", "", "9007199254740993", "nan", "0x10"].map(
    (value) => [YEAR, "v", ["HSET", KEY, "v", value]] as const,
  ),
  [YEAR, "v", ["HDEL", KEY, "v"]],
  [YEAR, "e", ["HDEL", KEY, "e"]],
  [YEAR, "e", ["HSET", KEY, "e", "tomorrow"]],
  [YEAR, "g", ["HDEL", KEY, "g"]],
  [YEAR, "o", ["HDEL", KEY, "o"]],
  [SESSION, "v", ["HSET", KEY, "v", "-1"]],
  [SESSION, "e", ["HDEL", KEY, "e"]],
  [SLIDING, "g", ["HDEL", KEY, "g"]],
  [SLIDING, "o", ["HDEL", KEY, "o"]],
  [SLIDING, "p1x", ["HSET", KEY, "p1x", "1"]],
  [SLIDING, "p99999", ["HSET", KEY, "p99999", "-1"]],
  [SLIDING, "junk", ["HSET", KEY, "junk", "1"]],
  [SLOTS, "g", ["HDEL", KEY, "g"]],
  [SLOTS, "o", ["HDEL", KEY, "o"]],
  [SLOTS, "sx", ["HSET", KEY, "sx", "1"]],
  [SLOTS, "sx", ["HSET", KEY, "sx", "-1:99999999999999"]],
  [SLOTS, "junk", ["HSET", KEY, "junk", "1:99999999999999"]],
];

describe.skipIf(!hasRedis)(`what somebody else wrote${redisMissing}`, () => {
  let server: RedisServer;
  let connected: Connected;
  let store: RedisStore;

  beforeAll(async () => {
    server = await startRedis();
    connected = await (LIBRARIES[0] as (typeof LIBRARIES)[number])[1](server.url);
    store = patientStore(connected.client);
  });
  afterAll(async () => {
    connected?.disconnect();
    await server?.stop();
  });
  beforeEach(() => server.admin.call("FLUSHALL"));

  test.each(DAMAGE)(
    "I10: in a window %o, field %s after %j denies, and changes nothing",
    async (window, field, command) => {
      const charges = [charge("b", 10), charge("a", 10, { window })];
      expect(await outcome(store, ...charges)).toBe("reserved");
      await server.admin.call(...command);
      const cause = `store_failed: a counter of redis is corrupt: the key \`${KEY}\` has no usable field \`${field}\``;
      const before = await server.admin.hgetall(KEY);
      expect(await outcome(store, ...charges)).toBe(cause);
      expect(await settled(() => counted(store, "a", window))).toBe(cause);
      expect(await server.admin.hgetall(KEY)).toEqual(before);
      expect(await counted(store, "b")).toBe(1);
    },
  );

  test.each([YEAR, SESSION, SLIDING, SLOTS])("I10: a key of another type denies: %o", async (window) => {
    await server.admin.call("SET", KEY, "3");
    const cause = `store_failed: a counter of redis is corrupt: the key \`${KEY}\` is not a hash`;
    expect(await outcome(store, charge("b"), charge("a", 10, { window }))).toBe(cause);
    expect(await settled(() => counted(store, "a", window))).toBe(cause);
    expect(await server.admin.get(KEY)).toBe("3");
    expect(await counted(store, "b")).toBe(0);
  });

  test.each([["ends"], ["shares"]])("I10: a book of the store that is of another type denies: %s", async (book) => {
    await server.admin.call("SET", `{callgate:1}:${book}`, "3");
    expect(await outcome(store, charge("a"))).toBe(
      "store_failed: redis answered WRONGTYPE: a key of the store holds what the store did not write",
    );
  });

  test("I10: a foreign hash under the key of a counter denies", async () => {
    await server.admin.call("HSET", KEY, "name", "Alice");
    expect(await outcome(store, charge("a", 10))).toMatch(/^store_failed: a counter of redis is corrupt/);
  });

  test("I10: a value that somebody made smaller than what is given back is not made negative", async () => {
    const answer = await store.reserve([charge("a", 10, { amount: 5 })], NOW);
    if (!answer.ok) throw new Error("it was refused");
    await server.admin.call("HSET", KEY, "v", "3");
    expect(await settled(() => store.release(answer.reservation))).toMatch(/^store_failed: .* corrupt/);
    expect(await counted(store, "a")).toBe(3);
  });

  test("a counter that was corrupt can be reset", async () => {
    await server.admin.call("SET", KEY, "3");
    await store.reset(["a"]);
    expect(await outcome(store, charge("a", 1))).toBe("reserved");
  });

  test("I11: a key that lost its end in time gets it again with the next charge", async () => {
    for (const window of [YEAR, SESSION, SLIDING, SLOTS]) {
      await server.admin.call("FLUSHALL");
      await store.reserve([charge("a", 10, { window })], NOW);
      await server.admin.persist(KEY);
      expect(await outcome(store, charge("a", 10, { window }))).toBe("reserved");
      expect(await server.admin.pttl(KEY)).toBeGreaterThan(0);
    }
  });

  test("I11: nothing of the store is left when the last counter has ended", async () => {
    const short = { window: { kind: "fixed", ms: 20, offsetMs: 0 }, group: "g" } as const;
    for (let index = 0; index < 5; index++) await store.reserve([charge(`k${index}`, 10, short)], NOW);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await server.admin.keys("*")).toEqual([]);
  });

  test("I08: after FLUSHALL everything counts from 0, and what was reserved before is not given back", async () => {
    const charges = [charge("a", 2), charge("b", 2, { window: SLIDING }), charge("c", 2, { window: SLOTS })];
    const before = await store.reserve(charges, NOW);
    if (!before.ok) throw new Error("it was refused");
    await server.admin.call("FLUSHALL");
    expect((await store.read(charges, NOW)).map(({ value }) => value)).toEqual([0, 0, 0]);
    expect(await outcome(store, ...charges)).toBe("reserved");
    await store.release(before.reservation);
    expect((await store.read(charges, NOW)).map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(await store.renew(before.reservation, NOW)).toBe(true);
  });

  test("I14: stores with different prefixes know nothing of each other", async () => {
    const [one, other] = ["one", "other"].map((prefix) => patientStore(connected.client, { prefix }));
    if (one === undefined || other === undefined) throw new Error("there are two");
    expect([await outcome(one, charge("a", 1)), await outcome(other, charge("a", 1))]).toEqual([
      "reserved",
      "reserved",
    ]);
    await one.reset(["a"]);
    expect([await outcome(one, charge("a", 1)), await outcome(other, charge("a", 1))]).toEqual(["reserved", "refused"]);
    expect((await server.admin.keys("*")).filter((key) => !/^\{(one|other):1\}:/.test(key))).toEqual([]);
  });
});
