import { describe, expect, it } from "vitest";
import { type Cell, sides, unwrapped } from "./cell.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { outcomeOf, sameOutcome } from "./outcome.ts";
import { limitedTo, overLimit } from "./policies.ts";

const PATIENCE = 60_000;

/** A thousand where calls are cheap; where each is a request of its own or crosses a pipe, enough to overlap. */
const CALLS = { "in-memory": 1_000, stdio: 200, http: 100 } as const;

export function describeParallelLimits(cells: readonly Cell[]): void {
  describe.each(cells)("$name", { timeout: PATIENCE }, (cell) => {
    const calls = CALLS[cell.transport];

    it.each(sides)(`lets exactly 10 of ${calls} parallel calls through, with the gate on the %s`, async (side) => {
      const plain = await cell.connect(unwrapped);
      const allowed = await outcomeOf(plain.callTool("metered"));
      await plain.close();
      const policy = limitedTo(10);
      const connection = await cell.connect(guarded(side, createLiveGate(policy), policy));
      const outcomes = await Promise.all(
        Array.from({ length: calls }, () => outcomeOf(connection.callTool("metered"))),
      );
      const effects = connection.effects();
      await connection.close();
      expect(effects).toEqual(Array.from({ length: 10 }, () => "metered"));
      expect(outcomes.filter((outcome) => sameOutcome(outcome, allowed))).toHaveLength(10);
      expect(outcomes.filter((outcome) => sameOutcome(outcome, { result: overLimit }))).toHaveLength(calls - 10);
    });
  });
}
