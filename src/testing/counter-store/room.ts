import type { Window } from "../../internal/window.js";
import { failure, holds, same } from "../violation.js";
import { atOnce, type Bench, MINUTE, START } from "./bench.js";
import { type ContractCase, offered } from "./case.js";
import type { StoreCapacity } from "./subject.js";

const WEEK = 7 * 86_400_000;

export const nothingEvicted: readonly ContractCase[] = [
  {
    promise: 10,
    name: "as many other counters as there may be push none out",
    run: async (bench) => {
      const { capacity } = bench.claims;
      await bench.take(bench.charge("own", 3, 3));
      const others = await fill(bench, capacity === undefined ? 1_000 : capacity.maxKeys - 1);
      await bench.refuse(0, bench.charge("own", 1, 3));
      const readings = await bench.read(...others.map((key) => ({ key, window: bench.window })));
      same("the counters that are not 1", readings.filter(({ value }) => value !== 1).length, 0);
    },
  },
  {
    promise: 10,
    name: "a full store refuses a new counter, and goes on with those it has",
    needs: ["capacity"],
    run: async (bench) => {
      await bench.take(bench.charge("own", 2, 3));
      await fill(bench, capacityOf(bench).maxKeys - 1);
      const added = bench.charge("new", 1, 3, { grant: "newcomer" });
      for (let time = 0; time < 3; time++) await expectFull(bench, added);
      await expectFull(bench, bench.charge("own", 1, 3), added);
      await bench.take(bench.charge("own", 1, 3));
      await bench.refuse(0, bench.charge("own", 1, 3));
    },
  },
  {
    promise: 10,
    name: "counters whose window is over make room",
    needs: ["capacity", "settable clock"],
    run: async (bench) => {
      const { maxKeys } = capacityOf(bench);
      await fill(bench, maxKeys);
      await expectFull(bench, bench.charge("new", 1, 3, { grant: "newcomer" }));
      await bench.setTime(START + WEEK);
      await fill(bench, maxKeys, "later");
      await expectFull(bench, bench.charge("new", 1, 3, { grant: "newcomer" }));
    },
  },
];

/** Kinds of windows whose counters can be idle, and still be there when they are charged again. */
const IDLE: readonly Window[] = [
  { kind: "fixed", ms: MINUTE, offsetMs: 0 },
  { kind: "sliding", ms: MINUTE },
  { kind: "session", idleMs: MINUTE },
  { kind: "in_flight", leaseMs: MINUTE },
];

export const roomForOthers: readonly ContractCase[] = IDLE.map((window) => ({
  promise: 10,
  name: `an idle ${window.kind} counter that is charged while room is made for others counts on`,
  needs: ["capacity", "settable clock"],
  run: async (bench) => {
    const { maxKeys } = capacityOf(bench);
    const idle = bench.charge("idle", 1, 1, { window });
    await bench.take(idle);
    await fill(bench, maxKeys - 1);
    await bench.setTime(START + WEEK);
    await bench.take(idle, bench.charge("new", 1, 1, { grant: "newcomer" }));
    await bench.refuse(0, idle);
    await bench.refuse(0, idle, bench.charge("another", 1, 1, { grant: "newcomer" }));
  },
}));

export const sharesApart: readonly ContractCase[] = [
  {
    promise: 13,
    name: "a grant that has filled its share gets no new counter, and keeps those it has",
    needs: ["capacity"],
    run: async (bench) => {
      const { maxKeysPerGrant } = capacityOf(bench);
      const greedy = { grant: "greedy" };
      for (let index = 0; index < maxKeysPerGrant; index++) {
        await bench.take(bench.charge(`greedy ${index}`, 1, 2, greedy));
      }
      await expectFull(bench, bench.charge("one more", 1, 2, greedy));
      await bench.take(bench.charge("greedy 0", 1, 2, greedy));
    },
  },
  {
    promise: 13,
    name: "a reservation that would pass the share leaves nothing of itself",
    needs: ["capacity"],
    run: async (bench) => {
      const { maxKeysPerGrant } = capacityOf(bench);
      const charges = Array.from({ length: maxKeysPerGrant + 1 }, (_, index) => bench.charge(`k${index}`, 1, 2));
      await expectFull(bench, ...charges);
      await bench.take(...charges.slice(1));
      await bench.expectValues({ k0: 0, k1: 1 }, "after the refusal");
    },
  },
  {
    promise: 13,
    name: "asking about counters, with charges of nothing, fills no share",
    needs: ["capacity"],
    run: async (bench) => {
      const { maxKeysPerGrant } = capacityOf(bench);
      for (let index = 0; index < 3 * maxKeysPerGrant; index++) await bench.take(bench.charge(`asked ${index}`, 0, 0));
      for (let index = 0; index < maxKeysPerGrant; index++) await bench.take(bench.charge(`counted ${index}`, 1, 1));
      await expectFull(bench, bench.charge("one more", 1, 1));
      await bench.take(bench.charge("asked of a full share", 0, 0));
    },
  },
  {
    promise: 13,
    name: "counters that were given back to the last make room",
    needs: ["capacity"],
    run: async (bench) => {
      const { maxKeysPerGrant } = capacityOf(bench);
      const window: Window = { kind: "sliding", ms: bench.windowMs };
      for (let index = 0; index < maxKeysPerGrant; index++) {
        const details = index % 2 === 0 ? {} : { window };
        await bench.release(await bench.take(bench.charge(`refunded ${index}`, 1, 1, details)));
      }
      for (let index = 0; index < maxKeysPerGrant; index++) await bench.take(bench.charge(`counted ${index}`, 1, 1));
    },
  },
  {
    promise: 13,
    name: "others get theirs while one fills its own",
    needs: ["capacity"],
    run: async (bench) => {
      const { maxKeysPerGrant } = capacityOf(bench);
      const tries = Array.from({ length: maxKeysPerGrant * 3 }, (_, index) =>
        bench.charge(`greedy ${index}`, 1, 2, { grant: "greedy" }),
      );
      for (const charge of tries) await bench.reserve(charge).catch(() => undefined);
      for (let index = 0; index < maxKeysPerGrant; index++) {
        await bench.take(bench.charge(`modest ${index}`, 1, 2, { grant: "modest" }));
      }
    },
  },
  {
    promise: 13,
    name: "the share ends with the window of the counters in it",
    needs: ["capacity", "settable clock"],
    run: async (bench) => {
      const { maxKeysPerGrant } = capacityOf(bench);
      for (const week of [0, 1, 2]) {
        await bench.setTime(START + week * WEEK);
        for (let index = 0; index < maxKeysPerGrant; index++) await bench.take(bench.charge(`${week} ${index}`, 1));
        await expectFull(bench, bench.charge(`${week} more`, 1));
      }
    },
  },
  {
    promise: 13,
    name: "a counter is one, whichever grants charge it",
    run: async (bench) => {
      await bench.take(bench.charge("a", 1, 2, { grant: "one" }));
      await bench.take(bench.charge("a", 1, 2, { grant: "other" }));
      await bench.refuse(0, bench.charge("a", 1, 2, { grant: "third" }));
      await bench.expectValues({ a: 2 }, "after two grants charged it");
    },
  },
];

function capacityOf(bench: Bench): StoreCapacity {
  return offered("capacity", bench.claims.capacity);
}

/** Charges `count` new counters, of as many grants as their shares make necessary, and says their keys. */
async function fill(bench: Bench, count: number, name = "other"): Promise<readonly string[]> {
  const share = bench.claims.capacity?.maxKeysPerGrant ?? 100;
  const keys = Array.from({ length: count }, (_, index) => `${name} ${index}`);
  await atOnce(Math.ceil(count / share), async (index) => {
    const grant = `${name} ${index}`;
    for (const key of keys.slice(index * share, (index + 1) * share)) {
      await bench.take(bench.charge(key, 1, 1, { grant }));
    }
  });
  return keys;
}

async function expectFull(bench: Bench, ...charges: ReturnType<Bench["charge"]>[]): Promise<void> {
  const error = await failure("a new counter in a full store", () => bench.reserve(...charges));
  holds("the failure is an error", error instanceof Error);
  same("its code", (error as { readonly code?: unknown }).code, "store_full");
}
