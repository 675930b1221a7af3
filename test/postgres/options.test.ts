import type { PGlite } from "@electric-sql/pglite";
import { OptionsError } from "callgate";
import { createPostgresStore, type PostgresPool, type PostgresStoreOptions } from "callgate/postgres";
import type { Client, Pool, PoolClient } from "pg";
import { describe, expect, expectTypeOf, test } from "vitest";

const pool: PostgresPool = { query: async () => ({ rows: [] }) };

describe("createPostgresStore", () => {
  test("takes a pool and a client of pg, and PGlite, as they are", () => {
    expectTypeOf<Pool>().toExtend<PostgresPool>();
    expectTypeOf<Client>().toExtend<PostgresPool>();
    expectTypeOf<PoolClient>().toExtend<PostgresPool>();
    expectTypeOf<PGlite>().toExtend<PostgresPool>();
  });

  test("asks for nothing until it is used, and counts by the server's clock unless told otherwise", () => {
    const untouched = { query: () => expect.unreachable() };
    expect(createPostgresStore({ pool: untouched }).clock).toBe("backend");
    expect(createPostgresStore({ pool: untouched, clock: "caller" }).clock).toBe("caller");
  });

  const SCHEMA =
    "option `schema` must be a name of 1 to 63 lower-case letters, digits and `_`, not beginning with a digit or `pg_`";

  test.each<[string, object | null, string]>([
    ["no options", null, "options must be an object with a `pool`"],
    ["no pool", {}, "option `pool` must have `query(text, values)`, as a `Pool` of `pg` has"],
    ["no query", { pool: {} }, "option `pool` must have `query(text, values)`, as a `Pool` of `pg` has"],
    ["a misspelt option", { pool, maxKey: 5 }, "unknown option `maxKey`, did you mean `maxKeys`?"],
    ["an unknown option", { pool, connectionString: "x" }, "unknown option `connectionString`"],
    ["a clock of its own", { pool, clock: "server" }, 'option `clock` must be "backend" or "caller"'],
    ["no room", { pool, maxKeys: 0 }, "option `maxKeys` must be a whole number of 1 or more"],
    ["half a share", { pool, maxKeysPerGrant: 0.5 }, "option `maxKeysPerGrant` must be a whole number of 1 or more"],
    ["endless retries", { pool, retries: Infinity }, "option `retries` must be a whole number of 0 or more"],
    ["negative retries", { pool, retries: -1 }, "option `retries` must be a whole number of 0 or more"],
    ...[
      "",
      "A",
      "1a",
      "a.b",
      'a"; drop schema public; --',
      "a b",
      "a$b",
      "pg_catalog",
      "é",
      "a\n",
      "x".repeat(64),
      5,
      ["a"],
    ].map((schema): [string, object, string] => [`the schema ${JSON.stringify(schema)}`, { pool, schema }, SCHEMA]),
  ])("refuses %s", (_name, options, message) => {
    const create = () => createPostgresStore(options as PostgresStoreOptions);
    expect(create).toThrow(OptionsError);
    expect(create).toThrow(message);
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("by the caller's clock, %s is no time", async (now) => {
    const store = createPostgresStore({ pool, clock: "caller" });
    const failure = { code: "store_failed", message: "the clock gave no time" };
    await expect(store.reserve([], { now })).rejects.toMatchObject(failure);
    await expect(store.read([], { now })).rejects.toMatchObject(failure);
  });
});
