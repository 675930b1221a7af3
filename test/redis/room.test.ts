import type { StoreCharge } from "callgate";
import { createRedisStore, type RedisStore, type RedisStoreOptions } from "callgate/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { charge, MINUTE, NOW, outcome, SLIDING, SLOTS, settled, YEAR } from "./charges.js";
import { type Connected, LIBRARIES, patientStore } from "./clients.js";

const FULL = "store_full: the redis store is full";
const SESSION: StoreCharge["window"] = { kind: "session", idleMs: 5 * MINUTE };
const PER_MINUTE: StoreCharge["window"] = { kind: "fixed", ms: MINUTE, offsetMs: 0 };

describe.skipIf(!hasRedis)(`the room of the redis store${redisMissing}`, () => {
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

  /** A store by its callers' clock, and what becomes of charges at some minute. */
  const open = (options: Partial<RedisStoreOptions>) => {
    const store = patientStore(connected.client, { clock: "caller", ...options });
    const at = (minute: number, ...charges: readonly StoreCharge[]) =>
      settled(async () => (await store.reserve(charges, { now: minute * MINUTE })).ok);
    return { store, at };
  };
  const keys = (count: number, name: string, details: Partial<StoreCharge>): readonly StoreCharge[] =>
    Array.from({ length: count }, (_, index) => charge(`${name} ${index}`, 1, details));
  /** How many counters stand in the books, by both of them. */
  const booked = async () => {
    const shares = (await server.admin.hvals("{callgate:1}:shares")).map(Number);
    return [await server.admin.zcard("{callgate:1}:ends"), shares.reduce((sum, share) => sum + share, 0)];
  };

  test("a counter whose end has moved still fills its share after its first end", async () => {
    for (const window of [SESSION, { kind: "sliding", ms: 5 * MINUTE }] as const) {
      await server.admin.call("FLUSHALL");
      const { at } = open({ maxKeysPerGrant: 1 });
      expect(await at(0, charge("long", 9, { window }))).toBe(true);
      expect(await at(4, charge("long", 9, { window }))).toBe(true);
      expect(await at(6, charge("new", 9, { window }))).toBe(FULL);
      expect(await at(20, charge("new", 9, { window }))).toBe(true);
    }
  });

  test("a slot renewed past its first end still fills its share, and one given back makes room at once", async () => {
    const { store, at } = open({ maxKeysPerGrant: 1 });
    const answer = await store.reserve([charge("held", 1, { window: SLOTS })], { now: 0 });
    if (!answer.ok) throw new Error("it was refused");
    expect(await store.renew(answer.reservation, { now: 9 * MINUTE })).toBe(true);
    expect(await at(11, charge("new", 1, { window: SLOTS }))).toBe(FULL);
    await store.release(answer.reservation);
    expect(await at(11, charge("new", 1, { window: SLOTS }))).toBe(true);
  });

  test("as many counters as are over make room for as many new ones in one reservation", async () => {
    const { at } = open({ maxKeys: 100, maxKeysPerGrant: 100 });
    expect(await at(0, ...keys(100, "old", { window: PER_MINUTE }))).toBe(true);
    expect(await at(0, ...keys(1, "more", { window: PER_MINUTE, grant: "bob" }))).toBe(FULL);
    expect(await at(1, ...keys(100, "new", { window: PER_MINUTE }))).toBe(true);
    expect(await booked()).toEqual([100, 100]);
  });

  test("what is over does not pile up in the books", async () => {
    const { at } = open({});
    for (let minute = 0; minute < 30; minute++)
      expect(await at(minute, ...keys(20, `at ${minute}`, { window: PER_MINUTE }))).toBe(true);
    expect(await booked()).toEqual([20, 20]);
  });

  test("charges of nothing take up no memory of the server, and can be released and renewed", async () => {
    const { store } = open({ maxKeysPerGrant: 1 });
    for (const window of [PER_MINUTE, { kind: "month" }, SESSION, SLIDING, SLOTS] as const) {
      const asked = charge(`asked ${window.kind}`, 0, { window, amount: 0, group: "g" });
      const answer = await store.reserve([asked], { now: 0 });
      if (!answer.ok) throw new Error("it was refused");
      expect(answer.readings).toEqual(await store.read([asked], { now: 0 }));
      expect(await store.renew(answer.reservation, { now: 0 })).toBe(true);
      await store.release(answer.reservation);
    }
    expect((await server.admin.keys("*")).filter((key) => !key.includes("}:r:"))).toEqual([]);
  });

  test.each([PER_MINUTE, { kind: "month" } as const, SESSION, SLIDING, SLOTS])(
    "a counter that was given back to the last, and is charged again, fills the share of who charged it: %o",
    async (window) => {
      const { store, at } = open({ maxKeysPerGrant: 1 });
      const again = charge("again", 1, { window });
      const answer = await store.reserve([again], { now: 0 });
      if (!answer.ok) throw new Error("it was refused");
      await store.release(answer.reservation);
      expect(await at(0, charge("asked", 0, { window, amount: 0 }))).toBe(true);
      expect(await at(0, { ...again, grant: "bob" })).toBe(true);
      expect(await at(0, { ...again, grant: "bob" })).toBe(false);
      expect(await at(0, charge("new", 1, { grant: "bob" }))).toBe(FULL);
      expect(await at(0, charge("new", 1))).toBe(true);
      await store.release(answer.reservation);
      expect(await at(0, { ...again, grant: "bob" })).toBe(false);
    },
  );

  test("a counter that was given back in part makes no room", async () => {
    for (const window of [PER_MINUTE, SESSION, { kind: "sliding", ms: MINUTE }, SLOTS] as const) {
      await server.admin.call("FLUSHALL");
      const { store, at } = open({ maxKeysPerGrant: 1 });
      const answer = await store.reserve([charge("kept", 9, { window })], { now: 0 });
      if (!answer.ok) throw new Error("it was refused");
      expect(await store.reserve([charge("kept", 9, { window })], { now: 10_000 })).toMatchObject({ ok: true });
      await store.release(answer.reservation);
      expect(await at(0, charge("new"))).toBe(FULL);
    }
  });

  test("what was given back to the last leaves the group, and after a day the server", async () => {
    const { store } = open({});
    const charges = [YEAR, SLIDING].map((window) => charge(window.kind, 1, { window, group: "g" }));
    const answer = await store.reserve(charges, { now: 0 });
    if (!answer.ok) throw new Error("it was refused");
    await store.release(answer.reservation);
    expect(await server.admin.exists("{callgate:1}:g:g")).toBe(0);
    for (const { key } of charges)
      expect(await server.admin.pttl(`{callgate:1}:c:${key}`)).toBeLessThanOrEqual(24 * 60 * MINUTE);
  });

  test("G01: a counter that was given back to the last opens no earlier window again, if the clock moves back", async () => {
    const { store, at } = open({});
    const twice = charge("a", 1, { window: PER_MINUTE });
    expect(await at(0, twice)).toBe(true);
    const answer = await store.reserve([twice], { now: MINUTE });
    if (!answer.ok) throw new Error("it was refused");
    await store.release(answer.reservation);
    expect(await at(0, twice)).toBe(true);
    expect(await at(1, twice)).toBe(false);
  });

  test("a reset makes room, for counters of a group and for those of their own", async () => {
    const { store, at } = open({ maxKeysPerGrant: 4 });
    expect(await at(0, ...keys(3, "by", { group: "by" }), charge("own"))).toBe(true);
    expect(await at(0, charge("new"))).toBe(FULL);
    await store.reset(["by", "own"]);
    expect(await booked()).toEqual([0, 0]);
    expect(await at(0, ...keys(4, "new", {}))).toBe(true);
  });
});

test("a server that leaves 20,000 questions unanswered is asked no more", async () => {
  const silent = () => new Promise<never>(() => undefined);
  const store: RedisStore = createRedisStore({
    client: { isOpen: true, eval: silent, evalSha: silent },
    deadlineMs: 1,
  });
  const waited = await Promise.all(Array.from({ length: 20_000 }, () => outcome(store, charge("a"))));
  expect(new Set(waited)).toEqual(new Set(["store_timeout: redis did not answer within 1 ms"]));
  expect(await outcome(store, charge("a"))).toBe("store_failed: redis has left 20000 questions unanswered");
  expect(await settled(() => store.read([charge("a")], NOW))).toBe(
    "store_failed: redis has left 20000 questions unanswered",
  );
});
