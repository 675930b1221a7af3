import { type CounterStore, createMemoryStore, type Reservation, type StoreCharge } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { postgresNote, withoutPostgres } from "../services/postgres.js";
import { useServer } from "./server.js";
import { createStore } from "./subject.js";

const database = useServer();
const START = Date.UTC(2026, 0, 31, 23, 59, 0);

const WINDOWS: readonly StoreCharge["window"][] = [
  { kind: "fixed", ms: 60_000, offsetMs: 0 },
  { kind: "fixed", ms: 7 * 86_400_000, offsetMs: 4 * 86_400_000 },
  { kind: "month" },
  { kind: "sliding", ms: 60_000 },
  { kind: "sliding", ms: 7 },
  { kind: "session", idleMs: 40_000 },
  { kind: "in_flight", leaseMs: 50_000 },
];

/** Every window has two counters; both are of one group. */
const charges = fc.uniqueArray(fc.nat(WINDOWS.length * 2 - 1), { minLength: 1, maxLength: 4 }).chain((keys) =>
  fc.tuple(
    ...keys.map((key) =>
      fc.record({
        key: fc.constant(`key ${key}`),
        group: fc.constant(`group ${key >> 1}`),
        grant: fc.constant("grant"),
        window: fc.constant(WINDOWS[key >> 1] as StoreCharge["window"]),
        amount: fc.integer({ min: 0, max: 3 }),
        max: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
        min: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 8 }),
      }),
    ),
  ),
);

const step = fc.record({
  later: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2_000 }), fc.constantFrom(1_000, 40_000, 50_000, 60_000)),
  what: fc.oneof(
    { weight: 5, arbitrary: fc.record({ reserve: charges }) },
    {
      weight: 2,
      arbitrary: fc.record({ release: fc.nat(), only: fc.option(fc.array(fc.nat(4)), { nil: undefined }) }),
    },
    { weight: 1, arbitrary: fc.record({ renew: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ reset: fc.nat(WINDOWS.length - 1) }) },
  ),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What a store answers to each step, and how every counter stands after it. */
async function play(store: CounterStore, steps: readonly Step[]): Promise<readonly unknown[]> {
  const all = WINDOWS.flatMap((window, index) => [0, 1].map((one) => ({ key: `key ${index * 2 + one}`, window })));
  const made: Reservation[] = [];
  const answers: unknown[] = [];
  let now = START;
  for (const { later, what } of steps) {
    now += later;
    if ("reserve" in what) {
      const answer = await store.reserve(what.reserve, { now });
      if (answer.ok) made.push(answer.reservation);
      answers.push([answer.ok || answer.refused, answer.readings]);
    } else if ("reset" in what) {
      await store.reset([`group ${what.reset}`]);
    } else if (made.length > 0) {
      const reservation = made[("release" in what ? what.release : what.renew) % made.length] as Reservation;
      if ("release" in what) await store.release(reservation, what.only);
      else answers.push(await store.renew(reservation, { now }));
    }
    answers.push(await store.read(all, { now }));
  }
  return answers;
}

describe.skipIf(withoutPostgres)(`the Postgres store beside the memory store${postgresNote}`, () => {
  test("whatever is reserved, released, renewed and reset, both answer alike", async () => {
    const { store, schema } = await createStore(database, { clock: "caller" });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        await database.query(`truncate ${schema}.counters cascade`);
        expect(await play(store, steps)).toEqual(await play(createMemoryStore(), steps));
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
