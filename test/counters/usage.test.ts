import {
  createMemoryStore,
  type GateOptions,
  type LimitDocument,
  OptionsError,
  parsePolicy,
  StoreError,
} from "callgate";
import { describe, expect, test } from "vitest";
import { limitedGate, observedStore, payPolicy, START } from "./limited-gate.js";

const MIDNIGHT = Date.UTC(2026, 0, 2);
const NEXT_MINUTE = START + 20_000;

const CALLS: LimitDocument = { counter: "calls", window: "minute", max: 10 };
const SPEND: LimitDocument = { counter: "spend", window: "day", max: 100, increment_from: "args.amount" };

describe("gate.usage", () => {
  test("says of each counter what it holds, what is left and when it starts again", async () => {
    const { gate, pay } = limitedGate(payPolicy(CALLS, SPEND, { counter: "seen", window: "month" }));
    await pay({ amount: 12.5 });
    await pay({ amount: 0.000001 });
    const base = { scope: "grant", by: [] };
    expect(await gate.usage("default")).toEqual([
      { ...base, counter: "calls", window: "minute", value: 2, max: 10, left: 8, resetsAt: NEXT_MINUTE },
      { ...base, counter: "spend", window: "day", value: 12.500001, max: 100, left: 87.499999, resetsAt: MIDNIGHT },
      {
        ...base,
        counter: "seen",
        window: "month",
        value: 2,
        max: undefined,
        left: undefined,
        resetsAt: Date.UTC(2026, 1, 1),
      },
    ]);
    expect((await gate.usage("other")).map(({ value }) => value)).toEqual([0, 0, 0]);
  });

  test("a store is asked by name alone: a max that is no whole number of millionths is not its business", async () => {
    const asked: object[] = [];
    const store = createStub();
    const read: typeof store.read = (counters, options) => {
      asked.push(...counters);
      return store.read(counters, options);
    };
    const { gate } = limitedGate(payPolicy({ ...SPEND, max: 175.000025 }), { store: { ...store, read } });
    expect(await gate.usage("default")).toMatchObject([{ counter: "spend", value: 0, max: 175.000025 }]);
    expect(asked.map((counter) => Object.keys(counter).sort())).toEqual([["key", "window"]]);
  });

  test("windows are written as a policy would write them", async () => {
    const windows = ["second", "60s", "90s", "120m", "36h", "24h", "7d", "week", "month", "in_flight"] as const;
    const limits = windows.map((window, index): LimitDocument => ({ counter: `c${index}`, window }));
    const sliding = ["15m", "day"].map((window, index) => ({
      ...{ counter: `s${index}`, window: window as LimitDocument["window"], algorithm: "sliding" as const },
    }));
    const leased: LimitDocument = { counter: "l", window: "in_flight", lease: "90s" };
    const { gate } = limitedGate(payPolicy(...limits, ...sliding, leased));
    expect((await gate.usage("default")).map(({ window }) => window)).toEqual([
      ...["second", "minute", "90s", "2h", "36h", "day", "7d", "week", "month", "in_flight"],
      ...["sliding 15m", "sliding day", "in_flight"],
    ]);
  });

  test("the least max of all limits on a counter is the one that counts; left is never below 0", async () => {
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      all_tools: { limits: [{ ...CALLS, max: 50 }] },
      tools: { pay: { limits: [{ counter: "calls", window: "minute" }] }, look: { limits: [{ ...CALLS, max: 1 }] } },
    });
    const { gate, payTimes } = limitedGate(policy);
    await payTimes(3);
    expect(await gate.usage("default")).toMatchObject([{ counter: "calls", value: 3, max: 1, left: 0 }]);
  });

  test("of a call it says what that call would be charged to, values included, and charges nothing", async () => {
    const limits = [{ ...CALLS, by: ["args.to"] }, SPEND];
    const { gate, pay } = limitedGate(payPolicy(...limits));
    await pay({ to: "ann", amount: 5 });
    const call = { name: "pay", arguments: { to: "ann", amount: 1 } };
    for (let time = 0; time < 2; time++) {
      expect(await gate.usage("default", { call })).toMatchObject([
        { counter: "calls", by: ["ann"], value: 1, left: 9 },
        { counter: "spend", by: [], value: 5, left: 95 },
      ]);
    }
    expect(await gate.usage("default", { call: { ...call, arguments: { to: "bob", amount: 1 } } })).toMatchObject([
      { by: ["bob"], value: 0 },
      { value: 5 },
    ]);
    expect(await gate.usage("default")).toMatchObject([{ counter: "spend" }]);
    expect(await gate.usage("default", { call: { name: "unlisted" } })).toEqual([]);
  });

  test("a session's counters are there where a session is named, and everybody's always", async () => {
    const limits: readonly LimitDocument[] = [
      { counter: "own", window: "session", max: 5 },
      { counter: "all", window: "hour", max: 50, scope: "global" },
    ];
    const { gate, payTimes } = limitedGate(payPolicy(...limits));
    await payTimes(2, {}, { session: "s" });
    expect(await gate.usage("default")).toMatchObject([{ counter: "all", value: 2 }]);
    const named = await gate.usage("default", { session: "s" });
    expect(named).toMatchObject([
      { counter: "own", scope: "session", window: "session", value: 2, left: 3 },
      { counter: "all", value: 2 },
    ]);
  });

  test("counters of rate_limit, resources and prompts are among them, under each server's name", async () => {
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      tools: { pay: { rate_limit: "3/minute" } },
      resources: { default: "deny", entries: { "file:///a/*": { rate_limit: "5/hour" } } },
      prompts: { default: "allow", entries: { p: { limits: [{ counter: "prompts", window: "day" }] } } },
    });
    const { gate, pay } = limitedGate(policy, { server: "one" });
    await pay();
    await pay({}, { server: "two" });
    await pay({}, { server: "two" });
    const told = async (options: object) =>
      (await gate.usage("default", options)).map(({ counter, value }) => [counter, value]);
    const rest = [
      ["(rate_limit) resources file:///a/*", 0],
      ["prompts", 0],
    ];
    expect(await told({})).toEqual([["(rate_limit) pay", 1], ...rest]);
    expect(await told({ server: "two" })).toEqual([["(rate_limit) pay", 2], ...rest]);
  });

  test("a grant that has no policy has no counters", async () => {
    const policy = payPolicy(CALLS);
    const { gate } = limitedGate((grant) => (grant === "known" ? policy : undefined));
    expect([(await gate.usage("known")).length, await gate.usage("nobody")]).toEqual([1, []]);
  });

  test.each<[string, Partial<GateOptions>]>([
    [
      "a store that rejects",
      { store: { ...createStub(), read: async () => Promise.reject(new StoreError("store_failed", "gone")) } },
    ],
    ["a store that answers too little", { store: { ...createStub(), read: () => [] } }],
    [
      "a store that answers nonsense",
      { store: { ...createStub(), read: () => [{ value: "1", resetsAt: 0 }] as never } },
    ],
    ["a policy that cannot be resolved", { policy: () => Promise.reject(new Error("gone")) }],
  ])("%s is an error, never a number", async (_what, options) => {
    const { gate } = limitedGate(payPolicy(CALLS), options);
    await expect(gate.usage("default")).rejects.toThrow(StoreError);
  });
});

describe("what names nobody's counters is an error", () => {
  const grants: readonly unknown[] = ["", undefined, null, 5, {}, "x".repeat(257)];
  const options: readonly unknown[] = [null, 5, { sesion: "s" }, { session: 5 }, { session: "" }, { server: "" }];
  const counters: readonly unknown[] = [null, 5, {}];

  test.each(grants)("the grant %j", async (grant) => {
    const { gate, audit } = limitedGate(payPolicy(CALLS));
    await expect(gate.usage(grant as string)).rejects.toThrow(OptionsError);
    await expect(gate.reset(grant as string)).rejects.toThrow(OptionsError);
    expect(audit.events).toEqual([]);
  });

  test.each(options)("the options %j", async (given) => {
    const { gate, audit } = limitedGate(payPolicy(CALLS));
    await expect(gate.usage("g", given as object)).rejects.toThrow(OptionsError);
    await expect(gate.reset("g", undefined, given as object)).rejects.toThrow(OptionsError);
    expect(audit.events).toEqual([]);
  });

  test.each(counters)("the counter %j", async (counter) => {
    const { gate, audit } = limitedGate(payPolicy(CALLS));
    await expect(gate.reset("g", counter as string)).rejects.toThrow(OptionsError);
    expect(audit.events).toEqual([]);
  });
});

describe("gate.reset", () => {
  test("forgets one counter, or all of a grant's own, and nobody else's", async () => {
    const everybody: LimitDocument = { counter: "all", window: "hour", scope: "global" };
    const bench = limitedGate(payPolicy(CALLS, SPEND, everybody));
    const values = async (grant: string) => (await bench.gate.usage(grant)).map(({ value }) => value);
    for (const grant of ["one", "other"]) await bench.pay({ amount: 10 }, { grant });
    await bench.gate.reset("one", "calls");
    expect([await values("one"), await values("other")]).toEqual([
      [0, 10, 2],
      [1, 10, 2],
    ]);
    await bench.gate.reset("one");
    expect([await values("one"), await values("other")]).toEqual([
      [0, 0, 2],
      [1, 10, 2],
    ]);
    await bench.gate.reset("one", "all");
    expect([await values("one"), await values("other")]).toEqual([
      [0, 0, 0],
      [1, 10, 0],
    ]);
  });

  test("a grant that was refused gets through again, up to max and no further", async () => {
    const { gate, payTimes } = limitedGate(payPolicy({ ...CALLS, max: 2 }));
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
    await gate.reset("default", "calls");
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
  });

  test("every value of a counter that is kept by argument is forgotten, and no counter whose name begins alike", async () => {
    const limits = ["c", "c[", "c2"].map((counter): LimitDocument => ({ ...CALLS, counter, max: 1, by: ["args.to"] }));
    const { gate, pay } = limitedGate(payPolicy(...limits));
    const left = async (to: string) =>
      (await gate.usage("default", { call: { name: "pay", arguments: { to } } })).map(({ value }) => value);
    for (const to of ["a", "b", '"]', ""]) await pay({ to });
    await gate.reset("default", "c");
    for (const to of ["a", "b", '"]', ""]) expect(await left(to)).toEqual([0, 1, 1]);
  });

  test("a session's counters where the session is named, and only that session's", async () => {
    const { gate, pay } = limitedGate(payPolicy({ counter: "own", window: "session", max: 1 }));
    for (const session of ["one", "other"]) await pay({}, { session });
    await gate.reset("default", "own");
    await gate.reset("default");
    expect([await pay({}, { session: "one" }), await pay({}, { session: "other" })]).toEqual([
      "rate_limited",
      "rate_limited",
    ]);
    await gate.reset("default", undefined, { session: "one" });
    expect([await pay({}, { session: "one" }), await pay({}, { session: "other" })]).toEqual([
      "allowed",
      "rate_limited",
    ]);
  });

  test("one server's counters, and not another's", async () => {
    const { gate, pay } = limitedGate(payPolicy({ ...CALLS, max: 1 }));
    for (const server of ["a", "b"]) await pay({}, { server });
    await gate.reset("default", "calls", { server: "a" });
    expect([await pay({}, { server: "a" }), await pay({}, { server: "b" })]).toEqual(["allowed", "rate_limited"]);
  });

  test("what was charged before gives nothing back to the counter that follows", async () => {
    const { gate, payTimes } = limitedGate(payPolicy({ ...CALLS, max: 2 }));
    const run = gate.run({ name: "pay" }, {}, async () => {
      await gate.reset("default");
      expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
      const { NotExecutedError } = await import("callgate");
      throw new NotExecutedError();
    });
    await expect(run).rejects.toThrow("the call was not executed");
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
  });

  test("slots of calls that run are forgotten, and their end frees no other's", async () => {
    const { gate, pay } = limitedGate(payPolicy({ counter: "slots", window: "in_flight", max: 1 }));
    await gate.run({ name: "pay" }, {}, async () => {
      await gate.reset("default", "slots");
      await gate.run({ name: "pay" }, {}, async () => expect(await pay()).toBe("rate_limited"));
      await gate.run({ name: "pay" }, {}, async () => expect(await pay()).toBe("rate_limited"));
    });
    expect(await pay()).toBe("allowed");
  });

  test("it is recorded, with the grant and the counter", async () => {
    const { gate, audit } = limitedGate(payPolicy(CALLS), { server: "bank" });
    await gate.reset("alice`\n", "calls");
    await gate.reset("bob", undefined, { server: "shop" });
    const notice = {
      schema: 1,
      elapsed: 0,
      type: "notice",
      time: START,
      side: "direct",
      code: "counters_reset",
      tools: [],
    };
    expect(audit.events).toEqual([
      { ...notice, seq: 1, server: "bank", message: expect.stringMatching(/^counter `calls` of grant `alice[^\n]*`$/) },
      { ...notice, seq: 2, server: "shop", message: "the counters of grant `bob`" },
    ]);
  });

  test("a counter that the policy has not is an error that suggests the nearest, and forgets nothing", async () => {
    const { gate, pay, audit } = limitedGate(payPolicy({ ...CALLS, max: 1 }));
    await pay();
    audit.clear();
    await expect(gate.reset("default", "cals")).rejects.toThrow(
      new OptionsError("the policy has no counter `cals`, did you mean `calls`?"),
    );
    for (const name of ["", "zzz", "__proto__", "toString", "c*"]) {
      await expect(gate.reset("default", name)).rejects.toThrow(OptionsError);
    }
    expect([await pay(), audit.of("notice")]).toEqual(["rate_limited", []]);
  });

  test("a store that fails is an error, and nothing is recorded as done", async () => {
    const store = { ...createStub(), reset: () => Promise.reject(new StoreError("store_failed", "gone")) };
    const { gate, audit } = limitedGate(payPolicy(CALLS), { store });
    await expect(gate.reset("default")).rejects.toThrow("gone");
    expect(audit.of("notice")).toEqual([]);
  });

  test("a grant that has no policy has nothing to forget", async () => {
    const { store } = observedStore();
    const { gate } = limitedGate(() => undefined, { store });
    expect(await gate.reset("nobody")).toBeUndefined();
  });
});

/** A memory store as an object whose members can be replaced. */
function createStub() {
  const store = createMemoryStore();
  return {
    clock: store.clock,
    reserve: store.reserve.bind(store),
    release: store.release.bind(store),
    renew: store.renew.bind(store),
    read: store.read.bind(store),
    reset: store.reset.bind(store),
  };
}
