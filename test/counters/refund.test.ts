import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CallgateError, type Charge, NotExecutedError, type Reservation } from "callgate";
import { createRecordingSink } from "callgate/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Recorder } from "../../src/enforce/recorder.js";
import { Settlement } from "../../src/enforce/settle.js";
import { every, limitedGate, MINUTE, observedStore, PER_MINUTE, payPolicy, START } from "./limited-gate.js";

const ONE_A_MINUTE = payPolicy({ ...PER_MINUTE, max: 1 });
const call = { name: "pay" };

const CHARGE: Charge = {
  ...{
    rule: "",
    pointer: "",
    message: "",
    counter: "calls",
    scope: "grant",
    owner: "g",
    window: every(MINUTE),
    by: [],
  },
  ...{ amount: 1, max: 1, min: undefined, refund: "not_executed" },
};
const HELD = { reservation: { charges: [] }, charges: [], readings: [] };

afterEach(() => {
  vi.useRealTimers();
});

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the default refund rule, in gate.run", () => {
  test.each<[string, () => unknown]>([
    ["an error", () => new Error("failed")],
    ["a DOMException of an abort", () => new DOMException("aborted", "AbortError")],
    ["an error of callgate that says something else", () => new CallgateError("store_failed", "failed")],
    ["what looks like a NotExecutedError", () => ({ name: "NotExecutedError", code: "not_executed" })],
    ["nothing", () => undefined],
  ])("K02: a charge stays when `execute` throws %s", async (_what, thrown) => {
    const { store, released } = observedStore();
    const { gate, pay, audit } = limitedGate(ONE_A_MINUTE, { store });
    const cause = thrown();
    const run = gate.run(call, {}, () => {
      throw cause;
    });
    await expect(run).rejects.toBe(cause);
    expect(await pay()).toBe("rate_limited");
    expect(released).toEqual([]);
    expect(audit.of("outcome").map(({ result, refunded }) => [result, refunded])).toEqual([["threw", false]]);
  });

  test("K02: a charge stays when what `execute` promised is rejected later", async () => {
    const { gate, pay } = limitedGate(ONE_A_MINUTE);
    const failed = new Error("failed");
    await expect(gate.run(call, {}, () => Promise.reject(failed))).rejects.toBe(failed);
    expect(await pay()).toBe("rate_limited");
  });

  test.each<[string, () => never | Promise<never>]>([
    [
      "throws",
      () => {
        throw new NotExecutedError();
      },
    ],
    ["rejects with", () => Promise.reject(new NotExecutedError("not sent", { cause: 1 }))],
  ])("K07: `execute` that %s NotExecutedError gets the charge back, once", async (_how, execute) => {
    const { store, released } = observedStore();
    const { gate, payTimes, audit } = limitedGate(ONE_A_MINUTE, { store });
    await expect(gate.run(call, {}, execute)).rejects.toThrow(NotExecutedError);
    expect(released).toHaveLength(1);
    expect(audit.of("outcome").map(({ result, refunded }) => [result, refunded])).toEqual([["not_executed", true]]);
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
  });

  test("K07: whatever is said of one call, the first word counts: one refund, one outcome", () => {
    for (const [first, second] of [
      ["not_executed", "not_executed"],
      ["not_executed", "ok"],
      ["ok", "not_executed"],
    ] as const) {
      const { store, released } = observedStore();
      const audit = createRecordingSink();
      const recorder = new Recorder({ audit, clock: { now: () => START }, ids: () => "id", waitMs: 1_000 });
      const settlement = new Settlement(store, (work) => Promise.resolve(work), recorder, { now: () => START });
      const { settle } = settlement.settler("direct", { grant: "g" }, "id", [CHARGE], HELD);
      settle(first);
      settle(second);
      expect(released).toHaveLength(first === "not_executed" ? 1 : 0);
      expect(audit.of("outcome").map(({ result }) => result)).toEqual([first]);
    }
  });

  test("every counter of the call gets its own back", async () => {
    const limits = [
      { counter: "calls", window: "minute", max: 1 },
      { counter: "spend", window: "day", max: 10, increment_from: "args.amount" },
      { counter: "for all", window: "hour", max: 1, scope: "global" },
    ] as const;
    const { gate, pay } = limitedGate(payPolicy(...limits));
    for (let time = 0; time < 3; time++) {
      const run = gate.run({ name: "pay", arguments: { amount: 9.99 } }, {}, () => {
        throw new NotExecutedError();
      });
      await expect(run).rejects.toThrow(NotExecutedError);
    }
    expect(await pay({ amount: 10 })).toBe("allowed");
  });

  test("K05, Q09: a refund in a later window credits neither that window nor the one after", async () => {
    const { gate, clock, payTimes } = limitedGate(payPolicy({ ...PER_MINUTE, max: 2 }));
    const run = gate.run(call, {}, async () => {
      clock.advance(MINUTE);
      expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
      throw new NotExecutedError();
    });
    await expect(run).rejects.toThrow(NotExecutedError);
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
    clock.advance(MINUTE);
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
  });

  test("K05: a late refund gives back to the longer window that still runs", async () => {
    const limits = [
      { counter: "minute", window: "minute", max: 1 },
      { counter: "hour", window: "hour", max: 2 },
    ] as const;
    const { gate, clock, pay } = limitedGate(payPolicy(...limits));
    const run = gate.run(call, {}, async () => {
      clock.advance(MINUTE);
      expect(await pay()).toBe("allowed");
      throw new NotExecutedError();
    });
    await expect(run).rejects.toThrow(NotExecutedError);
    expect(await pay()).toBe("rate_limited");
    clock.advance(MINUTE);
    expect(await pay()).toBe("allowed");
    clock.advance(MINUTE);
    expect(await pay()).toBe("rate_limited");
  });

  test("K13: every attempt that ran counts, the retry of a failed one too", async () => {
    const { gate, pay } = limitedGate(payPolicy({ ...PER_MINUTE, max: 3 }));
    for (let time = 0; time < 3; time++) {
      await expect(gate.run(call, {}, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    }
    expect(await pay()).toBe("rate_limited");
  });
});

describe("a call that is given up", () => {
  test("K04: given up before it is judged, it costs nothing and does not run", async () => {
    const { store, reserved } = observedStore();
    const { gate, executed, audit } = limitedGate(ONE_A_MINUTE, { store });
    const result = await gate.run(call, { signal: AbortSignal.abort() }, () => "ran");
    expect(result).toMatchObject({ allowed: false, decision: { code: "unavailable", rule: "(cancelled)" } });
    expect([reserved.length, executed()]).toEqual([0, 0]);
    expect(audit.events.map(({ type }) => type)).toEqual(["decision"]);
  });

  test("K04: given up while the store answers, it does not run and gets the charge back, once", async () => {
    const giveUp = new AbortController();
    const { store, released } = observedStore({
      reserve: async (answer) => {
        const reserved = answer();
        giveUp.abort();
        return reserved;
      },
    });
    const { gate, payTimes } = limitedGate(ONE_A_MINUTE, { store });
    const execute = vi.fn();
    const result = await gate.run(call, { signal: giveUp.signal }, execute);
    expect(result).toMatchObject({ allowed: false, decision: { code: "unavailable", rule: "(cancelled)" } });
    expect(execute).not.toHaveBeenCalled();
    // The caller is told at once; the charge goes back when the answer that was waited for has come.
    await nextTurn();
    expect(released).toHaveLength(1);
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
  });

  test("K04: given up while the decision is recorded, it does not run and gets the charge back", async () => {
    const giveUp = new AbortController();
    const { store, released } = observedStore();
    const audit = async () => giveUp.abort();
    const { gate, payTimes } = limitedGate(ONE_A_MINUTE, { store, audit });
    const execute = vi.fn();
    const result = await gate.run(call, { signal: giveUp.signal }, execute);
    expect(result).toMatchObject({ allowed: false, decision: { rule: "(cancelled)" } });
    expect(execute).not.toHaveBeenCalled();
    // The caller is told at once; the charge goes back when the answer that was waited for has come.
    await nextTurn();
    expect(released).toHaveLength(1);
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
  });

  test("K04: given up while it runs, it keeps its charge", async () => {
    const giveUp = new AbortController();
    const { gate, pay } = limitedGate(ONE_A_MINUTE);
    const run = gate.run(call, { signal: giveUp.signal }, async () => {
      giveUp.abort(new Error("given up"));
      giveUp.signal.throwIfAborted();
    });
    await expect(run).rejects.toThrow("given up");
    expect(await pay()).toBe("rate_limited");
  });

  test("a decision that cannot be recorded denies, and gives the charge back", async () => {
    const { store, released } = observedStore();
    let works = false;
    const audit = () => {
      if (!works) throw new Error("disk full");
    };
    const { pay, payTimes, executed } = limitedGate(ONE_A_MINUTE, { store, audit });
    expect(await pay()).toBe("unavailable");
    expect([released.length, executed()]).toEqual([1, 0]);
    works = true;
    expect(await payTimes(2)).toEqual({ allowed: 1, rate_limited: 1 });
  });
});

describe("a store that cannot take a charge back", () => {
  test.each([
    [
      "throws",
      () => {
        throw new Error("gone");
      },
    ],
    ["rejects", () => Promise.reject(new Error("gone"))],
  ])("one that %s changes no result, and an event says so", async (_how, release) => {
    const { store, released } = observedStore({ release });
    const { gate, pay, audit } = limitedGate(ONE_A_MINUTE, { store });
    const failed = new NotExecutedError();
    const run = gate.run(call, {}, () => Promise.reject(failed));
    await expect(run).rejects.toBe(failed);
    await vi.waitFor(() => expect(audit.of("notice")).toHaveLength(1));
    expect(audit.of("notice")).toEqual([
      {
        schema: 1,
        seq: expect.any(Number),
        type: "notice",
        time: START,
        elapsed: 0,
        side: "direct",
        server: "",
        code: "release_failed",
        message: "a charge could not be given back: Error: gone",
        tools: [],
      },
    ]);
    expect(released).toHaveLength(1);
    expect(await pay()).toBe("rate_limited");
  });

  test("one that never answers holds nobody up", async () => {
    const { store } = observedStore({ release: () => new Promise(() => undefined) });
    const { gate } = limitedGate(ONE_A_MINUTE, { store });
    const run = gate.run(call, {}, () => Promise.reject(new NotExecutedError()));
    await expect(run).rejects.toThrow(NotExecutedError);
  });
});

describe("what is held", () => {
  test("F11: after 100,000 calls no reservation is kept, and no timer runs", { timeout: 120_000 }, async () => {
    vi.useFakeTimers();
    const reservations: WeakRef<Reservation>[] = [];
    const { store, reserved, released } = observedStore({
      reserve: async (answer) => {
        const answered = answer();
        if (answered.ok) reservations.push(new WeakRef(answered.reservation));
        return answered;
      },
    });
    const { gate } = limitedGate(payPolicy({ ...PER_MINUTE, max: 100_000 }), { store, audit: undefined });
    let [allowed, denied] = [0, 0];
    for (let index = 0; index < 100_000; index++) {
      const run = gate.run(call, {}, () => {
        if (index % 100 === 99) throw new NotExecutedError();
      });
      const result = await run.catch(() => undefined);
      if (result?.allowed === true) allowed++;
      if (result?.allowed === false) denied++;
    }
    expect([allowed, denied, released.length]).toEqual([99_000, 0, 1_000]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    (reserved as unknown[]).length = 0;
    (released as unknown[]).length = 0;
    await collected();
    expect(reservations.filter((reservation) => reservation.deref() !== undefined)).toEqual([]);
  });
});

async function collected(): Promise<void> {
  setFlagsFromString("--expose-gc");
  // What a WeakRef was made of lives until the turn of the event loop is over.
  await new Promise((resolve) => setImmediate(resolve));
  (runInNewContext("gc") as () => void)();
}
