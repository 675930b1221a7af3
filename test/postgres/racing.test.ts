import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CounterStore } from "callgate";
import { createPostgresStore } from "callgate/postgres";
import { describe, expect, test } from "vitest";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { charge, outcome, tally, values } from "./charges.js";
import { useServer } from "./server.js";
import { createStore } from "./subject.js";

const CONNECTIONS = 40;
const database = useServer({ deadlock_timeout: "50ms" });
const repository = fileURLToPath(new URL("../../", import.meta.url));

/** As many stores as connections, each over a connection of its own that is there before the race. */
async function openStores(count = CONNECTIONS): Promise<{ readonly schema: string; readonly stores: CounterStore[] }> {
  const { schema } = await createStore(database);
  const pools = Array.from({ length: count }, () => database.pool({ max: 1 }));
  await Promise.all(pools.map((pool) => pool.query("select")));
  return { schema, stores: pools.map((pool) => createPostgresStore({ pool, schema, retries: 0 })) };
}

async function runChild(schema: string, times: number, killAfter = Number.POSITIVE_INFINITY): Promise<string> {
  const args = ["--import", "tsx", "test/postgres/child.ts", JSON.stringify(database.server().config), schema];
  const env = { ...process.env, TSX_TSCONFIG_PATH: `${repository}test/tsconfig.json` };
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const child = spawn(process.execPath, [...args, `${times}`], { cwd: repository, env, stdio: [...stdio] });
  let said = "";
  child.stdout?.on("data", (data: Buffer) => {
    said += data.toString();
    if (said.length >= killAfter) child.kill("SIGKILL");
  });
  await once(child, "close");
  return said;
}

describe.skipIf(withoutPostgres)(`the Postgres store under many at once${postgresNote}`, () => {
  test("F02: of 40 connections at once against a max of 10, exactly 10 pass, ten times over", async () => {
    const { stores } = await openStores();
    for (let round = 0; round < 10; round++) {
      const key = `round ${round}`;
      const outcomes = await Promise.all(stores.map((store) => outcome(store, charge(key, { max: 10 }))));
      expect(tally(outcomes)).toEqual({ ok: 10, refused: 30 });
      expect(await values(stores[0] as CounterStore, key)).toEqual([10]);
    }
  });

  test("F04: limits in opposite orders neither lock each other out nor charge one alone", async () => {
    const { stores } = await openStores();
    for (let round = 0; round < 10; round++) {
      const keys = ["a", "b", "c"].map((name) => `${name} ${round}`);
      const charges = keys.map((key) => charge(key, { max: 25 }));
      const outcomes = await Promise.all(
        stores.map((store, index) => outcome(store, ...(index % 2 === 0 ? charges : [...charges].reverse()))),
      );
      expect(tally(outcomes)).toEqual({ ok: 25, refused: 15 });
      expect(await values(stores[0] as CounterStore, ...keys)).toEqual([25, 25, 25]);
    }
  });

  test("F04: reserving, renewing, releasing and resetting over the same counters at once deadlocks nobody", async () => {
    const { stores } = await openStores(12);
    const window = { kind: "in_flight", leaseMs: 60_000 } as const;
    const keys = ["a", "b", "c", "d"];
    const work = stores.map(async (store, index) => {
      for (let round = 0; round < 15; round++) {
        const turned = [...keys.slice(index % 4), ...keys.slice(0, index % 4)];
        const charges = turned.map((key, place) => charge(key, place % 2 === 0 ? { window } : { max: 1_000 }));
        const named = charges.map((one) => ({ ...one, key: `${one.window.kind} ${one.key}`, group: one.key }));
        try {
          const answer = await store.reserve(named, { now: 0 });
          if (!answer.ok) throw new Error("refused");
          await store.renew(answer.reservation, { now: 0 });
          if (round % 5 === 4) await store.reset([keys[index % 4] as string]);
          await store.release(answer.reservation);
        } catch (error) {
          // A reset between the look and the charge is seen, and tried again where `retries` allow.
          expect(String(error)).toContain("a counter was reset while it was charged");
        }
      }
    });
    await Promise.all(work);
    await (stores[0] as CounterStore).reset(keys);
    const { rows } = await database.query("select deadlocks::int from pg_stat_database where datname = 'postgres'");
    expect(rows).toEqual([{ deadlocks: 0 }]);
  });

  test("F16: of racing sums, none passes the largest that is exact", async () => {
    const { stores } = await openStores(20);
    const outcomes = await Promise.all(stores.map((store) => outcome(store, charge("a", { amount: 2 ** 50 }))));
    expect(tally(outcomes)).toEqual({ ok: 7, refused: 13 });
    expect(await values(stores[0] as CounterStore, "a")).toEqual([7 * 2 ** 50]);
  });

  test("F11: slots taken and given back by many at once leave none", async () => {
    const { stores } = await openStores(20);
    const slot = charge("slots", { max: 3, window: { kind: "in_flight", leaseMs: 60_000 } });
    let [held, most, passed] = [0, 0, 0];
    const work = stores.map(async (store) => {
      for (let round = 0; round < 10; round++) {
        const answer = await store.reserve([slot], { now: 0 });
        if (!answer.ok) continue;
        passed++;
        most = Math.max(most, ++held);
        await values(store, "other");
        held--;
        await store.release(answer.reservation);
      }
    });
    await Promise.all(work);
    expect(most).toBeLessThanOrEqual(3);
    expect(passed).toBeGreaterThan(0);
    expect(await (stores[0] as CounterStore).read([slot], { now: 0 })).toMatchObject([{ value: 0 }]);
  });

  test("promise 13: calls of one grant at once open no more counters than its share", async () => {
    const { schema } = await createStore(database);
    const stores = Array.from({ length: 20 }, () =>
      createPostgresStore({ pool: database.pool({ max: 1 }), schema, maxKeysPerGrant: 7 }),
    );
    const outcomes = await Promise.all(stores.map((store, index) => outcome(store, charge(`key ${index}`))));
    expect(tally(outcomes)).toEqual({ ok: 7, store_full: 13 });
  });

  test("J05: a store that reads and then writes is caught by the same race", async () => {
    const { schema } = await openStores(1);
    const pools = Array.from({ length: CONNECTIONS }, () => database.pool({ max: 1 }));
    await database.query(`create table ${schema}.naive (value int); insert into ${schema}.naive values (0)`);
    const passed = await Promise.all(
      pools.map(async (pool) => {
        const { rows } = await pool.query(`select value, pg_sleep(0.01) from ${schema}.naive`);
        if (rows[0].value >= 10) return "refused";
        await pool.query(`update ${schema}.naive set value = value + 1`);
        return "ok";
      }),
    );
    expect(tally(passed).ok).toBeGreaterThan(10);
  });

  test("G07, J07: callers whose clocks disagree share the server's window", async () => {
    const { stores } = await openStores(3);
    const one = charge("a", { max: 2, window: { kind: "fixed", ms: 86_400_000, offsetMs: 0 } });
    const answers = [];
    for (const [index, skew] of [-300_000, 300_000, 86_400_000 * 3].entries()) {
      answers.push((await (stores[index] as CounterStore).reserve([one], { now: Date.now() + skew })).ok);
    }
    expect(answers).toEqual([true, true, false]);
  });

  test("F02: four processes at once charge all of theirs and nothing else", async () => {
    const { stores, schema } = await openStores(1);
    const said = await Promise.all(Array.from({ length: 4 }, () => runChild(schema, 50)));
    expect(said).toEqual(Array(4).fill("+".repeat(50)));
    expect(await values(stores[0] as CounterStore, "a", "b")).toEqual([200, 200]);
  }, 60_000);

  test("J02, K01: a process killed between its calls loses no charge it was told of, and leaves no half of one", async () => {
    const { stores, schema } = await openStores(1);
    let told = 0;
    const kills = 4;
    for (let kill = 1; kill <= kills; kill++) told += (await runChild(schema, 10_000, kill * 7)).length;
    // The last statement of a killed process may have been done without a word.
    const settled = () =>
      database.query(
        "select from pg_stat_activity where query like '%reserve(%' and pid <> pg_backend_pid() and state = 'active'",
      );
    await expect.poll(async () => (await settled()).rows).toEqual([]);
    const [a = 0, b = 0] = await values(stores[0] as CounterStore, "a", "b");
    expect(a).toBe(b);
    expect(a).toBeGreaterThanOrEqual(told);
    expect(a).toBeLessThanOrEqual(told + kills);
  }, 60_000);
});
