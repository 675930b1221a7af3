import { type LimitDocument, NotExecutedError, parsePolicy, type Reserved } from "callgate";
import { afterEach, describe, expect, test, vi } from "vitest";
import { limitedGate, observedStore, payPolicy, START, tally } from "./limited-gate.js";

const TEN: LimitDocument = { counter: "slots", window: "in_flight", max: 10 };
const ONE: LimitDocument = { ...TEN, max: 1 };
const call = { name: "pay" };

afterEach(() => {
  vi.useRealTimers();
});

/** How many slots of a gate are taken. */
async function heldIn({ gate }: Pick<ReturnType<typeof limitedGate>, "gate">): Promise<number> {
  return (await gate.usage("default"))[0]?.value ?? Number.NaN;
}

describe("calls in flight", () => {
  test("F01, F11: of 1,000 parallel calls never more than 10 run at once, and all that waited for nobody are denied", async () => {
    const bench = limitedGate(payPolicy(TEN));
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      running--;
    };
    const results = await Promise.all(Array.from({ length: 1_000 }, () => bench.gate.run(call, {}, work)));
    const outcomes = results.map((result) => (result.allowed ? "allowed" : result.decision.code));
    expect(tally(outcomes)).toEqual({ allowed: 10, rate_limited: 990 });
    expect([most, running, await heldIn(bench)]).toEqual([10, 0, 0]);
  });

  test("callers that try again get through one after the other, never more than 10 at once", async () => {
    const bench = limitedGate(payPolicy(TEN));
    let [running, most, done] = [0, 0, 0];
    const untilDone = async (): Promise<void> => {
      const { allowed } = await bench.gate.run(call, {}, async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
      });
      if (allowed) done++;
      else return new Promise<void>(setImmediate).then(untilDone);
    };
    await Promise.all(Array.from({ length: 200 }, untilDone));
    expect([most, running, done, await heldIn(bench)]).toEqual([10, 0, 200, 0]);
  });

  test.each<[string, () => unknown, string]>([
    ["returns", () => "ok", "ok"],
    [
      "throws",
      () => {
        throw new Error("failed");
      },
      "threw",
    ],
    ["rejects", () => Promise.reject(new Error("failed")), "threw"],
    ["says it was not executed", () => Promise.reject(new NotExecutedError()), "not_executed"],
  ])(
    "the slot is back when `execute` %s, at once, and the outcome does not call that a refund",
    async (_how, execute, result) => {
      const bench = limitedGate(payPolicy(ONE));
      for (let time = 0; time < 3; time++) {
        await bench.gate.run(call, {}, execute).catch(() => undefined);
        expect(await heldIn(bench)).toBe(0);
      }
      const outcomes = bench.audit.of("outcome").map((event) => [event.result, event.refunded]);
      expect(outcomes).toEqual(Array(3).fill([result, false]));
    },
  );

  test("the other charges of the call stay when the slot comes back", async () => {
    const { gate, payTimes } = limitedGate(payPolicy(ONE, { counter: "calls", window: "day", max: 3 }));
    expect(await payTimes(4)).toEqual({ allowed: 3, rate_limited: 1 });
    expect((await gate.usage("default")).map(({ counter, value }) => [counter, value])).toEqual([
      ["slots", 0],
      ["calls", 3],
    ]);
  });

  test("a call given up while the store answers, or while it is recorded, leaves no slot", async () => {
    for (const where of ["store", "audit"] as const) {
      const giveUp = new AbortController();
      const reserve = async (answer: () => Reserved) => {
        giveUp.abort();
        return answer();
      };
      const { store } = observedStore(where === "store" ? { reserve } : {});
      const audit = async () => giveUp.abort();
      const bench = limitedGate(payPolicy(ONE), { store, ...(where === "audit" ? { audit } : {}) });
      const result = await bench.gate.run(call, { signal: giveUp.signal }, () => "ran");
      await new Promise(setImmediate);
      expect([result.allowed, await heldIn(bench)]).toEqual([false, 0]);
    }
  });

  test("a denial says that it may be tried again, and not when: nobody knows how long a call runs", async () => {
    const { gate } = limitedGate(payPolicy(ONE));
    await gate.run(call, {}, async () => {
      const result = await gate.run(call, {}, () => undefined);
      const info = { code: "rate_limited", retryable: true };
      expect(result.allowed ? {} : result.denial._meta["callgate/denial"]).toEqual(info);
    });
  });

  test("H07: a call that calls itself is refused, not deadlocked", async () => {
    const { gate, pay } = limitedGate(payPolicy(ONE));
    const inner = await gate.run(call, {}, () => pay());
    expect(inner).toMatchObject({ allowed: true, value: "rate_limited" });
  });

  test("slots by value: one for each, and each comes back to its own", async () => {
    const { gate, pay } = limitedGate(payPolicy({ ...ONE, by: ["args.repo"] }));
    await gate.run({ name: "pay", arguments: { repo: "a" } }, {}, async () => {
      expect([await pay({ repo: "a" }), await pay({ repo: "b" }), await pay({ repo: "b" })]).toEqual([
        "rate_limited",
        "allowed",
        "allowed",
      ]);
    });
    expect(await pay({ repo: "a" })).toBe("allowed");
  });

  test("`increment` takes several slots, and an increment of 0 none", async () => {
    const wide = { ...TEN, increment: 4 };
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      tools: { pay: { limits: [wide] }, look: { limits: [{ ...TEN, increment: 0, max: 7 }] } },
    });
    const { gate, pay } = limitedGate(policy);
    const look = async () => (await gate.run({ name: "look" }, {}, () => undefined)).allowed;
    const seen: unknown[] = [];
    await gate.run(call, {}, async () => {
      seen.push(await look());
      await gate.run(call, {}, async () => {
        seen.push(await look(), await pay());
      });
    });
    expect(seen).toEqual([true, false, "rate_limited"]);
  });

  test("F11: after 100,000 calls no slot is held and no timer runs", { timeout: 120_000 }, async () => {
    vi.useFakeTimers();
    const bench = limitedGate(payPolicy(TEN), { audit: undefined });
    const outcomes = { allowed: 0, denied: 0, threw: 0 };
    for (let round = 0; round < 5_000; round++) {
      const calls = Array.from({ length: 20 }, (_, index) =>
        bench.gate.run(call, {}, async () => {
          await Promise.resolve();
          if (index % 3 === 0) throw index % 2 === 0 ? new Error("failed") : new NotExecutedError();
        }),
      );
      for (const settled of await Promise.allSettled(calls)) {
        if (settled.status === "rejected") outcomes.threw++;
        else outcomes[settled.value.allowed ? "allowed" : "denied"]++;
      }
    }
    expect(outcomes).toEqual({ allowed: 30_000, denied: 50_000, threw: 20_000 });
    expect([await heldIn(bench), vi.getTimerCount()]).toEqual([0, 0]);
  });
});

const MINUTE = 60_000;

/** A gate on fake timers, whose clock is theirs. */
function leasedGate(faults: { renew?: () => boolean | Promise<boolean> } = {}) {
  vi.useFakeTimers({ now: START });
  const { store: inner, ...seen } = observedStore();
  const renewals: number[] = [];
  const store: typeof inner = {
    ...inner,
    renew: (reservation, options) => {
      renewals.push(Date.now() - START);
      const { renew } = faults;
      return renew === undefined ? inner.renew(reservation, options) : renew();
    },
  };
  const bench = limitedGate(payPolicy({ ...ONE, lease: "9m" }), { store, clock: { now: () => Date.now() } });
  return { ...bench, ...seen, renewals, faults };
}

/** A call that runs until it is ended. */
async function hold({ gate }: Pick<ReturnType<typeof limitedGate>, "gate">): Promise<() => Promise<void>> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = gate.run(call, {}, () => ended);
  await vi.advanceTimersByTimeAsync(0);
  return async () => {
    end();
    await run;
  };
}

describe("the lease of a slot", () => {
  test("F11: it is renewed at every third of it, for as long as the call runs", async () => {
    const bench = leasedGate();
    const end = await hold(bench);
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(bench.renewals).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30].map((minutes) => minutes * MINUTE));
    expect(await bench.pay()).toBe("rate_limited");
    await end();
    expect(vi.getTimerCount()).toBe(0);
    expect(await bench.pay()).toBe("allowed");
    expect(bench.audit.of("notice")).toEqual([]);
  });

  test("K01: the slot of a holder that died comes back when its lease ends, to the millisecond", async () => {
    const dead = leasedGate();
    await hold(dead);
    vi.clearAllTimers();
    vi.setSystemTime(START + 9 * MINUTE - 1);
    expect(await dead.pay()).toBe("rate_limited");
    vi.setSystemTime(START + 9 * MINUTE);
    expect(await dead.pay()).toBe("allowed");
  });

  test.each<[string, () => boolean | Promise<boolean>]>([
    ["false", () => false],
    ["a promise of false", async () => false],
    ["a rejection", async () => Promise.reject(new Error("gone"))],
    [
      "a throw",
      () => {
        throw new Error("gone");
      },
    ],
    ["what is no answer", () => "yes" as never],
    ["undefined", () => undefined as never],
  ])("F11: a holder that is told %s gets no new call on that counter, and says so once", async (_what, renew) => {
    const bench = leasedGate({ renew });
    const end = await hold(bench);
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    // By the store's count the slot is free again: another call would be the second that runs.
    expect(await bench.pay()).toBe("unavailable");
    expect(bench.audit.of("notice").map(({ code, message }) => [code, message])).toEqual([
      ["lease_lost", "a slot of a running call could not be renewed"],
    ]);
    await end();
    expect([vi.getTimerCount(), await bench.pay()]).toEqual([0, "allowed"]);
  });

  test("a renewal that is not answered before the next is due is none and is asked again, and an answer that comes later counts", async () => {
    let answer = (_kept: boolean): void => undefined;
    const bench = leasedGate({
      renew: () =>
        new Promise<boolean>((resolve) => {
          answer = resolve;
        }),
    });
    const end = await hold(bench);
    await vi.advanceTimersByTimeAsync(6 * MINUTE - 1);
    expect(await bench.pay()).toBe("rate_limited");
    await vi.advanceTimersByTimeAsync(1);
    expect(await bench.pay()).toBe("unavailable");
    expect(bench.renewals).toHaveLength(2);
    answer(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(await bench.pay()).toBe("rate_limited");
    await end();
  });

  test("a holder whose renewal works again takes new calls again", async () => {
    const faults: { renew?: () => boolean } = { renew: () => false };
    const bench = leasedGate(faults);
    const end = await hold(bench);
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(await bench.pay()).toBe("unavailable");
    delete faults.renew;
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(await bench.pay()).toBe("rate_limited");
    await end();
    expect(await bench.pay()).toBe("allowed");
  });

  test("an answer to a renewal that comes after the call has ended changes nothing", async () => {
    let answer = (_kept: boolean): void => undefined;
    const bench = leasedGate({
      renew: () =>
        new Promise<boolean>((resolve) => {
          answer = resolve;
        }),
    });
    const end = await hold(bench);
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    await end();
    answer(false);
    await vi.advanceTimersByTimeAsync(0);
    expect([await bench.pay(), bench.audit.of("notice").length, vi.getTimerCount()]).toEqual(["allowed", 0, 0]);
  });

  test("calls without a slot renew nothing and have no timer", async () => {
    vi.useFakeTimers({ now: START });
    const { gate } = limitedGate(payPolicy({ counter: "calls", window: "day" }, { ...TEN, increment: 0 }));
    await gate.run(call, {}, () => {
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  test("a store that forgets to name the charges is renewed all the same", async () => {
    vi.useFakeTimers({ now: START });
    const { store: inner } = observedStore();
    const inside = new WeakMap<object, never>();
    let renewed = 0;
    const store: typeof inner = {
      ...inner,
      reserve: async (charges, options) => {
        const answer = await inner.reserve(charges, options);
        if (!answer.ok) return answer;
        const reservation = { charges: [] };
        inside.set(reservation, answer.reservation as never);
        return { ...answer, reservation };
      },
      release: (reservation, only) => inner.release(inside.get(reservation) as never, only),
      renew: (reservation, options) => {
        renewed++;
        return inner.renew(inside.get(reservation) as never, options);
      },
    };
    const bench = limitedGate(payPolicy({ ...ONE, lease: "9m" }), { store, clock: { now: () => Date.now() } });
    const end = await hold(bench);
    await vi.advanceTimersByTimeAsync(20 * MINUTE);
    expect([renewed, await bench.pay()]).toEqual([6, "rate_limited"]);
    await end();
  });
});
