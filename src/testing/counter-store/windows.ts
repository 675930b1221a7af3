import { fixedWindow } from "../../internal/window.js";
import { same } from "../violation.js";
import { type Bench, MINUTE, plain, START } from "./bench.js";
import type { ContractCase } from "./case.js";

const END = START + 20_000;
const HOUR = 60 * MINUTE;

export const newWindow: readonly ContractCase[] = [
  {
    promise: 6,
    name: "the last millisecond belongs to the old window, the next one to the new",
    needs: ["settable clock"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 10, 10));
      await bench.setTime(END - 1);
      await bench.refuse(0, bench.charge("a", 1, 10));
      await expectReading(bench, "a", MINUTE, { value: 10, resetsAt: END });
      await bench.setTime(END);
      await expectReading(bench, "a", MINUTE, { value: 0, resetsAt: END + MINUTE });
      await bench.take(bench.charge("a", 10, 10));
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 6,
    name: "a counter first charged in the last millisecond of a window starts again in the next",
    needs: ["settable clock"],
    run: async (bench) => {
      await bench.setTime(END - 1);
      await bench.take(bench.charge("a", 10, 10));
      await bench.setTime(END);
      await bench.take(bench.charge("a", 10, 10));
      await bench.setTime(END + MINUTE - 1);
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 6,
    name: "windows are multiples of their length since the epoch, whatever the length",
    needs: ["settable clock"],
    run: async (bench) => {
      for (const windowMs of [1, 1_000, 7_000, MINUTE, HOUR, 24 * HOUR, 366 * 24 * HOUR]) {
        await bench.setTime(START);
        const key = `every ${windowMs}`;
        const resetsAt = Math.floor(START / windowMs) * windowMs + windowMs;
        const { readings } = await bench.reserve(bench.charge(key, 1, 1, { windowMs }));
        same(`the reading of a window of ${windowMs} ms`, plain(readings), [{ value: 1, resetsAt }]);
      }
    },
  },
  {
    promise: 6,
    name: "a reservation over several windows charges each in its own",
    needs: ["settable clock"],
    run: async (bench) => {
      const charges = [bench.charge("minute", 1, 1), bench.charge("hour", 1, 2, { windowMs: HOUR })];
      await bench.take(...charges);
      await bench.refuse(0, ...charges);
      await bench.setTime(END);
      await bench.take(...charges);
      await bench.setTime(END + MINUTE);
      await bench.refuse(1, ...charges);
      await bench.setTime(START + HOUR);
      await bench.take(...charges);
    },
  },
  {
    promise: 6,
    name: "windows that nobody used leave nothing behind",
    needs: ["settable clock"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 10, 10));
      await bench.setTime(START + 1_000 * HOUR);
      await expectReading(bench, "a", MINUTE, { value: 0, resetsAt: END + 1_000 * HOUR });
      await bench.take(bench.charge("a", 10, 10));
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
];

export const clockBack: readonly ContractCase[] = [
  {
    promise: 7,
    name: "a full counter stays full when the clock moves back",
    needs: ["settable clock"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 10, 10));
      for (const back of [1, MINUTE, HOUR, START]) {
        await bench.setTime(START - back);
        await bench.refuse(0, bench.charge("a", 1, 10));
        await bench.expectValues({ a: 10 }, `with the clock ${back} ms back`);
      }
      await bench.setTime(START);
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 7,
    name: "an earlier window is not opened again once a later one has begun",
    needs: ["settable clock"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 10, 10));
      await bench.setTime(END);
      await bench.take(bench.charge("a", 4, 10));
      await bench.setTime(END - 1);
      await bench.take(bench.charge("a", 6, 10));
      await bench.refuse(0, bench.charge("a", 1, 10));
      await bench.setTime(END);
      await bench.expectValues({ a: 10 }, "when the clock is right again");
      await bench.refuse(0, bench.charge("a", 1, 10));
    },
  },
  {
    promise: 7,
    name: "a release while the clock is back gives back to the window that was charged",
    needs: ["settable clock"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 4, 10));
      const reservation = await bench.take(bench.charge("a", 6, 10));
      await bench.setTime(START - HOUR);
      await bench.expectValues({ a: 10 }, "with the clock back");
      await bench.release(reservation);
      await bench.setTime(START);
      await bench.expectValues({ a: 4 }, "when the clock is right again");
    },
  },
];

async function expectReading(bench: Bench, key: string, windowMs: number, reading: object): Promise<void> {
  same(`the reading of ${key}`, plain(await bench.read({ key, window: fixedWindow(windowMs) })), [reading]);
}
