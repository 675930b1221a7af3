import { counterStoreContract } from "callgate/testing";
import { describe, test } from "vitest";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { useServer } from "./server.js";
import { CAPACITY, createSubject } from "./subject.js";

const database = useServer();
const runner = { describe, test: test.skipIf(withoutPostgres) };
const claims = { shared: true, durable: true, breakable: true, capacity: CAPACITY };

describe(`the Postgres store on a server, by the caller's clock${postgresNote}`, () => {
  counterStoreContract(runner, () => createSubject(database, { clock: "caller", ...CAPACITY }), claims);
});

describe(`the Postgres store on a server, by the server's clock${postgresNote}`, () => {
  counterStoreContract(runner, () => createSubject(database, { clock: "backend", ...CAPACITY }), {
    ...claims,
    clock: "backend",
    settableClock: false,
  });
});
