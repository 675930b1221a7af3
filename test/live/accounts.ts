import { describe, expect, it } from "vitest";
import { createAuditLog } from "./audit-log.ts";
import { type Cell, sides } from "./cell.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { outcomeOf } from "./outcome.ts";
import { scenarioPolicy } from "./policies.ts";

const PATIENCE = 30_000;

/** What the operator is told of calls, where the gate stands in the process of the test. */
export function describeAccounts(cells: readonly Cell[]): void {
  const places = cells.flatMap((cell) =>
    sides.filter((side) => side === "client" || cell.transport !== "stdio").map((side) => ({ cell, side })),
  );

  describe.each(places)("$cell.name: the gate on the $side", { timeout: PATIENCE }, ({ cell, side }) => {
    it("tells of each call one decision, and of each that was allowed one outcome", async () => {
      const audit = createAuditLog();
      let ids = 0;
      const options = { audit: audit.sink, ids: () => `id ${++ids}` };
      const connection = await cell.connect(guarded(side, createLiveGate(scenarioPolicy, options)));
      await outcomeOf(connection.callTool("echo", { text: "confidential" }));
      await outcomeOf(connection.callTool("pay", { amount: 101, payment: {} }));
      await outcomeOf(connection.callTool("fail"));
      await outcomeOf(connection.callTool("secret"));
      await connection.close();
      expect(audit.events.map(brief)).toEqual([
        ["decision", "echo", "allowed", "", ["text"]],
        ["outcome", "ok", false],
        ["decision", "pay", "denied", "/tools/pay/deny_if/args.amount-gt", ["amount", "payment"]],
        ["decision", "fail", "allowed", "", []],
        ["outcome", cell.server === "McpServer" ? "tool_error" : "protocol_error", false],
        ["decision", "secret", "not_permitted", "(hidden)", []],
      ]);
      expect(JSON.stringify(audit.events)).not.toContain("confidential");
      expect(audit.events.every((event) => Object.isFrozen(event) && event.side === side)).toBe(true);
      const joined = audit.events.flatMap((event) => ("id" in event ? [event.id] : []));
      expect([joined[0], joined[3]]).toEqual([joined[1], joined[4]]);
      expect(new Set(joined).size).toBe(4);
    });
  });
}

function brief(event: ReturnType<typeof createAuditLog>["events"][number]): unknown[] {
  switch (event.type) {
    case "decision":
      return [event.type, event.name, event.code, event.rule, event.argumentKeys];
    case "outcome":
      return [event.type, event.result, event.refunded];
    case "refusal":
    case "notice":
      return [event.type, event.code];
    default:
      return [event.type];
  }
}
