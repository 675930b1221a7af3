import type { LimitRefund, PolicyDocument } from "callgate";
import { describe, expect, test } from "vitest";
import { answer, call, cancel, failure, outcomes } from "./messages.ts";
import { type Bench, openBench, SIDES } from "./raw-transport.ts";

const REJECTIONS = [-32_700, -32_600, -32_601, -32_602] as const;
const OTHERS = [-32_603, -32_000, -32_020, -32_042, 0, 1, -32_602.5, 32_602] as const;

/** At most one call a day, given back by the rule. */
function onceADay(refund: LimitRefund): PolicyDocument {
  return {
    version: "1",
    default: "deny",
    tools: { ok: { limits: [{ counter: "n", window: "day", max: 1, refund }] } },
  };
}

/** Whether the charge of a call that is answered so comes back. */
async function comesBack(bench: Bench, reply: (id: number) => unknown): Promise<boolean> {
  await bench.ask(call(1, "ok"));
  await bench.reply(reply(1));
  await bench.ask(call(2, "ok"));
  return bench.asked.length === 2;
}

describe.each(SIDES)("refund, %s side", (side) => {
  const codes = [...REJECTIONS, ...OTHERS];
  const answers: readonly (readonly [what: string, reply: (id: number) => unknown, rules: readonly LimitRefund[]])[] = [
    ...codes.map((code) => {
      const rules: readonly LimitRefund[] = REJECTIONS.some((known) => known === code)
        ? ["rejected", "error"]
        : ["error"];
      return [`error ${code}`, (id: number) => failure(id, code, "no"), rules] as const;
    }),
    ["an error without a code", (id) => ({ jsonrpc: "2.0", id, error: { message: "no" } }), ["error"]],
    [
      "an error whose code is text",
      (id) => ({ jsonrpc: "2.0", id, error: { code: "-32602", message: "no" } }),
      ["error"],
    ],
    ["isError", (id) => answer(id, { isError: true, content: [] }), ["error"]],
    ["isError that is text", (id) => answer(id, { isError: "true", content: [] }), []],
    ["a result", (id) => answer(id, { content: [] }), []],
    ["a result that says error", (id) => answer(id, { content: [], error: { code: -32_602 } }), []],
  ];

  describe.each(["not_executed", "rejected", "error"] as const)("%s", (refund) => {
    test.each(answers)("K10: of a call answered with %s", async (_what, reply, rules) => {
      const bench = await openBench(side, { policy: onceADay(refund) });
      const back = rules.includes(refund);
      expect(await comesBack(bench, reply)).toBe(back);
      expect(outcomes(bench)[0]?.refunded).toBe(back);
    });

    test("K04: a call that was cancelled after it was handed on keeps its charge", async () => {
      const bench = await openBench(side, { policy: onceADay(refund) });
      await bench.ask(call(1, "ok"));
      await bench.ask(cancel(1));
      await bench.reply(failure(1, -32_602, "too late"));
      await bench.ask(call(2, "ok"));
      expect(bench.asked.filter((message) => (message as { method?: string }).method === "tools/call")).toHaveLength(1);
      expect(outcomes(bench)).toEqual([{ result: "cancelled", refunded: false }]);
    });
  });

  test("K07: a second answer gives nothing back, and an answer to no call neither", async () => {
    const bench = await openBench(side, { policy: onceADay("error") });
    expect(await comesBack(bench, (id) => failure(id, -32_602, "no"))).toBe(true);
    for (const id of [1, 1, 7, 3]) await bench.reply(failure(id, -32_602, "no"));
    await bench.ask(call(3, "ok"));
    expect(bench.asked).toHaveLength(2);
  });

  test("each limit of a call has its own rule", async () => {
    const limits = (["not_executed", "rejected", "error"] as const).map((refund) => ({
      ...{ counter: refund, window: "day" as const, max: 2, refund },
    }));
    const bench = await openBench(side, { policy: { version: "1", default: "deny", tools: { ok: { limits } } } });
    for (const [id, code] of [-32_603, -32_602].entries()) {
      await bench.ask(call(id, "ok"));
      await bench.reply(failure(id, code, "no"));
    }
    await bench.ask(call(9, "ok"));
    const [last] = bench.events.filter(({ type }) => type === "decision").slice(-1);
    const left = (last as { charges: readonly { counter: string; left: number }[] }).charges;
    expect(left.map(({ counter, left }) => [counter, left])).toEqual([
      ["not_executed", 0],
      ["rejected", 1],
      ["error", 2],
    ]);
  });
});
