import { parseWindow, type Window } from "../../internal/window.js";
import { same } from "../violation.js";
import { plain } from "./bench.js";
import type { ContractCase } from "./case.js";

/** Moments, and when the week and the month that they fall in end. */
const CALENDAR: readonly (readonly [at: string, week: string, month: string])[] = [
  ["2026-01-01T12:00:40.000Z", "2026-01-05T00:00:00.000Z", "2026-02-01T00:00:00.000Z"],
  ["2026-01-04T23:59:59.999Z", "2026-01-05T00:00:00.000Z", "2026-02-01T00:00:00.000Z"],
  ["2026-01-05T00:00:00.000Z", "2026-01-12T00:00:00.000Z", "2026-02-01T00:00:00.000Z"],
  ["2026-12-31T23:59:59.999Z", "2027-01-04T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
  ["2027-01-01T00:00:00.000Z", "2027-01-04T00:00:00.000Z", "2027-02-01T00:00:00.000Z"],
  ["2028-02-28T23:59:59.999Z", "2028-03-06T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ["2028-02-29T23:59:59.999Z", "2028-03-06T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ["2028-03-01T00:00:00.000Z", "2028-03-06T00:00:00.000Z", "2028-04-01T00:00:00.000Z"],
  ["2100-02-28T23:59:59.999Z", "2100-03-01T00:00:00.000Z", "2100-03-01T00:00:00.000Z"],
  ["2100-03-01T00:00:00.000Z", "2100-03-08T00:00:00.000Z", "2100-04-01T00:00:00.000Z"],
];

export const calendar: readonly ContractCase[] = [
  {
    promise: 6,
    name: "weeks begin on Monday and months on the first, in UTC",
    needs: ["settable clock"],
    run: async (bench) => {
      const [week, month] = [parseWindow("week") as Window, parseWindow("month") as Window];
      for (const [at, weekEnd, monthEnd] of CALENDAR) {
        await bench.setTime(Date.parse(at));
        const { readings } = await bench.reserve(
          bench.charge(`week at ${at}`, 1, 1, { window: week }),
          bench.charge(`month at ${at}`, 1, 1, { window: month }),
        );
        const ends = [weekEnd, monthEnd].map((end) => ({ value: 1, resetsAt: Date.parse(end) }));
        same(`the readings at ${at}`, plain(readings), ends);
      }
    },
  },
  {
    promise: 6,
    name: "a counter of a month starts again with the next, and with the same of the next year",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 1, 1, { window: parseWindow("month") as Window });
      await bench.setTime(Date.UTC(2028, 1, 1));
      await bench.take(charge);
      await bench.setTime(Date.UTC(2028, 2, 1) - 1);
      await bench.refuse(0, charge);
      for (const next of [Date.UTC(2028, 2, 1), Date.UTC(2029, 2, 1)]) {
        await bench.setTime(next);
        await bench.take(charge);
        await bench.refuse(0, charge);
      }
    },
  },
];
