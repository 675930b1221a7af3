import { counterStoreContract, createSettableClock } from "callgate/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { type Connected, LIBRARIES, patientStore } from "./clients.js";

const capacity = { maxKeys: 100, maxKeysPerGrant: 50 };

let server: RedisServer;
let prefixes = 0;

beforeAll(async () => {
  if (hasRedis) server = await startRedis();
});
afterAll(() => server?.stop());

describe.skipIf(!hasRedis).each(LIBRARIES)(`the redis store over %s${redisMissing}`, (_name, connect) => {
  const setup = async (clock: "caller" | "backend") => {
    const options = { clock, ...capacity, prefix: `contract ${prefixes++}` };
    const connections: Connected[] = [];
    const open = async () => {
      const connection = await connect(server.url);
      connections.push(connection);
      return patientStore(connection.client, options);
    };
    return {
      store: await open(),
      connect: open,
      reopen: () => {
        connections[0]?.disconnect();
        return open();
      },
      breakBackend: () => connections[0]?.disconnect(),
      dispose: () => {
        for (const { disconnect } of connections.slice(1)) disconnect();
      },
    };
  };
  const claims = { capacity, shared: true, durable: true, breakable: true };

  describe("by the clock of its callers", () => {
    counterStoreContract(
      { describe, test },
      async () => ({ ...(await setup("caller")), clock: createSettableClock(0) }),
      claims,
    );
  });

  describe("by the server's clock", () => {
    const now = async () => {
      const [seconds, micros] = await server.admin.time();
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    };
    counterStoreContract({ describe, test }, async () => ({ ...(await setup("backend")), clock: { now } }), {
      ...claims,
      clock: "backend",
      settableClock: false,
    });
  });
});
