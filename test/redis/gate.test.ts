import { createGate, parsePolicy } from "callgate";
import { createRedisStore } from "callgate/redis";
import { createRecordingSink } from "callgate/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis, until } from "../services/redis.js";
import { type Connected, LIBRARIES } from "./clients.js";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  all_tools: { limits: [{ counter: "all", window: "day", max: 1_000, scope: "global" }] },
  tools: {
    pay: {
      limits: [
        { counter: "paid", window: "month", max: 100, increment_from: "args.amount" },
        { counter: "payments", window: "hour", max: 3, by: ["args.to"] },
        { counter: "at once", window: "in_flight", max: 2 },
      ],
    },
  },
});

describe.skipIf(!hasRedis).each(LIBRARIES)(`a gate over %s${redisMissing}`, (_name, connect) => {
  let server: RedisServer;
  let connected: Connected;

  beforeAll(async () => {
    server = await startRedis();
    connected = await connect(server.url);
  });
  afterAll(async () => {
    connected?.disconnect();
    await server?.stop();
  });

  const open = () => {
    const audit = createRecordingSink();
    const gate = createGate({
      policy,
      audit,
      store: createRedisStore({ client: connected.client, deadlineMs: 5_000 }),
      timeouts: { store: 6_000 },
    });
    const pay = async (to: string, amount = 1, work: () => unknown = () => undefined) => {
      const result = await gate.run({ name: "pay", arguments: { to, amount } }, {}, work);
      return result.allowed ? "allowed" : result.decision.code;
    };
    return { gate, audit, pay };
  };

  test("limits of every kind hold over several gates, and the charge of a call that did not run comes back", async () => {
    await server.admin.call("FLUSHALL");
    const [one, other] = [open(), open()];
    expect(await one.pay("bob", 60.5)).toBe("allowed");
    expect(await other.pay("bob", 39.6)).toBe("rate_limited");
    expect(await other.pay("bob", 39.5)).toBe("allowed");
    expect(await one.pay("carol", 0.000001)).toBe("rate_limited");
    expect(await one.pay("bob", 0)).toBe("allowed");
    expect(await other.pay("bob", 0)).toBe("rate_limited");
    expect(await other.pay("carol", 0)).toBe("allowed");
    // Two at once, and a third.
    const held: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => void held.push(resolve));
    const running = [one.pay("dan", 0, wait), other.pay("dan", 0, wait)];
    await until(() => held.length === 2);
    expect(await one.pay("dan", 0)).toBe("rate_limited");
    for (const release of held) release();
    expect(await Promise.all(running)).toEqual(["allowed", "allowed"]);
    expect(await one.pay("dan", 0)).toBe("allowed");
  });

  test("I05: what the server answers with stands in the audit, and not in the denial", async () => {
    await server.admin.call("FLUSHALL");
    const { gate, audit } = open();
    await server.admin.call("CONFIG", "SET", "maxmemory", "1");
    let ran = 0;
    const result = await gate.run({ name: "pay", arguments: { to: "bob", amount: 1 } }, {}, () => void ran++);
    await server.admin.call("CONFIG", "SET", "maxmemory", "0");
    expect(ran).toBe(0);
    expect(result).toMatchObject({ allowed: false, decision: { code: "unavailable" } });
    expect(JSON.stringify(result.allowed || result.denial)).not.toMatch(/redis|OOM|memory/i);
    expect(audit.of("decision")).toMatchObject([
      { type: "decision", code: "unavailable", cause: "StoreError: redis answered OOM: the server is out of memory" },
    ]);
    expect(await server.admin.dbsize()).toBe(0);
  });

  test("I01: a call to a server that is gone is denied, and says so in the audit", async () => {
    const { audit, pay } = open();
    await server.kill();
    await until(async () => {
      expect(await pay("bob")).toBe("unavailable");
      const { cause } = audit.events.at(-1) as { cause?: string };
      return /^StoreError: the client of redis is not connected: it is `\w+`$/.test(cause ?? "");
    });
    await server.restart();
    await until(async () => (await pay("erin", 0)) === "allowed");
  });
});
