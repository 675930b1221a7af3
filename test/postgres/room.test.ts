import type { CounterStore, StoreCharge, StoreError } from "callgate";
import { createPostgresStore } from "callgate/postgres";
import { describe, expect, test } from "vitest";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { charge, tally, values } from "./charges.js";
import { useServer } from "./server.js";
import { createStore } from "./subject.js";

const database = useServer({ deadlock_timeout: "50ms" });
const SLOT = { kind: "in_flight", leaseMs: 60_000 } as const;

async function count(schema: string, condition = "true"): Promise<number> {
  const { rows } = await database.query(`select count(*)::int as n from ${schema}.counters where ${condition}`);
  return (rows[0] as { readonly n: number }).n;
}

async function take(store: CounterStore, ...charges: readonly StoreCharge[]) {
  const answer = await store.reserve(charges, { now: 0 });
  if (!answer.ok) throw new Error("refused");
  return answer;
}

describe.skipIf(withoutPostgres)(`room in the Postgres store${postgresNote}`, () => {
  test("charges of nothing leave no row, and are neither given back nor lost", async () => {
    const { store, schema } = await createStore(database, { clock: "caller" });
    const { reservation, readings } = await take(
      store,
      charge("fixed", { amount: 0 }),
      charge("slots", { amount: 0, window: SLOT }),
      charge("charged"),
    );
    expect(readings.map(({ value }) => value)).toEqual([0, 0, 1]);
    expect(await count(schema)).toBe(1);
    await take(store, charge("slots", { window: SLOT }), charge("fixed"));
    expect(await store.renew(reservation, { now: 60_000 })).toBe(true);
    await store.release(reservation);
    expect(await values(store, "fixed", "charged")).toEqual([1, 0]);
  });

  test("a charge of nothing to a slot's counter that runs takes no slot", async () => {
    const { store, schema } = await createStore(database, { clock: "caller" });
    await take(store, charge("slots", { window: SLOT }));
    const { readings } = await take(store, charge("slots", { amount: 0, window: SLOT }));
    expect(readings).toEqual([{ value: 1, resetsAt: 60_000 }]);
    const { rows } = await database.query(`select count(*)::int as n from ${schema}.entries`);
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("promise 10: a full store drops what was given back, of any grant, as far as it needs and no further", async () => {
    const { store, schema } = await createStore(database, { clock: "caller", maxKeys: 6, maxKeysPerGrant: 6 });
    await take(store, charge("kept", { grant: "one" }));
    const idle = ["a", "b", "c", "d", "e"].map((key) => charge(key, { grant: "one", window: SLOT }));
    await store.release((await take(store, ...idle)).reservation);
    await take(store, charge("f", { grant: "other" }), charge("g", { grant: "other" }));
    expect([await count(schema), await count(schema, "given_back")]).toEqual([6, 3]);
    const more = ["h", "i", "j", "k"].map((key) => charge(key, { grant: "third" }));
    await expect(store.reserve(more, { now: 0 })).rejects.toMatchObject({ code: "store_full" });
    await take(store, ...more.slice(1));
    expect(await values(store, "kept", "f", "g", "h", "i", "j", "k")).toEqual([1, 1, 1, 0, 1, 1, 1]);
    await expect(store.reserve(more, { now: 0 })).rejects.toMatchObject({ code: "store_full" });
    await take(store, charge("unknown", { amount: 0 }), charge("kept"));
  });

  test("promise 13: a counter that was given back and is charged now is not what makes room", async () => {
    const { store, schema } = await createStore(database, { clock: "caller", maxKeys: 10, maxKeysPerGrant: 2 });
    await store.release((await take(store, charge("a"), charge("b"))).reservation);
    await expect(store.reserve([charge("a"), charge("b"), charge("c")], { now: 0 })).rejects.toMatchObject({
      code: "store_full",
    });
    await take(store, charge("a"), charge("c"));
    expect(await values(store, "a", "b", "c")).toEqual([1, 0, 1]);
    expect(await count(schema)).toBe(2);
  });

  test("promise 13: of 40 connections that charge and give back, none takes a grant past its share", async () => {
    const { schema } = await createStore(database);
    const pools = Array.from({ length: 40 }, () => database.pool({ max: 1 }));
    const stores = pools.map((pool) =>
      createPostgresStore({ pool, schema, retries: 0, maxKeys: 100, maxKeysPerGrant: 5 }),
    );
    const codes: string[] = [];
    const most: number[] = [];
    const work = stores.map(async (store, index) => {
      for (let round = 0; round < 10; round++) {
        const named = charge(`k${(index + round * 7) % 9}`, round % 2 === 0 ? {} : { window: SLOT });
        const turned = { ...named, key: `${named.window.kind} ${named.key}` };
        const taken = await take(store, turned).catch((error: StoreError) => error);
        codes.push("code" in taken ? taken.code : "ok");
        most.push(await count(schema));
        if ("reservation" in taken) await store.release(taken.reservation);
      }
    });
    await Promise.all(work);
    expect(Object.keys(tally(codes)).sort()).toEqual(["ok", "store_full"]);
    expect(Math.max(...most)).toBe(5);
    expect(await count(schema, "value <> 0")).toBe(0);
    await take(stores[0] as CounterStore, ...["v", "w", "x", "y", "z"].map((key) => charge(key)));
    expect(await count(schema)).toBe(5);
  }, 60_000);
});
