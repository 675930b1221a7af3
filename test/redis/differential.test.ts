import { type CounterStore, createMemoryStore, type StoreCharge } from "callgate";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, type RedisServer, redisMissing, startRedis } from "../services/redis.js";
import { type Connected, LIBRARIES, patientStore } from "./clients.js";

const MINUTE = 60_000;
const DAY = 86_400_000;

const WINDOWS: readonly StoreCharge["window"][] = [
  { kind: "fixed", ms: MINUTE, offsetMs: 0 },
  { kind: "fixed", ms: 7 * DAY, offsetMs: 4 * DAY },
  { kind: "fixed", ms: 7_001, offsetMs: 13 },
  { kind: "month" },
  { kind: "sliding", ms: MINUTE },
  { kind: "sliding", ms: 1_234_567 },
  { kind: "session", idleMs: 5 * MINUTE },
  { kind: "in_flight", leaseMs: 10 * MINUTE },
];

const amount = fc.oneof(fc.nat(5), fc.constant(9_007_199_254_000_000), fc.nat({ max: 4_000_000_000_000_000 }));
const chargeOf = fc.record({
  counter: fc.nat(WINDOWS.length - 1),
  amount,
  max: fc.option(amount, { nil: undefined }),
  min: fc.option(fc.nat(3), { nil: undefined }),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("reserve" as const),
      charges: fc.array(chargeOf, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("release" as const),
      which: fc.nat(9),
      only: fc.option(fc.array(fc.nat(3)), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("renew" as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reset" as const), counter: fc.nat(WINDOWS.length - 1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.oneof(fc.nat(2_000), fc.nat(12 * MINUTE), fc.nat(40 * DAY)),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Everything a store says over a history. */
async function history(store: CounterStore, start: number, steps: readonly Step[]): Promise<unknown[]> {
  let now = start;
  const said: unknown[] = [];
  const reservations: { readonly charges: readonly StoreCharge[] }[] = [];
  for (const taken of steps) {
    if (taken.do === "wait") now += taken.ms;
    if (taken.do === "reserve") {
      const once = new Map(taken.charges.map((charge) => [charge.counter, charge]));
      const charges = [...once.values()].map(({ counter, ...rest }) => ({ ...named(counter), grant: "g", ...rest }));
      const answer = await store.reserve(charges, { now });
      said.push(answer.ok || answer.refused, answer.readings);
      if (answer.ok) reservations.push(answer.reservation);
    }
    const reservation = "which" in taken ? reservations[taken.which % Math.max(1, reservations.length)] : undefined;
    if (taken.do === "release" && reservation !== undefined) await store.release(reservation, taken.only);
    if (taken.do === "renew" && reservation !== undefined) said.push(await store.renew(reservation, { now }));
    if (taken.do === "reset") await store.reset([named(taken.counter).group]);
    said.push(
      await store.read(
        WINDOWS.map((_, counter) => named(counter)),
        { now },
      ),
    );
  }
  return said;
}

function named(counter: number): Pick<StoreCharge, "key" | "group" | "window"> {
  return { key: `k${counter}`, group: `g${counter % 3}`, window: WINDOWS[counter] as StoreCharge["window"] };
}

describe.skipIf(!hasRedis)(`the redis store${redisMissing}`, () => {
  let server: RedisServer;
  let connected: Connected;
  let runs = 0;

  beforeAll(async () => {
    server = await startRedis();
    connected = await (LIBRARIES[0] as (typeof LIBRARIES)[number])[1](server.url);
  });
  afterAll(async () => {
    connected?.disconnect();
    await server?.stop();
  });

  test("says what the memory store says, whatever is asked of both", async () => {
    const start = fc.integer({ min: 0, max: Date.UTC(2120, 0) });
    const asked = fc.asyncProperty(start, fc.array(step, { minLength: 1, maxLength: 25 }), async (at, steps) => {
      const prefix = `run ${runs++}`;
      const redis = patientStore(connected.client, { clock: "caller", prefix });
      expect(await history(redis, at, steps)).toEqual(await history(createMemoryStore(), at, steps));
      // Both books tell the same.
      const shares = (await server.admin.hvals(`{${prefix}:1}:shares`)).map(Number);
      expect(await server.admin.zcard(`{${prefix}:1}:ends`)).toBe(shares.reduce((sum, share) => sum + share, 0));
    });
    await fc.assert(asked, { numRuns: 300 });
  }, 60_000);

  test("says what the memory store says of charges of nothing, to counters that are charged or were", async () => {
    const once = (counter: number, amount: number): Step => ({
      do: "reserve",
      charges: [{ counter, amount, max: undefined, min: undefined }],
    });
    for (const counter of WINDOWS.keys()) {
      const wait: Step = { do: "wait", ms: 1_000 };
      const giveBack: Step = { do: "release", which: 0, only: undefined };
      const steps = [
        once(counter, 1),
        once(counter, 0),
        wait,
        giveBack,
        wait,
        once(counter, 0),
        wait,
        once(counter, 1),
      ];
      const redis = patientStore(connected.client, { clock: "caller", prefix: `nothing ${counter}` });
      const said = await history(redis, 7 * DAY, steps);
      expect(said).toEqual(await history(createMemoryStore(), 7 * DAY, steps));
      // Nothing is held by what asked: the last readings are those where nobody had.
      const silent = steps.filter((step) => step.do !== "reserve" || step.charges[0]?.amount !== 0);
      expect(said.slice(-4)).toEqual((await history(createMemoryStore(), 7 * DAY, silent)).slice(-4));
    }
  });

  test("knows when every month ends", async () => {
    const store = patientStore(connected.client, { clock: "caller", prefix: "months" });
    const month = [{ key: "m", window: { kind: "month" } }] as const;
    for (let index = 0; index < 12 * 140; index += 1) {
      const [first, next] = [Date.UTC(1970, index), Date.UTC(1970, index + 1)];
      for (const now of [first, next - 1])
        expect((await store.read(month, { now }))[0]).toEqual({ value: 0, resetsAt: next });
    }
  });
});
