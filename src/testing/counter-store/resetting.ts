import { parseWindow, type Window } from "../../internal/window.js";
import { same } from "../violation.js";
import type { ContractCase } from "./case.js";

export const resetting: readonly ContractCase[] = [
  {
    promise: 15,
    name: "every key of a group starts again at 0, keys of other groups stay",
    run: async (bench) => {
      const group = { group: "by repository" };
      await bench.take(
        bench.charge("a", 3, 3, group),
        bench.charge("b", 2, 2, group),
        bench.charge("by repository", 1),
      );
      await bench.take(bench.charge("by repository 2", 5));
      await bench.store.reset(["by repository"]);
      await bench.expectValues({ a: 0, b: 0, "by repository": 0, "by repository 2": 5 }, "after the reset");
      await bench.take(bench.charge("a", 3, 3, group));
      await bench.refuse(0, bench.charge("a", 1, 3, group));
    },
  },
  {
    promise: 15,
    name: "counters of every kind of window are forgotten, and several groups at once",
    run: async (bench) => {
      const windows = ["month", "session", "in_flight"].map((name) => parseWindow(name) as Window);
      const charges = [...windows, { kind: "sliding", ms: bench.windowMs } as const].map((window) =>
        bench.charge(window.kind, 1, 1, { window }),
      );
      await bench.take(...charges);
      for (const charge of charges) await bench.refuse(0, charge);
      await bench.store.reset(charges.map(({ group }) => group));
      await bench.take(...charges);
    },
  },
  {
    promise: 15,
    name: "what was reserved before is not given back to the counter that follows",
    run: async (bench) => {
      const windows: readonly Window[] = [bench.window, parseWindow("in_flight") as Window];
      const charges = windows.map((window, index) => bench.charge(`k${index}`, 1, 1, { window }));
      const before = await bench.take(...charges);
      await bench.store.reset(charges.map(({ group }) => group));
      await bench.take(...charges);
      await bench.release(before);
      const values = (await bench.read(...charges)).map(({ value }) => value);
      same("the values after the late release", values, [1, 1]);
    },
  },
  {
    promise: 15,
    name: "a slot that was reset is gone: no renewal finds it, nor the slot of whoever came after",
    run: async (bench) => {
      const slot = bench.charge("slots", 1, 1, { window: parseWindow("in_flight") as Window });
      const before = await bench.take(slot);
      await bench.store.reset([slot.group]);
      same("the renewal of what was reset", await bench.renew(before), false);
      const next = await bench.take(slot);
      same("when the slot is another's", await bench.renew(before), false);
      same("the renewal of what came after", await bench.renew(next), true);
      await bench.refuse(0, slot);
    },
  },
  {
    promise: 15,
    name: "what other groups were charged is given back as before, and what is in flight there renewed",
    run: async (bench) => {
      const slot = bench.charge("slots", 1, 1, { window: parseWindow("in_flight") as Window });
      const reservation = await bench.take(bench.charge("a", 1), bench.charge("b", 2), slot);
      await bench.store.reset(["a"]);
      same("the renewal", await bench.renew(reservation), true);
      await bench.release(reservation);
      await bench.expectValues({ a: 0, b: 0 }, "after the release");
      await bench.take(slot);
    },
  },
  {
    promise: 15,
    name: "groups that nobody charged, and none, change nothing",
    run: async (bench) => {
      await bench.take(bench.charge("a", 1));
      await bench.store.reset([]);
      await bench.store.reset(["never", "", "A", "a "]);
      await bench.expectValues({ a: 1 }, "after the resets");
    },
  },
];
