import { type CounterStore, type Reserved, StoreError } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LimitedGate, limitedGate, observedStore, PER_MINUTE, payPolicy, START } from "./limited-gate.js";

const ONE_A_MINUTE = payPolicy({ ...PER_MINUTE, max: 1, on_deny: "one a minute" });

/** What an agent gets, whatever is wrong with the store. */
const UNAVAILABLE = {
  isError: true,
  content: [{ type: "text", text: "[POLICY DENIED] the policy cannot be consulted now" }],
  _meta: { "callgate/denial": { code: "unavailable", retryable: true } },
};

/** Calls once, and holds everything that can be known of an unavailable store to what it must be. */
async function expectUnavailable({ gate, audit }: LimitedGate, cause: unknown): Promise<void> {
  const execute = vi.fn();
  const result = await gate.run({ name: "pay" }, {}, execute);
  expect(execute).not.toHaveBeenCalled();
  expect(result).toMatchObject({ allowed: false, denial: UNAVAILABLE });
  const events = audit.of("decision");
  expect(events.at(-1)).toMatchObject({
    outcome: "deny",
    code: "unavailable",
    rule: "/tools/pay/limits/calls",
    charges: [{ counter: "calls", amount: 1, max: 1, left: undefined, resetsAt: undefined }],
    cause,
  });
}

function answering(answer: unknown): CounterStore {
  const nothing = () => undefined;
  const others = { release: nothing, read: () => [], renew: () => true, reset: nothing };
  return { clock: "caller", reserve: () => answer as Reserved, ...others };
}

/** A promise and the ways to settle it. */
function deferred<T>() {
  let resolve = (_value: T): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  if (vi.isFakeTimers()) expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("Q11: a store that fails denies the call", () => {
  test.each<[string, () => never | Promise<never>, unknown]>([
    [
      "throws",
      () => {
        throw new Error("connection refused");
      },
      "Error: connection refused",
    ],
    ["rejects", () => Promise.reject(new Error("connection refused")), "Error: connection refused"],
    ["is full", () => Promise.reject(new StoreError("store_full", "full")), "StoreError: full"],
    ["rejects with nothing", () => Promise.reject(undefined), undefined],
    ["rejects with text", () => Promise.reject("down"), "down"],
  ])("one that %s", async (_how, reserve, cause) => {
    await expectUnavailable(limitedGate(ONE_A_MINUTE, { store: { ...answering(undefined), reserve } }), cause);
  });

  test("and allows again as soon as it answers", async () => {
    let works = false;
    const { store } = observedStore({
      reserve: async (answer) => {
        if (!works) throw new Error("down");
        return answer();
      },
    });
    const { payTimes } = limitedGate(ONE_A_MINUTE, { store });
    expect(await payTimes(3)).toEqual({ unavailable: 3 });
    works = true;
    expect(await payTimes(3)).toEqual({ allowed: 1, rate_limited: 2 });
  });

  test("a call without a limit needs no store", async () => {
    const store = answering(Promise.reject(new Error("down")));
    Promise.resolve(store.reserve([], { now: 0 })).catch(() => undefined);
    expect(await limitedGate(payPolicy(), { store }).pay()).toBe("allowed");
  });
});

describe("Q11: an answer that is not one denies the call", () => {
  const readings = [{ value: 1_000_000, resetsAt: START }];
  const reservation = { charges: [] };
  const answers: readonly (readonly [string, unknown])[] = [
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["the text OK", "OK"],
    ["a number", 1],
    ["an empty object", {}],
    ["an empty array", []],
    ["ok as text", { ok: "true", reservation, readings }],
    ["ok as a number", { ok: 1, reservation, readings }],
    ["no ok", { reservation, readings }],
    ["no reservation", { ok: true, readings }],
    ["null for a reservation", { ok: true, reservation: null, readings }],
    ["text for a reservation", { ok: true, reservation: "id", readings }],
    ["no readings", { ok: true, reservation }],
    ["too few readings", { ok: true, reservation, readings: [] }],
    ["too many readings", { ok: true, reservation, readings: [...readings, ...readings] }],
    ["readings that are no array", { ok: true, reservation, readings: { length: 1, 0: readings[0] } }],
    ["undefined for a reading", { ok: true, reservation, readings: [undefined] }],
    ["a value that is text", { ok: true, reservation, readings: [{ value: "1", resetsAt: START }] }],
    ["a value that is NaN", { ok: true, reservation, readings: [{ value: Number.NaN, resetsAt: START }] }],
    ["a reset that is missing", { ok: true, reservation, readings: [{ value: 1 }] }],
    ["a refusal by nobody", { ok: false, readings }],
    ["a refusal by a charge that is not there", { ok: false, refused: 1, readings }],
    ["a refusal by a negative charge", { ok: false, refused: -1, readings }],
    ["a refusal by half a charge", { ok: false, refused: 0.5, readings }],
    ["a refusal by a charge's name", { ok: false, refused: "0", readings }],
    ["a refusal without readings", { ok: false, refused: 0 }],
  ];

  test.each(answers)("%s", async (_what, answer) => {
    const cause = "StoreError: the store gave no usable answer";
    await expectUnavailable(limitedGate(ONE_A_MINUTE, { store: answering(answer) }), cause);
    await expectUnavailable(limitedGate(ONE_A_MINUTE, { store: answering(Promise.resolve(answer)) }), cause);
  });

  test("an answer that throws when it is read", async () => {
    const answer = () => ({
      get readings() {
        throw new Error("trap");
      },
    });
    await expectUnavailable(limitedGate(ONE_A_MINUTE, { store: answering(answer()) }), "Error: trap");
    await expectUnavailable(limitedGate(ONE_A_MINUTE, { store: answering(Promise.resolve(answer())) }), "Error: trap");
  });
});

describe("Q11, I02: a store that does not answer in time denies the call", () => {
  test.each([
    ["250 ms, when nothing else is said", undefined, 250],
    ["what `timeouts.store` says", { store: 1_000 }, 1_000],
  ])("after %s", async (_when, timeouts, ms) => {
    const store = answering(new Promise(() => undefined));
    const gate = limitedGate(ONE_A_MINUTE, { store, timeouts });
    let done = false;
    const expected = expectUnavailable(gate, "StoreError: the store did not answer in time").then(() => {
      done = true;
    });
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(done).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toBe(true);
    await expected;
  });

  test("K01: a success that comes too late is given back, once, and nothing runs", async () => {
    const answered = deferred<void>();
    const { store, released } = observedStore({
      reserve: async (answer) => {
        const reserved = answer();
        await answered.promise;
        return reserved;
      },
    });
    const { pay, executed, payTimes } = limitedGate(ONE_A_MINUTE, { store });
    const late = pay();
    await vi.advanceTimersByTimeAsync(250);
    expect(await late).toBe("unavailable");
    expect(released).toHaveLength(0);
    answered.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect([released.length, executed()]).toEqual([1, 0]);
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
  });

  test.each<[string, (answer: ReturnType<typeof deferred<Reserved>>) => void]>([
    ["refusal", ({ resolve }) => resolve({ ok: false, refused: 0, readings: [{ value: 0, resetsAt: 0 }] })],
    ["failure", ({ reject }) => reject(new Error("connection lost"))],
    ["nonsense", ({ resolve }) => resolve(undefined as unknown as Reserved)],
  ])("a %s that comes too late is ignored", async (_what, settle) => {
    const answer = deferred<Reserved>();
    const release = vi.fn();
    const { pay, executed } = limitedGate(ONE_A_MINUTE, { store: { ...answering(answer.promise), release } });
    const late = pay();
    await vi.advanceTimersByTimeAsync(250);
    expect(await late).toBe("unavailable");
    settle(answer);
    await vi.advanceTimersByTimeAsync(0);
    expect(release).not.toHaveBeenCalled();
    expect(executed()).toBe(0);
  });

  test("a late success that cannot be given back disturbs nobody", async () => {
    const answer = deferred<Reserved>();
    const release = vi.fn(() => Promise.reject(new Error("gone")));
    const { pay } = limitedGate(ONE_A_MINUTE, { store: { ...answering(answer.promise), release } });
    const late = pay();
    await vi.advanceTimersByTimeAsync(250);
    expect(await late).toBe("unavailable");
    answer.resolve({ ok: true, reservation: { charges: [] }, readings: [{ value: 1, resetsAt: START }] });
    await vi.advanceTimersByTimeAsync(0);
    expect(release).toHaveBeenCalledTimes(1);
  });

  test("an answer in time leaves no timer", async () => {
    const { store } = observedStore({ reserve: async (answer) => answer() });
    const { payTimes } = limitedGate(ONE_A_MINUTE, { store });
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
  });

  test("O08: a gate that closes denies what waits for the store, and gives back what comes of it", async () => {
    const answered = deferred<void>();
    const { store, released } = observedStore({
      reserve: async (answer) => {
        await answered.promise;
        return answer();
      },
    });
    const { gate, pay, executed } = limitedGate(ONE_A_MINUTE, { store });
    const waiting = pay();
    await vi.advanceTimersByTimeAsync(0);
    await gate.close();
    expect(await waiting).toBe("unavailable");
    answered.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect([released.length, executed()]).toEqual([1, 0]);
    expect(await pay()).toBe("unavailable");
  });

  test("O08: a gate that closes in the very turn the store answers gives the charge back", async () => {
    const answered = deferred<Reserved>();
    let answer = (): void => undefined;
    const { store, released } = observedStore({
      reserve: (reserved) => {
        answer = () => answered.resolve(reserved());
        return answered.promise;
      },
    });
    const { gate, pay, executed } = limitedGate(ONE_A_MINUTE, { store });
    const waiting = pay();
    await vi.advanceTimersByTimeAsync(0);
    answer();
    const closed = gate.close();
    expect(await waiting).toBe("unavailable");
    await closed;
    expect([released.length, executed()]).toEqual([1, 0]);
  });

  test("a thousand calls that wait at once warn of no leak", async () => {
    const warnings: string[] = [];
    const warned = (warning: Error) => warnings.push(warning.name);
    process.on("warning", warned);
    const { store } = observedStore({ reserve: async (answer) => answer() });
    const { pay } = limitedGate(ONE_A_MINUTE, { store });
    await Promise.all(Array.from({ length: 1_000 }, () => pay()));
    vi.useRealTimers();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warnings).toEqual([]);
  });
});
