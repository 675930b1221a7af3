import type { Reservation } from "../../counters/store.js";
import { atOnce, type Bench, MINUTE, START } from "./bench.js";
import type { ContractCase } from "./case.js";

const HOUR = 60 * MINUTE;

export const releasing: readonly ContractCase[] = [
  {
    promise: 4,
    name: "every counter gets back exactly what it was charged",
    run: async (bench) => {
      await bench.take(bench.charge("a", 10), bench.charge("b", 20));
      const reservation = await bench.take(bench.charge("a", 1), bench.charge("b", 2, 100), bench.charge("c", 3));
      await bench.release(reservation);
      await bench.expectValues({ a: 10, b: 20, c: 0 }, "after the release");
    },
  },
  {
    promise: 4,
    name: "what was given back can be reserved again, and no more",
    run: async (bench) => {
      await bench.take(bench.charge("a", 7, 10));
      const reservation = await bench.take(bench.charge("a", 3, 10));
      await bench.refuse(0, bench.charge("a", 3, 10));
      await bench.release(reservation);
      await bench.take(bench.charge("a", 3, 10));
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 4,
    name: "a second release changes nothing",
    run: async (bench) => {
      await bench.take(bench.charge("a", 5));
      const reservation = await bench.take(bench.charge("a", 1));
      for (let time = 0; time < 3; time++) await bench.release(reservation);
      await bench.expectValues({ a: 5 }, "after three releases of one reservation");
    },
  },
  {
    promise: 4,
    name: "many releases of one reservation at once give back once",
    run: async (bench) => {
      await bench.take(bench.charge("a", 50));
      const reservation = await bench.take(bench.charge("a", 1));
      await atOnce(20, () => bench.release(reservation));
      await bench.expectValues({ a: 50 }, "after the race");
    },
  },
  {
    promise: 4,
    name: "releases of many reservations at once all count",
    run: async (bench) => {
      const reservations = await atOnce(20, () => bench.take(bench.charge("a", 1), bench.charge("b", 2)));
      await Promise.all(reservations.map((reservation) => bench.release(reservation)));
      await bench.expectValues({ a: 0, b: 0 }, "after the releases");
    },
  },
  {
    promise: 4,
    name: "a release later in the same window gives back",
    needs: ["settable clock"],
    run: async (bench) => {
      const reservation = await bench.take(bench.charge("a", 1));
      await bench.setTime(START + 19_999);
      await bench.expectValues({ a: 1 }, "before the release");
      await bench.release(reservation);
      await bench.expectValues({ a: 0 }, "after the release");
    },
  },
  {
    promise: 4,
    name: "a release in a later window changes nothing there",
    needs: ["settable clock"],
    run: async (bench) => {
      const reservation = await bench.take(bench.charge("a", 3, 10));
      await bench.setTime(START + MINUTE);
      await bench.take(bench.charge("a", 10, 10));
      await bench.release(reservation);
      await bench.expectValues({ a: 10 }, "after the late release");
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 4,
    name: "a release in a later window, before anything is charged there, leaves it at 0",
    needs: ["settable clock"],
    run: async (bench) => {
      const reservation = await bench.take(bench.charge("a", 3, 10));
      await bench.setTime(START + MINUTE);
      await bench.release(reservation);
      await bench.expectValues({ a: 0 }, "after the late release");
      await bench.take(bench.charge("a", 10, 10));
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 4,
    name: "of windows of several lengths, only those that still run get back",
    needs: ["settable clock"],
    run: async (bench) => {
      const byTheHour = { windowMs: HOUR };
      const charges = [bench.charge("minute", 5), bench.charge("hour", 5, 100, byTheHour)];
      const reservation = await bench.take(...charges);
      await bench.setTime(START + MINUTE);
      await bench.take(...charges);
      await bench.release(reservation);
      await bench.expectValues({ minute: 5 }, "after the late release");
      await bench.refuse(0, bench.charge("hour", 96, 100, byTheHour));
      await bench.take(bench.charge("hour", 95, 100, byTheHour));
    },
  },
];

export const releasingParts: readonly ContractCase[] = [
  {
    promise: 4,
    name: "some charges of a reservation can be given back, the others later, each once",
    run: async (bench) => {
      const charges = [bench.charge("a", 1), bench.charge("b", 2), bench.charge("c", 4)];
      await bench.take(...charges);
      const reservation = await bench.take(...charges);
      await bench.release(reservation, [1]);
      await bench.expectValues({ a: 2, b: 2, c: 8 }, "after the second charge");
      await bench.release(reservation, [1, 2]);
      await bench.expectValues({ a: 2, b: 2, c: 4 }, "after the third too");
      await bench.release(reservation);
      await bench.expectValues({ a: 1, b: 2, c: 4 }, "after all of it");
      await bench.release(reservation, [0, 1, 2]);
      await bench.expectValues({ a: 1, b: 2, c: 4 }, "when nothing is left to give back");
    },
  },
  {
    promise: 4,
    name: "nothing, and charges that a reservation has not, give back nothing",
    run: async (bench) => {
      const reservation = await bench.take(bench.charge("a", 3));
      await bench.release(reservation, []);
      await bench.release(reservation, [1, -1, 7]).catch(() => undefined);
      await bench.expectValues({ a: 3 }, "after releases of nothing");
      await bench.release(reservation, [0, 0]);
      await bench.expectValues({ a: 0 }, "after a release that names it twice");
    },
  },
];

export const releasingUnknown: readonly ContractCase[] = [
  {
    promise: 5,
    name: "a reservation that nobody made gives back nothing",
    run: async (bench) => {
      const charges = [bench.charge("a", 5, 10), bench.charge("b", 5, 10)];
      await bench.take(...charges);
      await attemptRelease(bench, { charges });
      await attemptRelease(bench, { charges: [bench.charge("a", 1_000)] });
      await attemptRelease(bench, { charges: [] });
      await bench.expectValues({ a: 5, b: 5 }, "after the forged releases");
    },
  },
  {
    promise: 5,
    name: "no counter falls below 0, so no max grows",
    run: async (bench) => {
      await bench.expectValues({ a: 0 }, "before anything");
      await attemptRelease(bench, { charges: [bench.charge("a", 5, 10)] });
      await bench.expectValues({ a: 0 }, "after the forged release");
      await bench.refuse(0, bench.charge("a", 11, 10));
      await bench.take(bench.charge("a", 10, 10));
    },
  },
];

/** Whether a store is silent about a reservation it does not know, or says so, is its own affair. */
async function attemptRelease(bench: Bench, reservation: Reservation): Promise<void> {
  await bench.release(reservation).catch(() => undefined);
}
