import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PolicyDocument } from "../../src/index.ts";
import { createAuditLog } from "./audit-log.ts";
import { type Cell, type Connection, type Hooks, type Side, sides, unwrapped } from "./cell.ts";
import { denial } from "./denial.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { outcomeOf } from "./outcome.ts";

const PATIENCE = 30_000;

const policy: PolicyDocument = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  tools: { echo: { args: "tool" }, add: { args: "tool" }, unlisted: { args: "tool" }, secret: {} },
};

const misfit = (faults: string) =>
  denial({ code: "invalid_arguments", message: `the arguments do not fit the schema: ${faults}` });

/** Calls that the server would refuse itself, or take for another, were they to reach it. */
const misfits: readonly (readonly [title: string, tool: string, args: Record<string, unknown>, faults: string])[] = [
  ["an argument of another type", "echo", { text: 7 }, "`/text` is not a string"],
  ["a missing argument", "echo", {}, "`/text` is missing"],
  ["several at once", "add", { a: "1" }, "`/b` is missing, `/a` is not a number"],
];

/** Calls are held to the schemas that the server lists, over real connections, on both sides. */
export function describeListedSchemas(cells: readonly Cell[]): void {
  for (const cell of cells) {
    for (const side of sides) describeSide(cell, side);
  }
}

function describeSide(cell: Cell, side: Side): void {
  describe(`${cell.name}: the tools' own schemas, by the gate on the ${side}`, { timeout: PATIENCE }, () => {
    const audit = createAuditLog();
    const errors: unknown[] = [];
    let plain: Connection;
    let gated: Connection;

    beforeAll(async () => {
      plain = await cell.connect(unwrapped);
      gated = await cell.connect(watched(guarded(side, createLiveGate(policy, { audit: audit.sink }), policy), errors));
      gated.client.onerror = (error) => void errors.push(error);
    }, PATIENCE);

    afterAll(async () => {
      for (const connection of [plain, gated]) await connection?.close();
    });

    it("a call that fits runs, though nobody has listed the tools", async () => {
      const expected = await outcomeOf(plain.callTool("echo", { text: "first" }));
      expect(await outcomeOf(gated.callTool("echo", { text: "first" }))).toEqual(expected);
      expect(gated.effects()).toEqual(["echo"]);
    });

    it.each(misfits)("%s is denied before the handler runs", async (_, tool, args, faults) => {
      const before = gated.effects().length;
      expect(await outcomeOf(gated.callTool(tool, args))).toEqual({ result: misfit(faults) });
      expect(gated.effects()).toHaveLength(before);
    });

    it("a tool on the last page is found too, and what the client lists stays as it is", async () => {
      const expected = await outcomeOf(plain.callTool("unlisted"));
      expect(await outcomeOf(gated.callTool("unlisted"))).toEqual(expected);
      const every = await plain.listTools();
      expect(await gated.listTools()).toEqual(every.filter(({ name }) => name !== "secret"));
      expect(await outcomeOf(gated.callTool("echo", { text: 7 }))).toMatchObject({ result: { isError: true } });
    });

    it("the applications on both ends see no error, and the audit no refusal", () => {
      expect(errors).toEqual([]);
      expect(audit.refusals()).toEqual([]);
    });
  });
}

/** The hooks, with an ear on what the server's application is told of errors. */
function watched(hooks: Hooks, errors: unknown[]): Hooks {
  return {
    ...hooks,
    server: (server) => {
      const target = hooks.server(server);
      const low = ("server" in target ? target.server : target) as { onerror?: (error: unknown) => void };
      low.onerror = (error) => void errors.push(error);
      return target;
    },
  };
}
