import type { CounterStore } from "callgate";
import { createPostgresStore, type PostgresStore } from "callgate/postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { SCHEMA_SQL } from "../../src/counters/postgres/schema.js";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { charge, outcome, values } from "./charges.js";
import { useServer } from "./server.js";
import { createStore, newSchema } from "./subject.js";

// Nothing but the tests may write.
const database = useServer({ autovacuum: "off" });
const run = (text: string) => database.query(text);
const failure = (message: string | RegExp) => ({ code: "store_failed", message: expect.stringMatching(message) });

async function count(text: string): Promise<number> {
  return Number(((await run(`select ${text} as n`)).rows[0] as { n: string }).n);
}

describe.skipIf(withoutPostgres)(`the tables of the Postgres store${postgresNote}`, () => {
  test("migrate runs the shipped file, as it is", async () => {
    const ran: string[] = [];
    const query = async (text: string) => ({ rows: [ran.push(text)] });
    await createPostgresStore({ pool: { query } }).migrate();
    await createPostgresStore({ pool: { query }, schema: "other" }).migrate();
    expect(ran).toEqual([SCHEMA_SQL, SCHEMA_SQL.replaceAll('"callgate"', '"other"')]);
    expect(SCHEMA_SQL).not.toMatch(/(?<!")\bcallgate\.|from counters|update counters/);
  });

  test("migrate may be run again, and by many at once, and loses nothing", async () => {
    const schema = newSchema();
    const stores = Array.from({ length: 8 }, () => createPostgresStore({ pool: database.pool({ max: 1 }), schema }));
    await Promise.all(stores.map((store) => store.migrate()));
    const [store] = stores as [PostgresStore];
    await store.reserve([charge("a")], { now: 0 });
    await Promise.all(stores.map((each) => each.migrate()));
    expect(await values(store, "a")).toEqual([1]);
    expect(await count(`(select count(*) from ${schema}.totals)`)).toBe(16);
  });

  test("J08: without tables every call fails, says what to do, and works as soon as they are there", async () => {
    const schema = newSchema();
    const store = createPostgresStore({ pool: database.pool(), schema });
    const expected = failure(`^schema "${schema}" lacks tables or functions of this version, run \`migrate\\(\\)\``);
    await expect(store.reserve([charge("a")], { now: 0 })).rejects.toMatchObject(expected);
    await expect(store.read([charge("a")], { now: 0 })).rejects.toMatchObject(expected);
    await expect(store.reset(["a"])).rejects.toMatchObject(expected);
    await store.migrate();
    expect(await outcome(store, charge("a"))).toBe("ok");
  });

  test.each([
    ["an older version", "update $.version set version = 0", "the tables are of version 0, and version 1 is needed"],
    ["a newer version", "update $.version set version = 2", "the tables are of version 2, and version 1 is needed"],
    ["no version", "delete from $.version", "the tables are of version 0, and version 1 is needed"],
    ["a function that is gone", "drop function $.add", "lacks tables or functions of this version"],
    ["a table that is gone", "drop table $.counters cascade", "lacks tables or functions of this version"],
    [
      "a column that is gone",
      "alter table $.counters drop column value cascade",
      "lacks tables or functions of this version",
    ],
  ])("J08: %s is an error that says so, from the first call on", async (_name, change, message) => {
    const { schema } = await createStore(database);
    await run(change.replaceAll("$", schema));
    const store = createPostgresStore({ pool: database.pool(), schema });
    await expect(store.reserve([charge("a")], { now: 0 })).rejects.toMatchObject(failure(message));
  });

  test("a role that owns nothing counts with the privileges that the documentation names, and not without", async () => {
    const { schema } = await createStore(database);
    await run(`create role counting_${schema} login`);
    const store = createPostgresStore({ pool: database.pool({ user: `counting_${schema}` }), schema });
    await expect(store.reserve([charge("a")], { now: 0 })).rejects.toMatchObject(
      failure(`^Postgres failed with 42501: permission denied for schema ${schema}$`),
    );
    await run(`grant usage on schema ${schema} to counting_${schema}`);
    await run(`grant usage on all sequences in schema ${schema} to counting_${schema}`);
    await run(`grant select, insert, update, delete on all tables in schema ${schema} to counting_${schema}`);
    const slot = charge("slots", { window: { kind: "in_flight", leaseMs: 60_000 } });
    const answer = await store.reserve([charge("a"), slot], { now: 0 });
    if (answer.ok) await store.release(answer.reservation, [1]);
    await store.reset(["a"]);
    expect(await values(store, "a")).toEqual([0]);
  });

  test("J08: migrate refuses tables of another version, and leaves them", async () => {
    const { store, schema } = await createStore(database);
    await run(`update ${schema}.version set version = 2`);
    await expect((store as PostgresStore).migrate()).rejects.toMatchObject(
      failure(`^schema "${schema}": the tables are of version 2, and this is version 1$`),
    );
    await run(`update ${schema}.version set version = 1`);
    expect(await outcome(store, charge("a"))).toBe("ok");
  });
});

describe.skipIf(withoutPostgres)(`rows that somebody else wrote${postgresNote}`, () => {
  const slot = charge("slots", { max: 5, window: { kind: "in_flight", leaseMs: 60_000 } });
  let store: CounterStore;
  let schema: string;

  beforeEach(async () => {
    if (withoutPostgres) return;
    ({ store, schema } = await createStore(database));
    await run(`alter table ${schema}.counters drop constraint counters_value_check`);
    await store.reserve([charge("a", { max: 5 }), slot], { now: 0 });
  });

  test.each([
    ["a negative value", "update $.counters set value = -5", /holds -5, which none can$/],
    ["a value past what is exact", "update $.counters set value = 9007199254740992", /holds 9007199254740992/],
    ["slots of more than the counter", "update $.entries set ends_at = 1, amount = 7", /holds -6, which none can$/],
  ])(
    "promise 9: %s denies what it would let through, names the row, and a reset mends it",
    async (_name, change, message) => {
      await run(change.replaceAll("$", schema));
      const expected = failure(new RegExp(`^schema "${schema}": counter \\d+ ${message.source}`));
      await expect(store.reserve([slot, charge("b")], { now: 0 })).rejects.toMatchObject(expected);
      await expect(store.read([slot], { now: 0 })).rejects.toMatchObject(expected);
      expect(await values(store, "b")).toEqual([0]);
      await store.reset(["a", "slots"]);
      expect(await outcome(store, charge("a", { max: 1 }), { ...slot, max: 1 })).toBe("ok");
    },
  );

  test("rows that are deleted by hand start again at 0, and do not count for the bounds", async () => {
    await run(`delete from ${schema}.counters`);
    expect(await values(store, "a")).toEqual([0]);
    expect(await count(`(select sum(counters) from ${schema}.totals)`)).toBe(0);
    expect(await count(`(select count(*) from ${schema}.entries)`)).toBe(0);
    await store.reserve([charge("a"), slot], { now: 0 });
    await run(`truncate ${schema}.counters cascade`);
    expect(await count(`(select sum(counters) from ${schema}.totals)`)).toBe(0);
  });
});

describe.skipIf(withoutPostgres)(`what the Postgres store leaves behind${postgresNote}`, () => {
  test("H01: counters that have ended are removed in passing, a bounded number a call", async () => {
    const { store, schema } = await createStore(database);
    await run(
      `insert into ${schema}.counters (key, family, grantee, value, ends_at) select 'old ' || i, 'old', 'g', 1, i from generate_series(1, 50) as i`,
    );
    const old = () => count(`(select count(*) from ${schema}.counters where family = 'old')`);
    const left: number[] = [];
    for (let opened = 0; opened < 13; opened++) {
      await store.reserve([charge(`new ${opened}`)], { now: 0 });
      left.push(await old());
    }
    expect(left).toEqual([46, 42, 38, 34, 30, 26, 22, 18, 14, 10, 6, 2, 0]);
    expect(await count(`(select sum(counters) from ${schema}.totals)`)).toBe(13);
  });

  test("H01: a refused reservation writes nothing, not even the number of a transaction", async () => {
    const { store, schema } = await createStore(database);
    await store.reserve([charge("a", { max: 1 })], { now: 0 });
    const xid = await count("txid_snapshot_xmax(txid_current_snapshot())");
    for (let time = 0; time < 20; time++)
      expect(await outcome(store, charge("a", { max: 1 }), charge("b"))).toBe("refused");
    expect(await count("txid_snapshot_xmax(txid_current_snapshot())")).toBe(xid);
    expect(await count(`(select count(*) from ${schema}.counters)`)).toBe(1);
  });

  test("promise 10: a full store takes as many new counters as have ended in it, and not one more", async () => {
    const { schema } = await createStore(database);
    const store = createPostgresStore({
      pool: database.pool(),
      schema,
      clock: "caller",
      maxKeys: 5,
      maxKeysPerGrant: 5,
    });
    const short = { kind: "fixed", ms: 1_000, offsetMs: 0 } as const;
    const charges = ["a", "b", "c", "d"].map((key) => charge(key));
    await store.reserve([...charges, charge("short", { window: short })], { now: 0 });
    const [more, another] = [charge("e"), charge("f")];
    const later = { now: 2_000 };
    await expect(store.reserve([more, another], later)).rejects.toMatchObject({ code: "store_full" });
    expect(await values(store, "a", "e", "f")).toEqual([1, 0, 0]);
    expect((await store.reserve([more], later)).ok).toBe(true);
    await expect(store.reserve([another], later)).rejects.toMatchObject({ code: "store_full" });
    expect((await store.reserve([...charges, more], later)).ok).toBe(true);
  });

  test("F11: slots that were taken and given back leave no row, nor do lost ones after their lease", async () => {
    const { schema } = await createStore(database);
    const store = createPostgresStore({ pool: database.pool(), schema, clock: "caller" });
    const slot = charge("slots", { window: { kind: "in_flight", leaseMs: 1_000 } });
    for (let round = 0; round < 100; round++) {
      const taken = await Promise.all(Array.from({ length: 4 }, () => store.reserve([slot], { now: 0 })));
      await Promise.all(taken.map((answer) => (answer.ok ? store.release(answer.reservation) : undefined)));
    }
    expect(await count(`(select count(*) from ${schema}.entries)`)).toBe(0);
    for (let lost = 0; lost < 10; lost++) await store.reserve([slot], { now: 0 });
    await store.reserve([slot], { now: 1_000 });
    expect(await count(`(select count(*) from ${schema}.entries)`)).toBe(1);
    expect(await count(`(select value from ${schema}.counters)`)).toBe(1);
  });

  test("no prepared statement, no open transaction and no lock stays with a connection", async () => {
    const { schema } = await createStore(database);
    const pool = database.pool({ max: 1 });
    const store = createPostgresStore({ pool, schema });
    for (let time = 0; time < 5; time++)
      await store.reserve([charge("a", { max: 3 }), charge(`b ${time}`)], { now: 0 });
    const { rows } = await pool.query(
      `select (select count(*)::int from pg_prepared_statements) as prepared,
        (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks,
        (select count(*)::int from pg_stat_activity where state like 'idle in transaction%') as open`,
    );
    expect(rows).toEqual([{ prepared: 0, locks: 0, open: 0 }]);
  });

  test("SQL in keys, groups and grants is text", async () => {
    const { store, schema } = await createStore(database);
    const attacks = [
      "'; drop schema public cascade; --",
      `"); delete from ${schema}.counters; --`,
      "$1",
      "$callgate$",
      "\\'",
      "%s",
      "\\0000",
      "\0",
      '{"now":0}',
    ];
    const charges = attacks.map((text) => charge(text, { grant: text }));
    await store.reserve(charges, { now: 0 });
    await store.reserve(charges.slice(1), { now: 0 });
    expect(await values(store, ...attacks)).toEqual([1, ...attacks.slice(1).map(() => 2)]);
    await store.reset(attacks.slice(2));
    expect(await values(store, ...attacks)).toEqual([1, 2, ...attacks.slice(2).map(() => 0)]);
  });
});
