import { holds, same } from "../violation.js";
import { atOnce, outcome, passed } from "./bench.js";
import { type ContractCase, offered } from "./case.js";

/** Far more callers than any `max` of these tests lets through. */
const CALLERS = 200;

export const allOrNone: readonly ContractCase[] = [
  {
    promise: 1,
    name: "every counter of a reservation is charged",
    run: async (bench) => {
      const answer = await bench.reserve(bench.charge("a", 1, 10), bench.charge("b", 2), bench.charge("c", 3, 3));
      same("the answer", outcome(answer), { ok: true });
      same("the values in the answer", values(answer.readings), [1, 2, 3]);
      await bench.expectValues({ a: 1, b: 2, c: 3 }, "after the reservation");
    },
  },
  {
    promise: 1,
    name: "a refusal by the second charge leaves the first and the third uncharged",
    run: async (bench) => {
      await bench.take(bench.charge("a", 3, 10), bench.charge("b", 4, 4));
      const answer = await bench.reserve(bench.charge("a", 1, 10), bench.charge("b", 1, 4), bench.charge("c", 1, 10));
      same("the answer", outcome(answer), { ok: false, refused: 1 });
      same("the values as they stand", values(answer.readings), [3, 4, 0]);
      await bench.expectValues({ a: 3, b: 4, c: 0 }, "after the refusal");
    },
  },
  {
    promise: 1,
    name: "of several charges that do not fit, the first is named",
    run: async (bench) => {
      await bench.refuse(1, bench.charge("a", 1, 1), bench.charge("b", 2, 1), bench.charge("c", 3, 1));
      await bench.expectValues({ a: 0, b: 0, c: 0 }, "after the refusal");
    },
  },
  {
    promise: 1,
    name: "a refused reservation uses nothing up",
    run: async (bench) => {
      for (let time = 0; time < 3; time++) await bench.refuse(0, bench.charge("a", 6, 5));
      await bench.take(bench.charge("a", 5, 5));
    },
  },
  {
    promise: 1,
    name: "many at once over the same counters, in opposite orders, charge both or none",
    run: async (bench) => {
      const answers = await atOnce(CALLERS, (index) => {
        const charges = [bench.charge("a", 1, 20), bench.charge("b", 1, 7)];
        return bench.reserve(...(index % 2 === 0 ? charges : charges.reverse()));
      });
      same("how many passed", passed(answers), 7);
      await bench.expectValues({ a: 7, b: 7 }, "after the race");
    },
  },
];

export const neverOver: readonly ContractCase[] = [
  {
    promise: 2,
    name: `of ${CALLERS} at once against a max of 10, exactly 10 pass`,
    run: async (bench) => {
      const answers = await atOnce(CALLERS, () => bench.reserve(bench.charge("a", 1, 10)));
      same("how many passed", passed(answers), 10);
      await bench.expectValues({ a: 10 }, "after the race");
    },
  },
  {
    promise: 2,
    name: `of ${CALLERS} at once over several connections, exactly 10 pass`,
    needs: ["shared backend"],
    run: async (bench) => {
      const connect = offered("connect", bench.subject.connect);
      const stores = [bench.store, ...(await atOnce(3, async () => connect.call(bench.subject)))];
      const now = await bench.now();
      const answers = await atOnce(CALLERS, async (index) =>
        (stores[index % stores.length] ?? bench.store).reserve([bench.charge("a", 1, 10)], { now }),
      );
      await Promise.all(stores.slice(1).map((store) => store.close?.()));
      same("how many passed", passed(answers), 10);
      await bench.expectValues({ a: 10 }, "after the race");
    },
  },
  {
    promise: 2,
    name: "amounts that do not divide the max stay below it",
    run: async (bench) => {
      const answers = await atOnce(CALLERS, () => bench.reserve(bench.charge("a", 7, 20)));
      same("how many passed", passed(answers), 2);
      await bench.expectValues({ a: 14 }, "after the race");
    },
  },
  {
    promise: 2,
    name: "many that reserve and release at once never hold more than the max, and leave 0",
    run: async (bench) => {
      let [held, most] = [0, 0];
      await atOnce(20, async () => {
        for (let round = 0; round < 5; round++) {
          const answer = await bench.reserve(bench.charge("a", 1, 5));
          if (!answer.ok) continue;
          most = Math.max(most, ++held);
          await bench.now();
          held--;
          await bench.release(answer.reservation);
        }
      });
      holds("the most that were held at once are 1 to 5", most >= 1 && most <= 5);
      await bench.expectValues({ a: 0 }, "when all are given back");
    },
  },
  {
    promise: 2,
    name: "a ticket that was approved is taken once, by whoever comes first, in one reservation with the limits",
    run: async (bench) => {
      const taking = [
        bench.charge("approved", 0, undefined, { min: 1 }),
        bench.charge("taken", 1, 1),
        bench.charge("calls", 1, 100),
      ];
      await bench.refuse(0, ...taking);
      await bench.take(bench.charge("approved", 1, 1));
      await bench.refuse(2, ...taking.slice(0, 2), bench.charge("calls", 101, 100));
      const answers = await atOnce(CALLERS, () => bench.reserve(...taking));
      same("how many took it", passed(answers), 1);
      await bench.expectValues({ approved: 1, taken: 1, calls: 1 }, "after the race");
      for (const answer of answers) if (answer.ok) await bench.release(answer.reservation);
      await bench.take(...taking);
    },
  },
  {
    promise: 2,
    name: "each reservation is held to its own max",
    run: async (bench) => {
      await bench.take(bench.charge("a", 6, 10));
      await bench.refuse(0, bench.charge("a", 1, 6));
      await bench.take(bench.charge("a", 1));
      await bench.refuse(0, bench.charge("a", 4, 10));
      await bench.take(bench.charge("a", 3, 10));
    },
  },
];

function values(readings: readonly { readonly value: number }[]): readonly number[] {
  return readings.map(({ value }) => value);
}
