import type { StoreCharge } from "../../counters/store.js";
import { fixedWindow } from "../../internal/window.js";
import { failure, same } from "../violation.js";
import type { ContractCase } from "./case.js";
import { offered } from "./case.js";

/** No number of millionths, and no length of a window. */
const NONSENSE: readonly number[] = [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 53];

export const failures: readonly ContractCase[] = [
  {
    promise: 9,
    name: "when the backend fails, every operation does",
    needs: ["backend that can fail"],
    run: async (bench) => {
      const charge = bench.charge("a", 1, 10);
      const reservation = await bench.take(charge);
      await offered("breakBackend", bench.subject.breakBackend).call(bench.subject);
      await failure("a reservation", () => bench.reserve(charge));
      await failure("a reservation without a max", () => bench.reserve(bench.charge("b", 1)));
      await failure("a reservation of nothing", () => bench.reserve(bench.charge("a", 0, 10)));
      await failure("a read", () => bench.read(charge));
      await failure("a release", () => bench.release(reservation));
      await failure("a renewal", () => bench.renew(reservation));
      await failure("a reset", () => bench.store.reset(["a"]));
    },
  },
  {
    promise: 9,
    name: "an amount that cannot be counted is no success, and changes nothing",
    run: (bench) => expectNoSuccess(bench, (value) => ({ amount: value })),
  },
  {
    promise: 9,
    name: "a max that cannot be compared is no success, and changes nothing",
    run: (bench) => expectNoSuccess(bench, (value) => ({ max: value }), NONSENSE.slice(0, 2)),
  },
  {
    promise: 9,
    name: "a window that cannot be is no success, and changes nothing",
    run: (bench) => expectNoSuccess(bench, (value) => ({ window: fixedWindow(value) }), [0, ...NONSENSE]),
  },
  {
    promise: 9,
    name: "without a time the call fails, and the next one is as if it had not been",
    needs: ["caller's clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 1, 2);
      await bench.take(charge);
      for (const now of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        await failure(`a reservation at ${now}`, async () => bench.store.reserve([charge], { now }));
        await failure(`a read at ${now}`, async () => bench.store.read([charge], { now }));
      }
      await bench.expectValues({ a: 1 }, "after the failures");
      await bench.take(charge);
      await bench.refuse(0, charge);
    },
  },
];

async function expectNoSuccess(
  bench: Parameters<ContractCase["run"]>[0],
  nonsense: (value: number) => Partial<StoreCharge>,
  values: readonly number[] = NONSENSE,
): Promise<void> {
  await bench.take(bench.charge("a", 1, 10));
  for (const value of values) {
    const charges = [bench.charge("b", 1, 10), { ...bench.charge("a", 1, 10), ...nonsense(value) }];
    const answer = await bench.reserve(...charges).catch(() => ({ ok: false }));
    same(`whether ${value} passed`, answer.ok, false);
    await bench.expectValues({ a: 1, b: 0 }, `after ${value}`);
  }
}
