import { createPostgresStore } from "callgate/postgres";
import { Pool } from "pg";
import { charge } from "./charges.js";

// A process that reserves one and one of two counters, again and again, and says so after each.
const [config = "", schema = "", times = ""] = process.argv.slice(2);
const pool = new Pool({ ...JSON.parse(config), max: 1 });
const store = createPostgresStore({ pool, schema });
for (let time = 0; time < Number(times); time++) {
  const { ok } = await store.reserve([charge("a", { max: 1_000 }), charge("b")], { now: 0 });
  process.stdout.write(ok ? "+" : "-");
}
await pool.end();
