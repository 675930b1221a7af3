import type { CounterStoreClaims, CounterStoreSubject } from "callgate/testing";
import { describe, expect, test } from "vitest";
import { BAD_AT_KEEPING } from "./bad-keeping.js";
import { BAD_AT_RELEASING } from "./bad-releasing.js";
import { BAD_AT_RESERVING } from "./bad-reserving.js";
import { BAD_AT_RESETS } from "./bad-resets.js";
import { BAD_AT_SLOTS } from "./bad-slots.js";
import { FIXED_CLOCK, UNBOUNDED } from "./bad-store.js";
import { BAD_AT_WINDOWS } from "./bad-windows.js";
import { collect, type Outcome, register } from "./collect.js";
import { EVERYTHING, PlainStore, subjectOf } from "./plain-store.js";

const BAD_STORES = [
  ...BAD_AT_RESERVING,
  ...BAD_AT_RELEASING,
  ...BAD_AT_WINDOWS,
  ...BAD_AT_KEEPING,
  ...BAD_AT_SLOTS,
  ...BAD_AT_RESETS,
].sort((one, other) => one.promise - other.promise);

const failuresOf = (outcomes: readonly Outcome[]) => outcomes.filter(({ error }) => error !== undefined);

/** That a promise was broken, or that nothing came of it; anything else is a fault of the bad store. */
const byTheContract = ({ error }: Outcome) =>
  error instanceof Error && (error.name === "ContractViolation" || error.message === "never settles");

const caught = new Map<string, readonly Outcome[]>();
for (const { fault, store, claims = EVERYTHING } of BAD_STORES) {
  caught.set(fault, failuresOf(await collect(() => subjectOf(store, claims), claims)));
}

describe("a store that keeps its promises passes", () => {
  test.each<[string, CounterStoreClaims]>([
    ["claiming everything", EVERYTHING],
    ["claiming nothing", {}],
    ["by its backend's clock", { ...EVERYTHING, clock: "backend" }],
    ["by a clock that nobody can set", FIXED_CLOCK],
  ])("%s", async (_how, claims) => {
    const failures = failuresOf(await collect(() => subjectOf(PlainStore, claims), claims));
    expect(failures).toEqual([]);
  });
});

describe("a store that breaks one is caught", () => {
  test("every fault has a name of its own", () => {
    expect(new Set(BAD_STORES.map(({ fault }) => fault)).size).toBe(BAD_STORES.length);
  });

  for (const { promise, fault } of BAD_STORES) {
    test(`caught by promise ${promise}: ${fault}`, () => {
      const failures = caught.get(fault) ?? [];
      expect(failures.filter(byTheContract).map((failure) => failure.promise)).toContain(promise);
      expect(failures.filter((failure) => !byTheContract(failure))).toEqual([]);
    });
  }

  const catching = new Set([...caught.values()].flat().map(({ name }) => name));
  const claimSets = [EVERYTHING, { clock: "backend" }] as const;
  const names = claimSets
    .flatMap((claims) => register(() => subjectOf(PlainStore, claims), claims).map(({ name }) => name))
    .filter((name) => !name.includes("(not claimed"));

  for (const name of new Set(names)) {
    test(`catches at least one bad store: ${name}`, () => {
      expect(catching).toContain(name);
    });
  }
});

describe("a claim is held against the subject", () => {
  const outcomesOf = async (offers: CounterStoreClaims, claims: CounterStoreClaims) =>
    failuresOf(await collect(() => subjectOf(PlainStore, offers), claims));
  const messages = (failures: readonly Outcome[]) => [
    ...new Set(failures.map(({ error }) => (error as Error).message)),
  ];

  test("what is not claimed and is there fails under a name that says so", async () => {
    const failures = await outcomesOf(UNBOUNDED, {});
    expect(failures.map(({ name }) => / \(not claimed: (.*)\)$/.exec(name)?.[1])).toEqual([
      "shared backend",
      "backend that can fail",
      "durability",
      "durability",
    ]);
    expect(messages(failures)).toEqual([
      "shared backend is not claimed, and is there: expected false, got true",
      "backend that can fail is not claimed, and is there: expected false, got true",
      "durability is not claimed, and is there: expected false, got true",
    ]);
  });

  test("a clock that can be set and is not claimed fails", async () => {
    const failures = await outcomesOf({ clock: "backend" }, { clock: "backend", settableClock: false });
    expect(messages(failures)).toEqual(["settable clock is not claimed, and is there: expected false, got true"]);
  });

  test("another clock than the claimed one fails", async () => {
    const failures = await outcomesOf({ clock: "backend" }, {});
    expect(messages(failures)).toContain("backend's clock is not claimed, and is there: expected false, got true");
    const others = await outcomesOf({}, { clock: "backend" });
    expect(messages(others)).toContain("caller's clock is not claimed, and is there: expected false, got true");
  });

  test("what is claimed and not there fails, and the message says what is missing", async () => {
    const failures = await outcomesOf({}, { shared: true, durable: true, breakable: true });
    expect(messages(failures)).toEqual([
      "the claim needs `connect` of the subject, which has none",
      "the claim needs `breakBackend` of the subject, which has none",
      "the claim needs `reopen` of the subject, which has none",
    ]);
    const fixed = await outcomesOf({ settableClock: false }, {});
    expect(messages(fixed)).toEqual(["the subject's clock has no `set`"]);
  });

  test("every subject is disposed of once, also after a failure", async () => {
    let [opened, disposed] = [0, 0];
    const setup = (): CounterStoreSubject => {
      opened++;
      const subject = subjectOf(PlainStore, UNBOUNDED);
      return {
        ...subject,
        dispose: () => {
          disposed++;
        },
      };
    };
    const outcomes = await collect(setup, {});
    expect(failuresOf(outcomes)).toHaveLength(4);
    expect([opened, disposed]).toEqual([outcomes.length, outcomes.length]);
  });

  test("a disposal that fails is an error of its own, and hides none", async () => {
    const dispose = () => {
      throw new Error("cannot be removed");
    };
    const outcomes = await collect(() => ({ ...subjectOf(PlainStore, UNBOUNDED), dispose }), {});
    expect(outcomes.filter(byTheContract)).toHaveLength(4);
    expect(messages(outcomes.filter((outcome) => !byTheContract(outcome)))).toEqual(["cannot be removed"]);
  });
});
