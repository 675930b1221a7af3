import type { Bench } from "./bench.js";
import { type ContractCase, offered } from "./case.js";

export const durability: readonly ContractCase[] = [
  {
    promise: 11,
    name: "no charge is lost",
    needs: ["durability"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 3, 10), bench.charge("b", 5));
      await bench.take(bench.charge("a", 4, 10));
      await reopen(bench);
      await bench.expectValues({ a: 7, b: 5 }, "after the death of the process");
      await bench.refuse(0, bench.charge("a", 4, 10));
      await bench.take(bench.charge("a", 3, 10));
    },
  },
  {
    promise: 11,
    name: "no charge comes back",
    needs: ["durability"],
    run: async (bench) => {
      await bench.take(bench.charge("a", 1));
      await bench.release(await bench.take(bench.charge("a", 5)));
      await bench.refuse(1, bench.charge("a", 2), bench.charge("b", 1, 0));
      await reopen(bench);
      await bench.expectValues({ a: 1, b: 0 }, "after the death of the process");
    },
  },
];

async function reopen(bench: Bench): Promise<void> {
  bench.store = await offered("reopen", bench.subject.reopen).call(bench.subject);
}
