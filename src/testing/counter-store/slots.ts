import type { Window } from "../../internal/window.js";
import { same } from "../violation.js";
import { atOnce, type Bench, MINUTE, passed, START } from "./bench.js";
import type { ContractCase } from "./case.js";

const LEASE = 10 * MINUTE;
const SLOTS: Window = { kind: "in_flight", leaseMs: LEASE };

export const slots: readonly ContractCase[] = [
  {
    promise: 14,
    name: "a slot is taken until it is released",
    run: async (bench) => {
      const charge = slot(bench, 2);
      const [first] = [await bench.take(charge), await bench.take(charge)];
      await bench.refuse(0, charge);
      await bench.release(first);
      await bench.take(charge);
      await bench.refuse(0, charge);
      await bench.release(first);
      await bench.refuse(0, charge);
    },
  },
  {
    promise: 14,
    name: "of many at once, as many pass as there are slots",
    run: async (bench) => {
      const answers = await atOnce(100, () => bench.reserve(slot(bench, 7)));
      same("how many passed", passed(answers), 7);
      for (const answer of answers) if (answer.ok) await bench.release(answer.reservation);
      same("the value when all are released", (await bench.read(slot(bench, 7)))[0]?.value, 0);
    },
  },
  {
    promise: 14,
    name: "a slot that nobody renews ends with its lease, to the millisecond",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = slot(bench, 1);
      const lost = await bench.take(charge);
      await bench.setTime(START + LEASE - 1);
      await bench.refuse(0, charge);
      await bench.setTime(START + LEASE);
      await bench.take(charge);
      await bench.release(lost);
      await bench.refuse(0, charge);
    },
  },
  {
    promise: 14,
    name: "a renewal holds it for one more lease",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = slot(bench, 1);
      const held = await bench.take(charge);
      await bench.setTime(START + LEASE - 1);
      same("the renewal", await bench.renew(held), true);
      await bench.setTime(START + 2 * LEASE - 2);
      await bench.refuse(0, charge);
      await bench.setTime(START + 2 * LEASE - 1);
      await bench.take(charge);
    },
  },
  {
    promise: 14,
    name: "what has ended is not renewed: by its lease, by a release, by somebody else's store",
    needs: ["settable clock"],
    run: async (bench) => {
      const charge = slot(bench, 1);
      const ended = await bench.take(charge);
      await bench.setTime(START + LEASE);
      same("after the lease", await bench.renew(ended), false);
      const next = await bench.take(charge);
      same("when the slot is another's", await bench.renew(ended), false);
      await bench.release(next);
      same("the value after the release", (await bench.read(charge))[0]?.value, 0);
      same("a reservation that nobody made", await bench.renew({ charges: [charge] }).catch(() => false), false);
      await bench.take(charge);
    },
  },
  {
    promise: 14,
    name: "a renewal changes nothing else that was reserved",
    needs: ["settable clock"],
    run: async (bench) => {
      const held = await bench.take(slot(bench, 2), bench.charge("calls", 3, 10));
      await bench.release(held, [0]);
      same("without slots", await bench.renew(held), true);
      await bench.expectValues({ calls: 3 }, "after the renewal");
      same("the slots", (await bench.read(slot(bench, 2)))[0]?.value, 0);
    },
  },
];

function slot(bench: Bench, max: number): ReturnType<Bench["charge"]> {
  return bench.charge("slots", 1, max, { window: SLOTS });
}
