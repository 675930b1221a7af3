import { type CounterStore, createGate, parsePolicy } from "callgate";

/** What an agent of the demo tells: that it is ready, and then how many of its calls passed. */
export type AgentMessage = "ready" | { readonly passed: number; readonly denied: number };

// One of several processes that share a limit: it opens a store of its own on what they share, and asks for more than its part.

const [kind = "", place = "", policy = "", attempts = "0"] = process.argv.slice(2);

const STORES: { readonly [kind: string]: () => Promise<CounterStore> } = {
  sqlite: async () => {
    const [{ createSqliteStore }, { default: Database }] = [await import("callgate/sqlite"), await import("libsql")];
    return createSqliteStore({ database: new Database(place), busyTimeoutMs: 5_000 });
  },
  redis: async () => {
    const [{ createRedisStore }, { Redis }] = [await import("callgate/redis"), await import("ioredis")];
    return createRedisStore({ client: new Redis(place, { lazyConnect: true }), deadlineMs: 5_000 });
  },
};

const store = await STORES[kind]?.();
const gate = createGate({ policy: parsePolicy(policy), store, timeouts: { store: 5_000 } });
const say = (message: AgentMessage): unknown => process.send?.(message);

process.once("message", async () => {
  let passed = 0;
  for (let call = 0; call < Number(attempts); call++) {
    const { allowed } = await gate.run({ name: "search" }, { grant: "team" }, () => "found");
    if (allowed) passed++;
    // What the agent does with the answer, or about the denial.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  }
  say({ passed, denied: Number(attempts) - passed });
  process.exit();
});
say("ready");
