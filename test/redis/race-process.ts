import { Redis } from "ioredis";
import { createClient } from "redis";
import { createRedisStore } from "../../src/redis.js";

/** A process that asks for as much as it can get of a counter, over several connections, and says how much that was. */
const [url = "", connections = "", times = ""] = process.argv.slice(2);

const stores = await Promise.all(
  Array.from({ length: Number(connections) }, async (_, index) => {
    const client = index % 2 === 0 ? new Redis(url, { lazyConnect: true }) : createClient({ url });
    await client.connect();
    return { client, store: createRedisStore({ client, deadlineMs: 15_000 }) };
  }),
);

const window = { kind: "fixed", ms: 366 * 86_400_000, offsetMs: 0 } as const;
const raced = { key: "raced", group: "raced", grant: "alice", window, amount: 1, max: 10 };
const other = { ...raced, key: `of ${process.pid}`, group: "others", max: 1_000_000 };

// Every process waits for the same word, so that none is done before the last has begun.
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));

const answers = await Promise.all(
  stores.flatMap(({ store }) =>
    Array.from({ length: Number(times) }, () => store.reserve([other, raced], { now: Number.NaN })),
  ),
);
process.stdout.write(`${answers.filter(({ ok }) => ok).length}\n`);
for (const { client } of stores) {
  if (client instanceof Redis) client.disconnect();
  else client.destroy();
}
process.stdin.destroy();
