import { type CounterStore, createGate, parsePolicy } from "callgate";
import { createPostgresStore, type PostgresPool, type PostgresStore } from "callgate/postgres";
import { createRecordingSink, type RecordingSink } from "callgate/testing";
import type { PoolConfig } from "pg";
import { describe, expect, test } from "vitest";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { charge, outcome, tally, values } from "./charges.js";
import { useServer } from "./server.js";
import { createStore } from "./subject.js";

const database = useServer({ deadlock_timeout: "1s" });

/** A gate with one tool and one limit, patient unless told otherwise, and what it does when asked. */
function gateOver(
  store: CounterStore,
  deadline = 10_000,
): { readonly audit: RecordingSink; readonly call: () => Promise<string> } {
  const limits = [{ counter: "calls", window: "day", max: 10 }];
  const policy = parsePolicy({ version: "1", default: "deny", tools: { pay: { limits } } });
  const audit = createRecordingSink();
  const gate = createGate({ policy, store, audit, timeouts: { store: deadline } });
  const call = async () => (await gate.run({ name: "pay" }, {}, () => "paid")).decision.code;
  return { audit, call };
}

/** A gate's answer to a call with this store, and the cause that its operator reads. */
async function denied(store: CounterStore): Promise<readonly unknown[]> {
  const { audit, call } = gateOver(store);
  return [await call(), audit.of("decision").at(-1)?.cause];
}

const UNAVAILABLE = (cause: string) => ["unavailable", `StoreError: ${cause}`];

/** One more store over the tables of another. */
function storeFor(schema: string, pool: PostgresPool | PoolConfig): PostgresStore {
  return createPostgresStore({ pool: "query" in pool ? (pool as PostgresPool) : database.pool(pool), schema });
}

/** Counts what reaches a pool, and fails as long as there are errors to fail with. */
function failing(pool: PostgresPool, codes: string[]): PostgresPool & { asked: number } {
  const wrapped = {
    asked: 0,
    query: (text: string, given?: unknown[]) => {
      wrapped.asked++;
      const code = codes.shift();
      if (code === undefined) return pool.query(text, given);
      return Promise.reject(Object.assign(new Error("could not serialize access"), { code }));
    },
  };
  return wrapped;
}

/** Holds the row of a counter by a transaction of somebody else's, while `work` runs. */
async function whileHeld<T>(schema: string, key: string, work: () => Promise<T>): Promise<T> {
  const client = await database.pool().connect();
  await client.query("begin");
  await client.query(`select from ${schema}.counters where key = $1 for update`, [key]);
  try {
    return await work();
  } finally {
    await client.query("rollback");
    client.release();
  }
}

describe.skipIf(withoutPostgres)(`the Postgres store when Postgres fails${postgresNote}`, () => {
  test.each(["40001", "40P01"])("J04: %s is tried again three times, then denied", async (code) => {
    const { schema } = await createStore(database);
    for (const [failures, expected] of [
      [3, "ok"],
      [4, "store_failed"],
    ] as const) {
      const pool = failing(database.pool(), Array(failures).fill(code));
      expect(await outcome(storeFor(schema, pool), charge("a"))).toBe(expected);
      expect(pool.asked).toBe(4);
    }
    expect(await values(storeFor(schema, {}), "a")).toEqual([1]);
    const pool = failing(database.pool(), Array(4).fill(code));
    expect(await denied(storeFor(schema, pool))).toEqual(
      UNAVAILABLE(`Postgres failed with ${code}: could not serialize access`),
    );
  });

  test.each(["57014", "57P01", "08006", "23505", "40003", "25006", "ECONNRESET"])(
    "J04: %s is not tried again: it may have been done",
    async (code) => {
      const { schema } = await createStore(database);
      const pool = failing(database.pool(), [code]);
      expect(await outcome(storeFor(schema, pool), charge("a"))).toBe("store_failed");
      expect(pool.asked).toBe(1);
    },
  );

  test("J04: a real deadlock with somebody else's transaction is tried again, and passes", async () => {
    const { schema } = await createStore(database);
    const pool = failing(database.pool(), []);
    const store = storeFor(schema, pool);
    await store.reserve([charge("a"), charge("b")], { now: 0 });
    const client = await database.pool().connect();
    // The store waits for the shorter time, so that it is the one that Postgres ends.
    await client.query("set deadlock_timeout = '30s'");
    await client.query("begin");
    await client.query(`update ${schema}.counters set value = value where key = 'b'`);
    const asked = outcome(store, charge("a"), charge("b"));
    await waitingFor(1);
    await client.query(`update ${schema}.counters set value = value where key = 'a'`);
    await client.query("commit");
    client.release();
    expect(await asked).toBe("ok");
    expect(pool.asked).toBe(3);
    expect(await values(store, "a", "b")).toEqual([2, 2]);
  });

  test.each(["serializable", "repeatable read"])(
    "J04: under %s no limit is passed, and who fails may try again",
    async (level) => {
      const { schema } = await createStore(database);
      const pool = database.pool({ max: 20, options: `-c default_transaction_isolation=${level.replace(" ", "\\ ")}` });
      const store = createPostgresStore({ pool, schema, retries: 0 });
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(store, charge("a", { max: 5 }))));
      const { ok = 0, refused = 0, store_failed: failed = 0 } = tally(outcomes);
      expect(ok + refused + failed).toBe(20);
      expect(ok).toBeLessThanOrEqual(5);
      expect(await values(store, "a")).toEqual([ok]);
      const patient = createPostgresStore({ pool, schema, retries: 100 });
      const again = await Promise.all(Array.from({ length: 20 }, () => outcome(patient, charge("b", { max: 5 }))));
      expect(tally(again)).toEqual({ ok: 5, refused: 15 });
    },
  );

  test("J04: a connection that is cut denies, and the next call finds another", async () => {
    const { schema } = await createStore(database);
    const store = storeFor(schema, { max: 1, application_name: "cut" });
    expect(await denied(storeFor(schema, {}))).toEqual(["allowed", undefined]);
    await store.reserve([charge("a")], { now: 0 });
    await whileHeld(schema, "a", async () => {
      const { audit, call } = gateOver({
        ...bound(store),
        reserve: (_, options) => store.reserve([charge("a")], options),
      });
      const answer = call();
      await waitingFor(1);
      await database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'");
      expect(await answer).toBe("unavailable");
      expect(audit.of("decision")[0]?.cause).toBe(
        "StoreError: Postgres failed with 57P01: terminating connection due to administrator command",
      );
    });
    expect(await outcome(store, charge("a"))).toBe("ok");
    expect(await values(store, "a")).toEqual([2]);
  });

  test("J04: a pool without a free connection denies, and recovers", async () => {
    const { schema } = await createStore(database);
    const pool = database.pool({ max: 1, connectionTimeoutMillis: 20 });
    const store = storeFor(schema, pool);
    const client = await pool.connect();
    expect(await denied(store)).toEqual(UNAVAILABLE("Postgres failed: timeout exceeded when trying to connect"));
    client.release();
    expect(await denied(store)).toEqual(["allowed", undefined]);
  });

  test("J04: a read-only session, as on a replica, denies", async () => {
    const { schema } = await createStore(database);
    const store = storeFor(schema, { options: "-c default_transaction_read_only=on" });
    const [code, cause] = await denied(store);
    expect(code).toBe("unavailable");
    expect(cause).toMatch(/^StoreError: Postgres failed with 25006: cannot execute \w+ in a read-only transaction$/);
    expect(await values(store, "a")).toEqual([0]);
  });

  test("J04: a statement that the server ends denies, and charges nothing", async () => {
    const { store, schema } = await createStore(database);
    await store.reserve([charge("a")], { now: 0 });
    const hasty = storeFor(schema, { options: "-c statement_timeout=50" });
    await whileHeld(schema, "a", async () => {
      await expect(hasty.reserve([charge("a"), charge("b")], { now: 0 })).rejects.toMatchObject({
        code: "store_failed",
        message: "Postgres failed with 57014: canceling statement due to statement timeout",
        cause: { code: "57014" },
      });
    });
    expect(await values(store, "a", "b")).toEqual([1, 0]);
  });

  test("J04: a server that hangs denies within the gate's deadline, and what it does late is given back", async () => {
    const { store, schema } = await createStore(database);
    const { audit, call } = gateOver(store, 1_000);
    expect(await call()).toBe("allowed");
    const { rows } = await database.query(`select key from ${schema}.counters`);
    await whileHeld(schema, (rows[0] as { key: string }).key, async () => {
      expect(await call()).toBe("unavailable");
      expect(audit.of("decision").at(-1)?.cause).toBe("StoreError: the store did not answer in time");
    });
    const kept = async () => (await database.query(`select value::int from ${schema}.counters`)).rows;
    await expect.poll(kept).toEqual([{ value: 1_000_000 }]);
    const calls = [];
    for (let time = 0; time < 10; time++) calls.push(await call());
    expect(tally(calls)).toEqual({ allowed: 9, rate_limited: 1 });
  });

  test("J04: a server that is not there denies, and no password is told", async () => {
    const pool = database.pool({ host: "/nowhere/callgate", password: "hunter2" });
    expect(await denied(storeFor("callgate", pool))).toEqual(
      UNAVAILABLE("Postgres failed with ENOENT: connect ENOENT /nowhere/callgate/.s.PGSQL.5432"),
    );
    const leaking = {
      query: () => Promise.reject(new Error("cannot parse postgres://ada:hunter2@db/x\npassword=hunter2")),
    };
    expect(await denied(storeFor("callgate", leaking))).toEqual(UNAVAILABLE("Postgres failed: cannot parse …"));
  });

  test.each<[string, unknown]>([
    ["no rows", { rows: [] }],
    ["two rows", { rows: [{ answer: "{}" }, { answer: "{}" }] }],
    ["no result", undefined],
    ["a result of another shape", { rows: [{ answer: {} }] }],
    ["null", { rows: [{ answer: null }] }],
    ["no readings", { rows: [{ answer: '{"held": [[1, "1", null]]}' }] }],
    ["a reading that is no number", { rows: [{ answer: '{"held": [[1, "1", null]], "readings": [["1", 5]]}' }] }],
    ["a negative reading", { rows: [{ answer: '{"held": [[1, "1", null]], "readings": [[-1, 5]]}' }] }],
    ["holdings of another call", { rows: [{ answer: '{"held": [], "readings": [[1, 5]]}' }] }],
    ["a refusal of what was not asked", { rows: [{ answer: '{"refused": 1, "readings": [[1, 5]]}' }] }],
    ["neither", { rows: [{ answer: '{"readings": [[1, 5]]}' }] }],
  ])("promise 9: %s is no answer", async (_name, result) => {
    const pool = { query: () => Promise.resolve(result as { rows: unknown[] }) };
    expect(await denied(storeFor("callgate", pool))).toEqual(UNAVAILABLE("Postgres gave no usable answer"));
  });
});

/** A store as an object whose methods can be replaced one by one. */
function bound(store: CounterStore): CounterStore {
  return {
    clock: store.clock,
    reserve: (...args) => store.reserve(...args),
    release: (...args) => store.release(...args),
    renew: (...args) => store.renew(...args),
    read: (...args) => store.read(...args),
    reset: (...args) => store.reset(...args),
  };
}

/** Waits until so many statements wait for locks. */
async function waitingFor(statements: number): Promise<void> {
  const text = "select from pg_stat_activity where wait_event_type = 'Lock'";
  await expect.poll(async () => (await database.query(text)).rows.length, { interval: 5 }).toBe(statements);
}
