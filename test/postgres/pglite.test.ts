import { PGlite } from "@electric-sql/pglite";
import { counterStoreContract } from "callgate/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { CAPACITY, createSubject, type Database } from "./subject.js";

let pglite: PGlite;
const database: Database = {
  query: (text, values) => pglite.query(text, values),
  pool: () => pglite,
};

beforeAll(async () => {
  pglite = await PGlite.create();
}, 120_000);

afterAll(() => pglite.close());

describe("the Postgres store on PGlite, by the caller's clock", () => {
  counterStoreContract({ describe, test }, () => createSubject(database, { clock: "caller", ...CAPACITY }), {
    shared: true,
    durable: true,
    breakable: true,
    capacity: CAPACITY,
  });
});
