import type { Window } from "../../internal/window.js";
import { same } from "../violation.js";
import { MINUTE, START } from "./bench.js";
import type { ContractCase } from "./case.js";

const SESSION: Window = { kind: "session", idleMs: 5 * MINUTE };

export const sessions: readonly ContractCase[] = [
  {
    promise: 6,
    name: "a session's counter lasts as long as it is charged, and ends when it has been idle",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 1, 4, { window: SESSION });
      for (const minutes of [0, 4, 8, 12]) {
        await bench.setTime(START + minutes * MINUTE);
        await bench.take(charge);
      }
      await bench.setTime(START + 17 * MINUTE - 1);
      await bench.refuse(0, charge);
      await bench.setTime(START + 17 * MINUTE);
      await bench.take(charge);
      same("the value of the next", (await bench.read(charge))[0]?.value, 1);
    },
  },
  {
    promise: 4,
    name: "a release gives nothing to the session's counter that came after the one that was charged",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = bench.charge("a", 5, 5, { window: SESSION });
      const reservation = await bench.take(charge);
      await bench.setTime(START + 6 * MINUTE);
      await bench.take(charge);
      await bench.release(reservation);
      await bench.refuse(0, charge);
    },
  },
];
