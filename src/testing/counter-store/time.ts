import { same } from "../violation.js";
import { MINUTE, plain, START } from "./bench.js";
import type { ContractCase } from "./case.js";

const HOUR = 60 * MINUTE;

export const whoseTime: readonly ContractCase[] = [
  {
    promise: 12,
    name: "the caller's: the time given with a call rules",
    needs: ["caller's clock"],
    run: async (bench) => {
      same("`clock`", bench.store.clock, "caller");
      const charge = bench.charge("a", 10, 10, { windowMs: MINUTE });
      for (const now of [1_000 * HOUR, 1_000 * HOUR + MINUTE, 1_000_000 * HOUR]) {
        const { readings } = await bench.store.reserve([charge], { now });
        same(`the readings at ${now}`, plain(readings), [{ value: 10, resetsAt: now + MINUTE }]);
      }
    },
  },
  {
    promise: 12,
    name: "the backend's: the time given with a call changes nothing",
    needs: ["backend's clock"],
    run: async (bench) => {
      same("`clock`", bench.store.clock, "backend");
      const resetsAt = (Math.floor((await bench.now()) / bench.windowMs) + 1) * bench.windowMs;
      const charge = bench.charge("a", 1, 3);
      for (const [index, now] of [0, START + 1_000_000 * HOUR, Number.NaN].entries()) {
        const { readings } = await bench.store.reserve([charge], { now });
        same(`the readings with ${now} given`, plain(readings), [{ value: index + 1, resetsAt }]);
        same(`read with ${now} given`, plain(await bench.store.read([charge], { now })), plain(readings));
      }
      await bench.refuse(0, charge);
    },
  },
];
