import type { CounterStore, Reserved } from "callgate";
import { createGate, createMemoryStore, parsePolicy } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boom, denial, effect, keptGate, NOON, POLICY, UNAVAILABLE } from "./gate-policy.ts";

const READING = { value: 1_000_000, resetsAt: NOON + 1 };
const RESERVATION = { charges: [] };
const OK = { ok: true, reservation: RESERVATION, readings: [READING] };

function store(reserve: () => unknown, release: (reservation: unknown) => void = () => undefined): CounterStore {
  const others = { read: () => [], renew: () => true, reset: () => undefined };
  return { clock: "caller", reserve: reserve as () => Reserved, release, ...others };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("a store that gives no usable answer", () => {
  test.each<[string, () => unknown]>([
    ["throws", boom],
    ["rejects", async () => boom()],
    ["answers undefined", () => undefined],
    ["answers null", () => null],
    ["answers true", () => true],
    ["answers an empty object", () => ({})],
    ["answers ok without a reservation", () => ({ ok: true, readings: [READING] })],
    ["answers ok with a null reservation", () => ({ ...OK, reservation: null })],
    ["answers ok without readings", () => ({ ...OK, readings: undefined })],
    ["answers ok with too few readings", () => ({ ...OK, readings: [] })],
    ["answers ok with too many readings", () => ({ ...OK, readings: [READING, READING] })],
    ["answers ok with a reading that is none", () => ({ ...OK, readings: [{ value: "x" }] })],
    ["answers ok as text", () => ({ ...OK, ok: "true" })],
    ["answers ok as 1", async () => ({ ...OK, ok: 1 })],
    ["refuses by a charge that was not asked for", () => ({ ok: false, refused: 1, readings: [READING] })],
    ["refuses by no number", () => ({ ok: false, refused: "0", readings: [READING] })],
    ["answers a promise of nothing", async () => undefined],
  ])("Q11: one that %s denies the call, and nothing is executed", async (_, reserve) => {
    const { gate, events } = keptGate({ store: store(reserve) });
    const run = effect();
    expect(await gate.run({ name: "once" }, {}, run)).toMatchObject({
      allowed: false,
      denial: denial("unavailable", UNAVAILABLE, { retryable: true }),
      decision: { code: "unavailable", rule: "/tools/once/limits/n" },
    });
    expect(run.times).toBe(0);
    expect(events).toMatchObject([
      { type: "store_failure", operation: "reserve", message: expect.any(String) },
      { type: "decision", outcome: "deny", cause: expect.any(String) },
    ]);
  });

  test("Q11: a call that no limit counts does not ask it", async () => {
    const { gate } = keptGate({ store: store(boom) });
    expect((await gate.run({ name: "ok" }, {}, effect())).allowed).toBe(true);
  });

  test("K08: one that cannot take a charge back is reported, and the call's own error is not lost", async () => {
    const { NotExecutedError } = await import("callgate");
    const { gate, events } = keptGate({ store: store(() => OK, boom) });
    const error = new NotExecutedError();
    await expect(gate.run({ name: "once" }, {}, () => Promise.reject(error))).rejects.toBe(error);
    expect(events.map((event) => (event.type === "notice" ? event.code : event.type))).toEqual([
      "decision",
      "release_failed",
      "outcome",
    ]);
  });

  test("a clock that gives no time denies what is counted", async () => {
    for (const now of [() => Number.NaN, boom, () => Number.POSITIVE_INFINITY]) {
      const gate = createGate({ policy: parsePolicy(POLICY), clock: { now }, store: createMemoryStore() });
      const run = effect();
      expect((await gate.run({ name: "once" }, {}, run)).allowed).toBe(false);
      expect(run.times).toBe(0);
    }
  });
});

describe("a store that hangs", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("I02: the call is denied when its time is up, and no timer stays", async () => {
    const { gate } = keptGate({ store: store(never) });
    const settled: string[] = [];
    const run = effect();
    void gate.run({ name: "once" }, {}, run).then(({ decision }) => settled.push(decision.code));
    await vi.advanceTimersByTimeAsync(249);
    expect(settled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toEqual(["unavailable"]);
    expect(run.times).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("I02: a reservation that comes too late is given back, once, and executes nothing", async () => {
    let answer: (reserved: unknown) => void = () => undefined;
    const released: unknown[] = [];
    const late = store(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      (reservation) => void released.push(reservation),
    );
    const { gate } = keptGate({ store: late });
    const run = effect();
    const running = gate.run({ name: "once" }, {}, run);
    await vi.advanceTimersByTimeAsync(250);
    expect((await running).allowed).toBe(false);
    answer(OK);
    await vi.advanceTimersByTimeAsync(0);
    expect(released).toEqual([RESERVATION]);
    expect(run.times).toBe(0);
  });

  test("I02: a refusal or a failure that comes too late is ignored", async () => {
    const answers: [(value: unknown) => void, (error: unknown) => void][] = [];
    const released: unknown[] = [];
    const late = store(
      () => new Promise((resolve, reject) => void answers.push([resolve, reject])),
      (reservation) => void released.push(reservation),
    );
    const { gate } = keptGate({ store: late });
    const running = [gate.run({ name: "once" }, {}, effect()), gate.run({ name: "once" }, {}, effect())];
    await vi.advanceTimersByTimeAsync(250);
    await Promise.all(running);
    answers[0]?.[0]({ ok: false, refused: 0, readings: [READING] });
    answers[1]?.[1](new Error("late"));
    await vi.advanceTimersByTimeAsync(0);
    expect(released).toEqual([]);
  });
});
