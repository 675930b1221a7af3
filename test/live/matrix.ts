import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cell, type Connection, type Hooks, sides, unwrapped } from "./cell.ts";
import { denial } from "./denial.ts";
import { createLiveGate, guarded, REST_OF_THE_MINUTE } from "./gate.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { denyAllPolicy, scenarioPolicy } from "./policies.ts";

type Args = Record<string, unknown>;

/** Starting a child process on a busy machine takes its time. */
const PATIENCE = 30_000;

const allowedCalls: readonly (readonly [title: string, tool: string, args: Args])[] = [
  ["a tool without rules", "echo", { text: "hello" }],
  ["a tool with an output schema", "add", { a: 1, b: 2 }],
  ["a tool whose deny_if does not fire", "pay", { amount: 100 }],
  ["a tool whose require holds", "read", { path: "/public/note" }],
  ["a tool whose handler throws after its effect", "fail", {}],
];

const notPermitted = denial({ code: "not_permitted", message: "this tool is not permitted by policy" });
const overTheLimit = denial({ code: "denied", message: "The amount is over the limit." });
const paymentOverTheLimit = denial({ code: "denied", message: "The payment is over the limit." });
const onlyPublicPaths = denial({ code: "denied", message: "Only public paths." });

const refusedCalls: readonly (readonly [title: string, tool: string, args: Args, result: unknown])[] = [
  ["a deny_if rule that fires", "pay", { amount: 101 }, overTheLimit],
  ["a deny_if rule on a value of another type", "pay", { amount: "5000" }, overTheLimit],
  [
    "a deny_if rule whose path runs into an array",
    "pay",
    { amount: 1, payment: [{ amount: 5000 }] },
    paymentOverTheLimit,
  ],
  ["a deny_if rule whose path runs into a string", "pay", { amount: 1, payment: "5000" }, paymentOverTheLimit],
  ["a deny_if rule whose path runs into null", "pay", { amount: 1, payment: null }, paymentOverTheLimit],
  ["a require rule that fails", "read", { path: "/etc/passwd" }, onlyPublicPaths],
  ["a require rule whose argument is missing", "read", {}, onlyPublicPaths],
  ["an action deny", "retired", {}, denial({ code: "not_permitted", message: "This tool is retired." })],
  ["an action require_approval", "wipe", {}, denial({ code: "approval_required", message: "A person has to agree." })],
  ["a hidden tool", "secret", {}, notPermitted],
  ["a tool that no entry lists", "unlisted", {}, notPermitted],
  ["a tool that does not exist, like one that is hidden", "no_such_tool", {}, notPermitted],
];

/** The same rules, held against every cell, on both sides, over real connections. */
export function describeMatrix(cells: readonly Cell[]): void {
  for (const cell of cells) {
    for (const side of sides) describeSide(cell, side);
  }
}

function describeSide(cell: Cell, side: (typeof sides)[number]): void {
  const hooksFor = (policy: unknown): Hooks => guarded(side, createLiveGate(policy), policy);

  describe(`${cell.name}: the gate on the ${side}`, { timeout: PATIENCE }, () => {
    let plain: Connection;
    let gated: Connection;
    let closed: Connection;

    beforeAll(async () => {
      plain = await cell.connect(unwrapped);
      gated = await cell.connect(hooksFor(scenarioPolicy));
      closed = await cell.connect(hooksFor(denyAllPolicy));
    }, PATIENCE);

    afterAll(async () => {
      for (const connection of [plain, gated, closed]) await connection?.close();
    });

    it.each(allowedCalls)("runs %s exactly once and answers as it does without a gate", async (_, tool, args) => {
      const expected = await outcomeOf(plain.callTool(tool, args));
      expect(await effectsOf(gated, tool, args)).toEqual({ outcome: expected, ran: [tool] });
    });

    it.each(refusedCalls)("refuses %s without running anything", async (_, tool, args, result) => {
      expect(await effectsOf(gated, tool, args)).toEqual({ outcome: { result }, ran: [] });
    });

    it("runs a limited tool as often as its limit says and refuses the next call", async () => {
      const expected = await outcomeOf(plain.callTool("metered"));
      for (const _ of [1, 2, 3]) {
        expect(await effectsOf(gated, "metered", {})).toEqual({ outcome: expected, ran: ["metered"] });
      }
      const result = denial({
        code: "rate_limited",
        message: "Three in a minute are enough.",
        retryable: true,
        retryAfterMs: REST_OF_THE_MINUTE,
      });
      expect(await effectsOf(gated, "metered", {})).toEqual({ outcome: { result }, ran: [] });
    });

    it("lists every tool as without a gate, but the hidden one", async () => {
      const every = await plain.listTools();
      expect(await gated.listTools()).toEqual(every.filter((tool) => tool.name !== "secret"));
      expect(every.map((tool) => tool.name)).toContain("secret");
    });

    if (cell.server === "McpServer") {
      it("lets prompts and resources pass, of which the policy does not speak", async () => {
        const ask = async ({ client }: Connection): Promise<Outcome[]> => [
          await outcomeOf(client.getPrompt({ name: "greet", arguments: { who: "Ada" } })),
          await outcomeOf(client.readResource({ uri: "note://one" })),
        ];
        const expected = await ask(plain);
        expect(await ask(gated)).toEqual(expected);
        expect(expected).toEqual([{ result: expect.anything() }, { result: expect.anything() }]);
      });
    }

    if (cell.server === "McpServer" && cell.conversation !== "none") {
      it.each(["ask", "sample"])("lets an allowed tool (%s) turn to its client while it runs", async (tool) => {
        const expected = await outcomeOf(plain.callTool(tool));
        expect(await outcomeOf(gated.callTool(tool))).toEqual(expected);
        expect(expected).toHaveProperty("result.content.0.text", expect.stringMatching(/Ada|word/));
      });
    }

    it("control: a policy that grants nothing changes the outcome of every allowed call", async () => {
      for (const [, tool, args] of allowedCalls) {
        expect(await effectsOf(closed, tool, args)).toEqual({ outcome: { result: notPermitted }, ran: [] });
      }
      expect(await closed.listTools()).toEqual([]);
    });
  });
}

async function effectsOf(
  connection: Connection,
  tool: string,
  args: Args,
): Promise<{ outcome: Outcome; ran: readonly string[] }> {
  const before = connection.effects().length;
  const outcome = await outcomeOf(connection.callTool(tool, args));
  return { outcome, ran: connection.effects().slice(before) };
}
