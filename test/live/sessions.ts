import { describe, expect, it } from "vitest";
import type { PolicyDocument } from "../../src/index.ts";
import { type Cell, type Connection, sides } from "./cell.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { outcomeOf } from "./outcome.ts";

const PATIENCE = 30_000;

const sessionLimit: PolicyDocument = {
  version: "1",
  default: "deny",
  tools: { metered: { limits: [{ counter: "metered", window: "minute", max: 1, scope: "session" }] } },
};

/** Whether a connection of a cell is a session to the gate on a side: a client's always is, a server's not always. */
function hasSession(cell: Cell, side: (typeof sides)[number]): boolean {
  return side === "client" || (cell.conversation === "requests" && cell.revision === "2025-11-25");
}

/** Limits by session: two connections over one gate. */
export function describeSessions(cells: readonly Cell[]): void {
  const places = cells
    .filter(({ transport }) => transport !== "stdio")
    .flatMap((cell) => sides.map((side) => ({ cell, side, holds: hasSession(cell, side) })));

  const codes = async (connection: Connection): Promise<unknown[]> => {
    const seen = [];
    for (const _ of [1, 2]) {
      const outcome = await outcomeOf(connection.callTool("metered"));
      seen.push(codeOf(outcome));
    }
    return seen;
  };

  describe.each(places)("$cell.name: the gate on the $side", { timeout: PATIENCE }, ({ cell, side, holds }) => {
    it(holds ? "counts each session apart" : "denies what is limited by session, where there is none", async () => {
      const hooks = guarded(side, createLiveGate(sessionLimit));
      const first = await cell.connect(hooks);
      const second = await cell.connect(hooks);
      const expected = holds ? ["allowed", "rate_limited"] : ["unavailable", "unavailable"];
      expect([await codes(first), await codes(second)]).toEqual([expected, expected]);
      const ran = holds ? ["metered"] : [];
      expect([first.effects(), second.effects()]).toEqual([ran, ran]);
      await first.close();
      await second.close();
    });
  });
}

function codeOf(outcome: unknown): unknown {
  const { result } = outcome as { result?: { isError?: boolean; _meta?: Record<string, { code?: string }> } };
  return result?.isError === true ? result._meta?.["callgate/denial"]?.code : "allowed";
}
