import { createGate, parsePolicy } from "callgate";
import { createSqliteStore } from "callgate/sqlite";
import Database from "libsql"; // or better-sqlite3, or DatabaseSync of node:sqlite

const limits = [{ counter: "lookups", window: "day", max: 2 }] as const;
const policy = parsePolicy({ version: "1", default: "deny", tools: { lookup: { limits } } });
const store = createSqliteStore({ database: new Database("counters.db") });
const gate = createGate({ policy, store });

const result = await gate.run({ name: "lookup" }, { grant: "alice" }, () => "found");
console.log(result.allowed ? result.value : result.denial.content[0]?.text); // the third run of a day is denied
await gate.close();
