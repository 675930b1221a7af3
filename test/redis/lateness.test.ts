import { createRedisStore, type NodeRedisClient } from "callgate/redis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { charge, counted, outcome } from "./charges.js";

const HOUR = 3_600_000;

describe.skipIf(!hasRedis)(`a server whose clock was set against ours${redisMissing}`, () => {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;

  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    await client.connect();
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  /** The client, as if the server's clock were `ahead` of what it is; and the questions that it was asked. */
  const shifted = () => {
    const clock = { ahead: 0, asked: 0 };
    const shifting: NodeRedisClient = {
      isOpen: true,
      eval: (script, options) => client.eval(script, options),
      evalSha: async (sha, { keys, arguments: [request = "", ...grants] }) => {
        clock.asked++;
        const question = { ...JSON.parse(request), by: JSON.parse(request).by - clock.ahead };
        const values = [JSON.stringify(question), ...grants];
        const words = String(await client.evalSha(sha, { keys, arguments: values })).split(" ");
        words[1] = `${Number(words[1]) + clock.ahead}`;
        return words.join(" ");
      },
    };
    return { clock, client: shifting };
  };

  test("forward: the question is put once more, and from then on once", async () => {
    const { clock, client: shifting } = shifted();
    const store = createRedisStore({ client: shifting, deadlineMs: 10_000, prefix: "forward" });
    expect(await outcome(store, charge("a", 3))).toBe("reserved");
    clock.ahead = HOUR;
    clock.asked = 0;
    expect(await outcome(store, charge("a", 3))).toBe("reserved");
    expect(clock.asked).toBe(2);
    expect(await outcome(store, charge("a", 3))).toBe("reserved");
    expect(clock.asked).toBe(3);
    expect(await outcome(store, charge("a", 3))).toBe("refused");
  });

  test("forward, again and again: no third time", async () => {
    const { clock, client: shifting } = shifted();
    const store = createRedisStore({ client: racing(shifting, clock), deadlineMs: 10_000, prefix: "racing" });
    expect(await outcome(store, charge("a", 9))).toBe("reserved");
    clock.asked = 0;
    expect(await outcome(store, charge("a", 9))).toBe(
      "store_timeout: the question reached redis too late, and was dropped",
    );
    expect(clock.asked).toBe(2);
  });

  test("back: the next question is answered, and the one after it knows the time", async () => {
    const { clock, client: shifting } = shifted();
    const store = createRedisStore({ client: shifting, deadlineMs: 10_000, prefix: "back" });
    expect(await outcome(store, charge("a", 3))).toBe("reserved");
    clock.ahead = -HOUR;
    clock.asked = 0;
    expect(await outcome(store, charge("a", 3))).toBe("reserved");
    expect(await counted(store, "a")).toBe(2);
    expect(clock.asked).toBe(2);
  });
});

/** A client whose server's clock moves on by an hour with each question. */
function racing(client: NodeRedisClient, clock: { ahead: number }): NodeRedisClient {
  return {
    ...client,
    evalSha: (sha, options) => {
      clock.ahead += HOUR;
      return client.evalSha(sha, options);
    },
  };
}
