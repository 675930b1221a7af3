import { createGate, parsePolicy } from "callgate";
import { createSettableClock } from "callgate/testing";
import { describe, expect, test } from "vitest";
import { answer, call, outcomes, request } from "./messages.ts";
import { type Bench, openBench, SIDES } from "./raw-transport.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1, 12);
const LIMITS = [{ counter: "running", window: "in_flight", max: 1 }] as const;
const POLICY = parsePolicy({ version: "1", default: "deny", tools: { ok: { limits: LIMITS } } });
const asTask = (id: number) => request(id, "tools/call", { name: "ok", task: { ttl: 1 } });
const notified = (taskId: string, status: string) => ({
  jsonrpc: "2.0",
  method: "notifications/tasks/status",
  params: { taskId, status },
});

/** Whether one more call passes now; it is answered at once, so that it holds nothing. */
async function passes(bench: Bench, id: number): Promise<boolean> {
  const before = bench.asked.length;
  await bench.ask(call(id, "ok"));
  if (bench.asked.length === before) return false;
  await bench.reply(answer(id, { content: [] }));
  return true;
}

/** A connection with one task that runs, made by request 1. */
async function withTask(side: "client" | "server"): Promise<{ bench: Bench; clock: { set(ms: number): void } }> {
  const clock = createSettableClock(START);
  const bench = await openBench(side, { policy: POLICY, clock });
  await bench.ask(asTask(1));
  await bench.reply(answer(1, { task: { taskId: "t1", status: "working" } }));
  return { bench, clock };
}

describe.each(SIDES)("what is in flight on a %s", (side) => {
  test.each([
    ["a result", answer(1, { content: [] })],
    ["a failed tool", answer(1, { content: [], isError: true })],
    ["an error", { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "no" } }],
    ["a task that is over already", answer(1, { task: { taskId: "t", status: "completed" } })],
  ])("holds its slot until %s answers it", async (_what, reply) => {
    const bench = await openBench(side, { policy: POLICY });
    await bench.ask(call(1, "ok"));
    expect(await passes(bench, 2)).toBe(false);
    await bench.reply(reply);
    expect(await passes(bench, 3)).toBe(true);
  });

  test("F11: a call that goes on as a task holds it until the task ends", async () => {
    const { bench } = await withTask(side);
    expect(await passes(bench, 2)).toBe(false);
    await bench.reply(notified("t2", "completed"));
    await bench.reply(notified("t1", "working"));
    expect(await passes(bench, 3)).toBe(false);
    await bench.reply(notified("t1", "failed"));
    expect(await passes(bench, 4)).toBe(true);
    expect(outcomes(bench).map(({ result }) => result)).toEqual(["task", "ok"]);
  });

  test.each([
    ["tasks/get says that it is over", "tasks/get", { taskId: "t1", status: "cancelled" }],
    ["tasks/cancel says that it is over", "tasks/cancel", { taskId: "t1", status: "cancelled" }],
    ["tasks/result has its result", "tasks/result", { content: [] }],
  ])("a task's slot is free when %s", async (_what, method, result) => {
    const { bench } = await withTask(side);
    await bench.ask(request(2, "tasks/get", { taskId: "t1" }));
    await bench.reply(answer(2, { taskId: "t1", status: "working" }));
    expect(await passes(bench, 3)).toBe(false);
    await bench.ask(request(4, method, { taskId: "t1" }));
    await bench.reply(answer(4, result));
    expect(await passes(bench, 5)).toBe(true);
  });

  test("a task that nobody hears of keeps its slot for one lease, and for one more each time it is heard of", async () => {
    const { bench, clock } = await withTask(side);
    clock.set(START + 9 * MINUTE);
    await bench.reply(notified("t1", "working"));
    clock.set(START + 19 * MINUTE - 1);
    expect(await passes(bench, 2)).toBe(false);
    clock.set(START + 19 * MINUTE);
    expect(await passes(bench, 3)).toBe(true);
  });

  test("the end of a task gives its slot back once, and nothing else of its charge", async () => {
    const clock = createSettableClock(START);
    const limits = [...LIMITS, { counter: "calls", window: "day", max: 2, refund: "error" }] as const;
    const gate = createGate({
      policy: parsePolicy({ version: "1", default: "deny", tools: { ok: { limits } } }),
      clock,
    });
    const bench = await openBench(side, gate);
    await bench.ask(asTask(1));
    await bench.reply(answer(1, { task: { taskId: "t1", status: "working" } }));
    for (const _ of [1, 2, 3]) await bench.reply(notified("t1", "failed"));
    expect((await gate.usage("default")).map(({ counter, value }) => [counter, value])).toEqual([
      ["running", 0],
      ["calls", 1],
    ]);
  });
});
