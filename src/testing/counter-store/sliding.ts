import type { Window } from "../../internal/window.js";
import { holds, same } from "../violation.js";
import { MINUTE, START } from "./bench.js";
import type { ContractCase } from "./case.js";

const SLIDING: Window = { kind: "sliding", ms: MINUTE };
/** A sixtieth: how much too early a sliding window may refuse. */
const PART = MINUTE / 60;

export const sliding: readonly ContractCase[] = [
  {
    promise: 6,
    name: "what slides out of the window counts no longer, at most a sixtieth of the window late",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 10, 10, { window: SLIDING });
      await bench.take(charge);
      for (const later of [1, MINUTE / 2, MINUTE - 1]) {
        await bench.setTime(START + later);
        await bench.refuse(0, charge);
      }
      await bench.setTime(START + MINUTE + PART);
      await bench.take(charge);
      await bench.refuse(0, charge);
    },
  },
  {
    promise: 2,
    name: "no span of a sliding window's length holds more than its max",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 1, 7, { window: SLIDING });
      const passed: number[] = [];
      for (let at = 0; at < 4 * MINUTE; at += 1_777) {
        await bench.setTime(START + at);
        if ((await bench.reserve(charge)).ok) passed.push(at);
      }
      for (const from of passed) {
        const inSpan = passed.filter((at) => at >= from && at < from + MINUTE).length;
        holds(`at most 7 of ${passed} from ${from}`, inSpan <= 7);
      }
      holds(`at least 7 in each minute and a sixtieth: ${passed.length}`, passed.length >= 7 * 3);
    },
  },
  {
    promise: 6,
    name: "the reading of a sliding window falls part by part",
    needs: ["settable clock"],
    run: async (bench) => {
      const name = { key: "a", window: SLIDING };
      await bench.take(bench.charge("a", 2, 100, { window: SLIDING }));
      await bench.setTime(START + MINUTE / 2);
      await bench.take(bench.charge("a", 3, 100, { window: SLIDING }));
      const values: (number | undefined)[] = [];
      for (const later of [MINUTE - 1, MINUTE + PART, (3 * MINUTE) / 2 - 1, (3 * MINUTE) / 2 + PART]) {
        await bench.setTime(START + later);
        const [reading] = await bench.read(name);
        holds("it falls later than now", (reading?.resetsAt ?? 0) > START + later);
        values.push(reading?.value);
      }
      same("the values", values, [5, 3, 3, 0]);
    },
  },
  {
    promise: 4,
    name: "a release of a sliding charge gives back to the part that was charged, and after it has left, nothing",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 5, 10, { window: SLIDING });
      const [first, second] = [await bench.take(charge), await bench.take(charge)];
      await bench.setTime(START + MINUTE / 2);
      await bench.release(first);
      const third = await bench.take(charge);
      await bench.setTime(START + MINUTE + PART);
      await bench.release(second);
      await bench.take(charge);
      await bench.refuse(0, charge);
      await bench.release(third);
      await bench.take(charge);
      await bench.refuse(0, charge);
    },
  },
  {
    promise: 7,
    name: "a sliding window stays full when the clock moves back",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 10, 10, { window: SLIDING });
      await bench.take(charge);
      for (const back of [1, MINUTE, 60 * MINUTE]) {
        await bench.setTime(START - back);
        await bench.refuse(0, charge);
      }
      await bench.setTime(START);
      await bench.refuse(0, charge);
    },
  },
];
