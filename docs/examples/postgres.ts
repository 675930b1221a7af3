import { createGate, parsePolicy } from "callgate";
import { createPostgresStore } from "callgate/postgres";
import { Pool } from "pg";

// Where the server is: PGHOST, PGUSER, PGPASSWORD, PGDATABASE.
const pool = new Pool({ statement_timeout: 300, query_timeout: 500, connectionTimeoutMillis: 250 });
const store = createPostgresStore({ pool });
await store.migrate();

const policy = parsePolicy(`{
  "version": "1",
  "default": "deny",
  "tools": { "weather": { "limits": [{ "counter": "calls", "window": "month", "max": 2 }] } }
}`);
const gate = createGate({ policy, store });

// Run it twice: the second run has nothing left of the month.
for (const city of ["Oslo", "Lima", "Rome"]) {
  const result = await gate.run({ name: "weather", arguments: { city } }, {}, () => `sunny in ${city}`);
  console.log(result.allowed ? result.value : result.denial.content[0].text);
}
await gate.close();
await pool.end();
