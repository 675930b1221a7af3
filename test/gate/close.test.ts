import type { CounterStore } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boom, denial, effect, keptGate, UNAVAILABLE } from "./gate-policy.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const nothing = () => undefined;
const hangingStore: CounterStore = {
  clock: "caller",
  reserve: never,
  release: nothing,
  read: () => [],
  renew: () => true,
  reset: nothing,
};

describe("gate.close", () => {
  test("O08: later calls are denied for good, and nothing is executed", async () => {
    const { gate } = keptGate();
    await gate.close();
    const run = effect();
    expect(await gate.run({ name: "ok" }, {}, run)).toMatchObject({
      allowed: false,
      denial: denial("unavailable", UNAVAILABLE),
      decision: { code: "unavailable", rule: "(gate closed)" },
    });
    expect(run.times).toBe(0);
  });

  test("O08: it can be called twice, and at the same time", async () => {
    const { gate } = keptGate();
    expect(await Promise.all([gate.close(), gate.close()])).toEqual([undefined, undefined]);
    expect(await gate.close()).toBeUndefined();
  });

  describe("of a gate that holds calls", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    test.each([
      ["a grant", { grant: never }],
      ["a policy", { policy: never }],
      ["a session", { session: never }],
      ["facts", { facts: never }],
      ["a store", { store: hangingStore }],
      ["a record", { audit: never }],
    ])("O08: a call that waits for %s ends without another tick of the clock, not executed", async (_, options) => {
      const { gate } = keptGate(options);
      const run = effect();
      const running = gate.run({ name: "once" }, {}, run);
      await gate.close();
      expect((await running).decision.code).toBe("unavailable");
      expect(run.times).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  test("O08: a call that runs is not interrupted, and its outcome is recorded", async () => {
    const { gate, events } = keptGate();
    let finish: (value: string) => void = () => undefined;
    const running = gate.run(
      { name: "ok" },
      {},
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
    );
    await new Promise(setImmediate);
    await gate.close();
    finish("done");
    expect(await running).toMatchObject({ allowed: true, value: "done" });
    expect(events.map(({ type }) => type)).toEqual(["decision", "outcome"]);
  });

  test("F11: any number of calls may be held at once without a warning of the process", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.name);
    process.on("warning", onWarning);
    const { gate } = keptGate({ grant: never });
    const held = Array.from({ length: 50 }, () => gate.run({ name: "ok" }, {}, effect()));
    await new Promise(setImmediate);
    process.off("warning", onWarning);
    await gate.close();
    expect((await Promise.all(held)).every(({ decision }) => decision.code === "unavailable")).toBe(true);
    expect(warnings).toEqual([]);
  });

  test("O08: closed by the sink that records the decision, the call is not executed", async () => {
    const { gate } = keptGate({ audit: () => void gate.close() });
    const run = effect();
    expect((await gate.run({ name: "once" }, {}, run)).decision.rule).toBe("(gate closed)");
    expect(run.times).toBe(0);
  });
});

describe("context.signal", () => {
  test("hazard 18: aborted beforehand, the call is denied, not executed, not charged", async () => {
    const { gate } = keptGate();
    const run = effect();
    expect((await gate.run({ name: "once" }, { signal: AbortSignal.abort() }, run)).decision.rule).toBe("(cancelled)");
    expect(run.times).toBe(0);
    expect((await gate.run({ name: "once" }, {}, run)).allowed).toBe(true);
  });

  test("hazard 18: aborted while the call is held, it is denied and not executed when the answer comes", async () => {
    let answer: (grant: string) => void = () => undefined;
    const { gate } = keptGate({
      grant: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const aborter = new AbortController();
    const run = effect();
    const running = gate.run({ name: "once" }, { signal: aborter.signal }, run);
    aborter.abort();
    answer("a");
    expect((await running).decision).toMatchObject({ code: "unavailable", rule: "(cancelled)" });
    expect(run.times).toBe(0);
  });

  test("hazard 18: aborted while the record is written, the charge is given back", async () => {
    const aborter = new AbortController();
    const { gate } = keptGate({ audit: () => aborter.abort() });
    const run = effect();
    expect((await gate.run({ name: "once" }, { signal: aborter.signal }, run)).decision.rule).toBe("(cancelled)");
    expect((await gate.run({ name: "once" }, {}, run)).allowed).toBe(true);
    expect(run.times).toBe(1);
  });

  test("hazard 18: an abort ends a held call at once, not when what it waits for answers", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { gate } = keptGate({ grant: never });
      const aborter = new AbortController();
      const settled: string[] = [];
      void gate
        .run({ name: "ok" }, { signal: aborter.signal }, effect())
        .then(({ decision }) => settled.push(decision.rule));
      aborter.abort();
      await vi.advanceTimersByTimeAsync(0);
      expect(settled).toEqual(["(cancelled)"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("aborted while the call runs, it is up to what is executed", async () => {
    const { gate, events } = keptGate();
    const aborter = new AbortController();
    await expect(
      gate.run({ name: "ok" }, { signal: aborter.signal }, () => {
        aborter.abort();
        return boom();
      }),
    ).rejects.toThrow("boom");
    expect(events.at(-1)).toMatchObject({ type: "outcome", result: "threw" });
  });
});
