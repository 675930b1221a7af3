import { describe, expect, it } from "vitest";
import { type Cell, type Hooks, sides, unwrapped } from "./cell.ts";
import { converse, type Transcript } from "./conversation.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { allowAllPolicy } from "./policies.ts";

const PATIENCE = 30_000;

/** Under a policy that allows everything, nothing a client and a server say to each other changes. */
export function describeTransparency(cells: readonly Cell[]): void {
  describe.each(cells)("$name: under a policy that allows everything", { timeout: PATIENCE }, (cell) => {
    const run = async (hooks: Hooks): Promise<Transcript> => {
      const connection = await cell.connect(hooks);
      try {
        return await converse(cell, connection);
      } finally {
        await connection.close();
      }
    };

    it.each(sides)("a gate on the %s changes nothing of the conversation", async (side) => {
      const expected = await run(unwrapped);
      expect(await run(guarded(side, createLiveGate(allowAllPolicy), allowAllPolicy))).toEqual(expected);
    });

    it("the conversation takes place, so that there is something to change", async () => {
      const { progress, effects, elicited, sampled } = await run(unwrapped);
      const offers = cell.server === "McpServer";
      const talks = offers && cell.conversation !== "none";
      const ran = effects.filter((effect) => effect !== "ask");
      expect({ progress, ran, asked: answered(elicited), sampled: answered(sampled) }).toEqual({
        progress: offers ? [1, 2, 3].map((n) => ({ progress: n, total: 3 })) : [],
        ran: [...(offers ? ["proceed"] : []), ...(talks ? ["wait", "wait aborted"] : []), "echo"],
        asked: talks,
        sampled: talks,
      });
    });
  });
}

function answered(outcome: Transcript["elicited"]): boolean {
  return outcome !== undefined && "result" in outcome;
}
