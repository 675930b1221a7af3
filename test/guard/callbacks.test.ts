import type { CounterStore } from "callgate";
import { describe, expect, test, vi } from "vitest";
import { holder } from "./held.ts";
import { dailyLimit, overLimit } from "./limited.ts";
import { answer, call, decisions, notification, outcomes, request, toolList, unavailable } from "./messages.ts";
import { type BenchOptions, drained, openBench, SIDES } from "./raw-transport.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const hangingStore: CounterStore = {
  clock: "caller",
  reserve: never,
  release: never,
  read: never,
  renew: never,
  reset: never,
};

const FAULTS: readonly [string, string, BenchOptions][] = [
  ["a grant that throws", "(no grant)", { grant: boom }],
  ["a grant that rejects", "(no grant)", { grant: async () => boom() }],
  ["a policy that throws", "(no policy)", { policy: boom }],
  ["a policy that rejects", "(no policy)", { policy: async () => boom() }],
  ["a policy that is none", "(no policy)", { policy: () => ({ version: "1" }) as never }],
  ["a session that throws", "(no session)", { session: boom }],
  ["a session that is none", "(no session)", { session: () => "" }],
  ["facts that throw", "(no facts)", { facts: boom }],
  ["facts that are none", "(no facts)", { facts: () => 7 as never }],
];

function boom(): never {
  throw new Error("boom");
}

describe.each(SIDES)("callbacks of the host, %s side", (side) => {
  test.each(FAULTS)("hazard 32, O10: %s deny the call, and nothing is thrown", async (_, rule, options) => {
    const bench = await openBench(side, options);
    await bench.ask(call(1, "ok"));
    await drained();
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([unavailable(1)]);
    expect(bench.errors).toEqual([]);
    expect(decisions(bench)).toMatchObject([{ outcome: "deny", code: "unavailable", rule }]);
  });

  test.each([
    ["grant", { grant: never }, 5_000],
    ["policy", { policy: never }, 5_000],
    ["session", { session: never }, 5_000],
    ["facts", { facts: never }, 5_000],
    ["store", { store: hangingStore }, 250],
    ["audit", { audit: never }, 1_000],
  ] as const)("hazard 32, O11: a %s that never answers denies the call when its time is up", async (_, options, ms) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const bench = await openBench(side, { policy: dailyLimit(1), ...options });
      void bench.ask(call(1, "ok"));
      await vi.advanceTimersByTimeAsync(ms - 1);
      expect(bench.told).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(bench.told).toEqual([unavailable(1)]);
      expect(bench.asked).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each(FAULTS.slice(0, 5))("hazard 32: under %s a list names nothing", async (_, __, options) => {
    const bench = await openBench(side, options);
    await bench.ask(request(1, "tools/list"));
    await bench.reply(toolList(1, "ok", "secret"));
    await drained();
    expect(bench.told).toEqual([answer(1, { tools: [] })]);
  });

  test("hazard 33: a record that fails denies the call and gives its charge back", async () => {
    let broken = true;
    const bench = await openBench(side, { policy: dailyLimit(1), audit: () => (broken ? boom() : undefined) });
    await bench.ask(call(1, "ok"));
    broken = false;
    await bench.ask(call(2, "ok"));
    expect(bench.told).toEqual([unavailable(1)]);
    expect(bench.asked).toEqual([call(2, "ok")]);
  });

  test("hazard 33: a record that fails on anything but an allowed call changes nothing", async () => {
    const bench = await openBench(side, {
      audit: async (event) => {
        if (event.type !== "decision" || event.outcome === "deny") boom();
      },
    });
    await bench.ask(call(1, "secret"));
    await bench.ask(notification("tools/call", { name: "ok" }));
    await bench.ask(call(2, "ok"));
    await drained();
    await bench.reply(answer(2, { content: [] }));
    await drained();
    expect(bench.asked).toEqual([call(2, "ok")]);
    expect(bench.told.at(-1)).toEqual(answer(2, { content: [] }));
    expect(bench.errors).toEqual([]);
  });

  test("hazard 31: what needs no waiting is forwarded and denied before the sender goes on", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    const order: string[] = [];
    void bench.ask(call(1, "ok"));
    order.push(`forwarded ${bench.asked.length}`);
    void bench.ask(call(2, "ok"));
    order.push(`told ${bench.told.length}`);
    void bench.ask(notification("notifications/initialized"));
    order.push(`forwarded ${bench.asked.length}`);
    expect(order).toEqual(["forwarded 1", "told 1", "forwarded 2"]);
    expect(bench.told).toEqual([overLimit(2)]);
  });

  test("hazard 31: calls that wait do not hold up others, and each is answered by its own decision", async () => {
    const grant = holder<string | undefined>();
    const bench = await openBench(side, { grant });
    void bench.ask(call(1, "ok"));
    void bench.ask(call(2, "ok"));
    void bench.ask(request(3, "ping"));
    grant.answer(1, "b");
    await drained();
    grant.answer(0, undefined);
    await drained();
    expect(bench.asked).toEqual([request(3, "ping"), call(2, "ok")]);
    expect(bench.told).toMatchObject([{ id: 1, result: { isError: true } }]);
  });

  test("hazard 31: a call that waits for its grant cannot race the limit of another", async () => {
    const grant = holder<string>();
    const bench = await openBench(side, { policy: dailyLimit(1), grant });
    void bench.ask(call(1, "ok"));
    void bench.ask(call(2, "ok"));
    grant.answer(1, "a");
    grant.answer(0, "a");
    await drained();
    expect(bench.asked).toEqual([call(2, "ok")]);
    expect(bench.told).toEqual([overLimit(1)]);
    await bench.reply(answer(2, {}));
    expect(outcomes(bench)).toEqual([{ result: "ok", refunded: false }]);
  });

  test("H07: a callback that itself calls a tool does not block, and both are counted", async () => {
    let inner = false;
    const bench = await openBench(side, {
      policy: dailyLimit(2),
      facts: () => {
        if (!inner) {
          inner = true;
          void bench.ask(call(2, "ok"));
        }
        return {};
      },
    });
    await bench.ask(call(1, "ok"));
    await bench.ask(call(3, "ok"));
    expect(bench.asked).toEqual([call(2, "ok"), call(1, "ok")]);
    expect(bench.told).toEqual([overLimit(3)]);
  });

  test("a caller that throws when it is answered does not change what was decided", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    if (side === "client") bench.guarded.onmessage = boom;
    else bench.raw.send = async () => boom();
    await bench.ask(call(1, "secret")).catch(() => undefined);
    await bench.ask(call(2, "ok"));
    expect(bench.asked).toEqual([call(2, "ok")]);
  });
});
