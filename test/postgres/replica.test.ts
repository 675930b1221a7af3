import { createPostgresStore } from "callgate/postgres";
import { Pool } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { type PostgresServer, postgresNote, startReplica, withoutPostgres } from "../services/postgres.js";
import { charge, outcome, values } from "./charges.js";
import { useServer } from "./server.js";
import { createStore } from "./subject.js";

const database = useServer();
let replica: PostgresServer | undefined;
let pool: Pool | undefined;

afterAll(async () => {
  await pool?.end();
  await replica?.stop();
});

describe.skipIf(withoutPostgres)(`the Postgres store on a replica${postgresNote}`, () => {
  test("J04: it denies what would be charged, and after a fail-over counts on from what it has received", async () => {
    const { store, schema } = await createStore(database);
    replica = await startReplica(database.server());
    pool = new Pool({ ...replica.config, max: 2 });
    await store.reserve([charge("a", { amount: 3 })], { now: 0 });

    const follower = createPostgresStore({ pool, schema });
    await expect.poll(() => values(follower, "a"), { timeout: 10_000 }).toEqual([3]);
    const failure = { code: "store_failed", message: expect.stringContaining("25006: cannot execute") };
    await expect(follower.reserve([charge("a", { max: 4 })], { now: 0 })).rejects.toMatchObject(failure);
    await expect(follower.reserve([charge("new")], { now: 0 })).rejects.toMatchObject(failure);
    expect(await outcome(follower, charge("a", { max: 3 }))).toBe("refused");

    await pool.query("select pg_promote()");
    expect(await outcome(follower, charge("a", { max: 4 }))).toBe("ok");
    expect(await outcome(follower, charge("a", { max: 4 }))).toBe("refused");
  }, 60_000);
});
