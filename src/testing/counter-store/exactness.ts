import { same } from "../violation.js";
import { LARGEST, plain } from "./bench.js";
import type { ContractCase } from "./case.js";

export const exactlyAtMax: readonly ContractCase[] = [
  {
    promise: 3,
    name: "up to the max passes, one millionth more is refused",
    run: async (bench) => {
      await bench.refuse(0, bench.charge("a", 1_000_001, 1_000_000));
      await bench.take(bench.charge("a", 999_999, 1_000_000));
      await bench.refuse(0, bench.charge("a", 2, 1_000_000));
      await bench.take(bench.charge("a", 1, 1_000_000));
      await bench.refuse(0, bench.charge("a", 1, 1_000_000));
    },
  },
  {
    promise: 3,
    name: "an amount of 0 passes at the max and is refused above it",
    run: async (bench) => {
      await bench.take(bench.charge("a", 0, 0));
      await bench.refuse(0, bench.charge("a", 1, 0));
      await bench.take(bench.charge("a", 1));
      await bench.take(bench.charge("a", 0, 1));
      await bench.refuse(0, bench.charge("a", 0, 0));
    },
  },
  {
    promise: 3,
    name: "a hundred tenths fill ten, the next is refused",
    run: async (bench) => {
      for (let time = 0; time < 100; time++) await bench.take(bench.charge("a", 100_000, 10_000_000));
      await bench.refuse(0, bench.charge("a", 100_000, 10_000_000));
      await bench.expectValues({ a: 10_000_000 }, "after a hundred tenths");
    },
  },
  {
    promise: 3,
    name: `sums are exact up to ${LARGEST}`,
    run: async (bench) => {
      await bench.take(bench.charge("a", LARGEST - 1, LARGEST));
      await bench.expectValues({ a: LARGEST - 1 }, "one below the largest");
      await bench.refuse(0, bench.charge("a", 2, LARGEST));
      await bench.take(bench.charge("a", 1, LARGEST));
      await bench.expectValues({ a: LARGEST }, "at the largest");
      await bench.refuse(0, bench.charge("a", 1, LARGEST));
    },
  },
  {
    promise: 3,
    name: "below the min is refused and changes nothing, at the min passes",
    run: async (bench) => {
      const late = bench.charge("late", 0, undefined, { min: 2_000_000 });
      await bench.refuse(0, late);
      await bench.take(bench.charge("late", 1_999_999));
      await bench.refuse(1, bench.charge("b", 1), late);
      await bench.expectValues({ late: 1_999_999, b: 0 }, "after the refusals");
      await bench.take(bench.charge("late", 1));
      await bench.take(late);
      await bench.expectValues({ late: 2_000_000 }, "after a charge of nothing");
    },
  },
  {
    promise: 3,
    name: "what a charge adds itself does not count for its min",
    run: async (bench) => {
      await bench.refuse(0, bench.charge("a", 5, undefined, { min: 5 }));
      await bench.take(bench.charge("a", 5, undefined, { min: 0 }));
      await bench.take(bench.charge("a", 5, 10, { min: 5 }));
      await bench.refuse(0, bench.charge("a", 1, 10, { min: 5 }));
      await bench.expectValues({ a: 10 }, "after the charges");
    },
  },
  {
    promise: 3,
    name: "without a max it counts",
    run: async (bench) => {
      for (let time = 0; time < 3; time++) await bench.take(bench.charge("a", 5));
      await bench.expectValues({ a: 15 }, "after three charges");
    },
  },
  {
    promise: 3,
    name: "a sum too large to be exact is refused, or fails, and changes nothing",
    run: async (bench) => {
      await bench.take(bench.charge("a", LARGEST));
      const charges = [bench.charge("b", 1), bench.charge("a", LARGEST)];
      const answer = await bench.reserve(...charges).catch(() => ({ ok: false }));
      same("whether it passed", answer.ok, false);
      await bench.expectValues({ a: LARGEST, b: 0 }, "after the overflow");
    },
  },
  {
    promise: 3,
    name: "read says what reserve said, in the order asked, and changes nothing",
    run: async (bench) => {
      const charges = [bench.charge("a", 1, 10), bench.charge("b", 2)];
      const { readings } = await bench.reserve(...charges);
      const asked = [...charges].reverse();
      for (let time = 0; time < 2; time++) {
        same("the readings", plain(await bench.read(...asked)), plain([...readings].reverse()));
      }
      await bench.expectValues({ a: 1, never: 0, b: 2 }, "with one that was never charged");
      same("no counters", plain(await bench.read()), []);
    },
  },
];
