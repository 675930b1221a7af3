import { createMemoryStore, type LimitDocument, type Policy, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { HOUR, limitedGate, MINUTE, observedStore, PER_MINUTE, payPolicy, START, tally } from "./limited-gate.js";

const NEXT_MINUTE = START + 20_000;
const GLOBAL: LimitDocument = { counter: "everybody", window: "minute", max: 15, scope: "global" };

describe("how many pass", () => {
  test("F01: of 1,000 parallel calls against a max of 10, exactly 10 run", async () => {
    const { pay, executed } = limitedGate(payPolicy(PER_MINUTE));
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => pay()));
    expect(tally(outcomes)).toEqual({ allowed: 10, rate_limited: 990 });
    expect(executed()).toBe(10);
  });

  test("F01: so it is with a store that answers later", async () => {
    const { store } = observedStore({ reserve: async (answer) => answer() });
    const { pay, executed } = limitedGate(payPolicy(PER_MINUTE), { store });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => pay()));
    expect(tally(outcomes)).toEqual({ allowed: 10, rate_limited: 990 });
    expect(executed()).toBe(10);
  });

  test("F01: so it is while the calls that passed are still running", async () => {
    const { gate } = limitedGate(payPolicy(PER_MINUTE));
    let [running, most] = [0, 0];
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const calls = Array.from({ length: 100 }, () =>
      gate.run({ name: "pay" }, {}, async () => {
        most = Math.max(most, ++running);
        await finished;
        running--;
      }),
    );
    finish();
    const results = await Promise.all(calls);
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect([most, running]).toEqual([10, 0]);
  });

  test("F05: a limit for each grant and one for all hold together", async () => {
    const { payTimes } = limitedGate(payPolicy(PER_MINUTE, GLOBAL));
    expect(await payTimes(12, {}, { grant: "alice" })).toEqual({ allowed: 10, rate_limited: 2 });
    expect(await payTimes(12, {}, { grant: "bob" })).toEqual({ allowed: 5, rate_limited: 7 });
    expect(await payTimes(1, {}, { grant: "carol" })).toEqual({ rate_limited: 1 });
  });

  test("F05: who is over the own limit takes nothing from the limit for all", async () => {
    const { payTimes } = limitedGate(payPolicy(PER_MINUTE, GLOBAL));
    expect(await payTimes(1_000, {}, { grant: "mallory" })).toEqual({ allowed: 10, rate_limited: 990 });
    expect(await payTimes(6, {}, { grant: "alice" })).toEqual({ allowed: 5, rate_limited: 1 });
  });

  test.each([
    ["one under", 9.999999, ["allowed", "allowed", "rate_limited"]],
    ["exactly at it", 10, ["allowed", "rate_limited", "rate_limited"]],
    ["one over", 10.000001, ["rate_limited", "allowed", "rate_limited"]],
  ])("F08: a spend %s, then one millionth twice", async (_where, amount, outcomes) => {
    const limit: LimitDocument = { counter: "spend", window: "day", max: 10, increment_from: "args.amount" };
    const { pay } = limitedGate(payPolicy(limit));
    const second = amount > 10 ? 10 : 0.000001;
    expect([await pay({ amount }), await pay({ amount: second }), await pay({ amount: 0.000001 })]).toEqual(outcomes);
  });

  test("H07: a call made while another runs is counted too, and neither waits for the other", async () => {
    const { gate } = limitedGate(payPolicy({ ...PER_MINUTE, max: 2 }));
    const call = { name: "pay" };
    const nested = await gate.run(call, {}, () => gate.run(call, {}, () => gate.run(call, {}, () => "too deep")));
    expect(nested).toMatchObject({
      allowed: true,
      value: { allowed: true, value: { allowed: false, decision: { code: "rate_limited" } } },
    });
  });

  test("a limit of 0 lets nothing through", async () => {
    const { payTimes, executed } = limitedGate(payPolicy({ ...PER_MINUTE, max: 0 }));
    expect(await payTimes(3)).toEqual({ rate_limited: 3 });
    expect(executed()).toBe(0);
  });
});

describe("whose counter it is", () => {
  test("Q14: a new session does not start a limit of the grant again", async () => {
    const { payTimes } = limitedGate(payPolicy(PER_MINUTE));
    expect(await payTimes(10, {}, { session: "one" })).toEqual({ allowed: 10 });
    expect(await payTimes(10, {}, { session: "two" })).toEqual({ rate_limited: 10 });
    expect(await payTimes(10)).toEqual({ rate_limited: 10 });
  });

  test("a limit of scope session counts each session, and denies where there is none", async () => {
    const { payTimes } = limitedGate(payPolicy({ ...PER_MINUTE, scope: "session" }));
    expect(await payTimes(11, {}, { session: "one" })).toEqual({ allowed: 10, rate_limited: 1 });
    expect(await payTimes(11, {}, { session: "two" })).toEqual({ allowed: 10, rate_limited: 1 });
    expect(await payTimes(3)).toEqual({ unavailable: 3 });
  });

  test("F07: grants, sessions and servers that read alike together have counters of their own", async () => {
    const bySession: LimitDocument = { counter: "calls", window: "minute", max: 1, scope: "session" };
    const byGrant: LimitDocument = { counter: "all calls", window: "minute", max: 1 };
    const contexts = [
      { grant: "a:b", session: "c", server: "d" },
      { grant: "a", session: "b:c", server: "d:e" },
      { grant: "a:b:c", session: "d", server: "1:d" },
      { grant: "__proto__", session: "constructor", server: "toString" },
      { grant: "x".repeat(256), session: "y".repeat(256), server: "z".repeat(256) },
      { grant: `${"x".repeat(255)}y`, session: `${"y".repeat(255)}z`, server: "z".repeat(256) },
    ];
    const { pay } = limitedGate(payPolicy(bySession, byGrant));
    for (const context of contexts) expect(await pay({}, context)).toBe("allowed");
    for (const context of contexts) expect(await pay({}, context)).toBe("rate_limited");
  });

  test("a session and a grant of one name have counters of their own", async () => {
    const scoped = (counter: string, scope: "grant" | "session"): LimitDocument => ({ ...PER_MINUTE, counter, scope });
    const policies = [payPolicy(scoped("c", "grant")), payPolicy(scoped("c", "session"))];
    const store = createMemoryStore();
    for (const policy of policies) {
      const { payTimes } = limitedGate(policy, { store });
      expect(await payTimes(11, {}, { grant: "same", session: "same" })).toEqual({ allowed: 10, rate_limited: 1 });
    }
  });

  test("two gates with one store count together, two with their own apart", async () => {
    const policy = payPolicy(PER_MINUTE);
    const store = createMemoryStore();
    const [one, other] = [limitedGate(policy, { store }), limitedGate(policy, { store })];
    expect([await one.payTimes(6), await other.payTimes(6)]).toEqual([{ allowed: 6 }, { allowed: 4, rate_limited: 2 }]);
    const apart = [limitedGate(policy), limitedGate(policy)];
    for (const { payTimes } of apart) expect(await payTimes(10)).toEqual({ allowed: 10 });
  });

  test("tools that name one counter share it, each held to its own max", async () => {
    const limit = (max: number) => ({ limits: [{ counter: "shared", window: "minute", max }] });
    const policy = parsePolicy({ version: "1", default: "deny", tools: { pay: limit(3), refund: limit(1) } });
    const { gate, payTimes } = limitedGate(policy);
    const refund = async () => (await gate.run({ name: "refund" }, {}, () => "done")).decision.code;
    expect(await refund()).toBe("allowed");
    expect(await refund()).toBe("rate_limited");
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
  });
});

describe("several limits on one call", () => {
  const limits: readonly LimitDocument[] = [
    { counter: "a minute", window: "minute", max: 3 },
    { counter: "an hour", window: "hour", max: 4 },
    { counter: "for all", window: "day", max: 5, scope: "global" },
    { counter: "spend", window: "day", max: 100, increment_from: "args.amount" },
  ];

  test("Q17: they are one reservation: one request to the store, whatever comes of it", async () => {
    const { store, reserved, released } = observedStore();
    const { pay } = limitedGate(payPolicy(...limits), { store });
    expect(await pay({ amount: 60 })).toBe("allowed");
    expect(await pay({ amount: 60 })).toBe("rate_limited");
    expect(reserved.map((charges) => charges.map(({ amount, max }) => [amount, max]))).toEqual([
      [1, 1, 1, 60].map((amount, index) => [amount * 1e6, [3, 4, 5, 100].map((max) => max * 1e6)[index]]),
      [1, 1, 1, 60].map((amount, index) => [amount * 1e6, [3, 4, 5, 100].map((max) => max * 1e6)[index]]),
    ]);
    expect(released).toEqual([]);
  });

  test("Q17: all or none: what the last of them refuses costs the others nothing", async () => {
    const { pay, payTimes, audit } = limitedGate(payPolicy(...limits));
    expect(await payTimes(50, { amount: 101 })).toEqual({ rate_limited: 50 });
    expect(await payTimes(3, { amount: 1 })).toEqual({ allowed: 3 });
    expect(await pay({ amount: 1 })).toBe("rate_limited");
    const left = audit
      .of("decision")
      .at(-1)
      ?.charges.map(({ counter, left }) => [counter, left]);
    expect(left).toEqual([
      ["a minute", 0],
      ["an hour", 1],
      ["for all", 2],
      ["spend", 97],
    ]);
  });

  test("F04, Q17: calls at once over counters in opposite orders charge both or none", async () => {
    const [a, b] = [
      { counter: "a", window: "minute", max: 20 },
      { counter: "b", window: "minute", max: 7 },
    ];
    const tools = { ab: { limits: [a, b] }, ba: { limits: [b, a] } };
    const policy = parsePolicy({ version: "1", default: "deny", tools });
    const { gate, audit } = limitedGate(policy);
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => gate.run({ name: index % 2 === 0 ? "ab" : "ba" }, {}, () => "done")),
    );
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(7);
    const last = audit
      .of("decision")
      .at(-1)
      ?.charges.map(({ counter, left }) => [counter, left]);
    expect(last).toEqual([
      ["b", 0],
      ["a", 13],
    ]);
  });

  test("a counter that two limits name is charged once, with the larger amount, against the smaller max", async () => {
    const same: readonly LimitDocument[] = [
      { counter: "c", window: "minute", max: 9, increment: 3 },
      { counter: "c", window: "minute", max: 7, increment: 1 },
    ];
    for (const limits of [same, [...same].reverse()]) {
      const { store, reserved } = observedStore();
      const { payTimes } = limitedGate(payPolicy(...limits), { store });
      expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
      expect(reserved[0]?.map(({ amount, max }) => ({ amount, max }))).toEqual([{ amount: 3e6, max: 7e6 }]);
    }
  });
});

describe("what costs nothing", () => {
  const policy = parsePolicy({
    version: "1",
    default: "deny",
    hide: ["hidden"],
    all_tools: { limits: [{ counter: "every call", window: "minute", max: 10 }] },
    tools: {
      pay: { require: [{ conditions: [{ path: "args.to", op: "eq", value: "me" }] }] },
      hidden: {},
      approved: { action: "require_approval" },
      forbidden: { action: "deny" },
    },
  });

  test("calls that rules deny never reach the store, and leave the whole limit", async () => {
    const { store, reserved } = observedStore();
    const { gate, payTimes } = limitedGate(policy, { store });
    const denied = ["hidden", "unlisted", "approved", "forbidden"];
    for (const name of denied) await gate.run({ name }, {}, () => "done");
    await gate.run({ name: "pay", arguments: [] as never }, {}, () => "done");
    expect(await payTimes(5, { to: "you" })).toEqual({ denied: 5 });
    expect(reserved).toEqual([]);
    expect(await payTimes(11, { to: "me" })).toEqual({ allowed: 10, rate_limited: 1 });
  });

  test("Q15: counters do not grow for ever: a full store denies new ones, and keeps counting the others", async () => {
    const store = createMemoryStore({ maxKeys: 2, maxKeysPerGrant: 1 });
    const { payTimes, pay, clock } = limitedGate(payPolicy(PER_MINUTE), { store });
    expect(await payTimes(5, {}, { grant: "alice" })).toEqual({ allowed: 5 });
    expect(await pay({}, { grant: "bob" })).toBe("allowed");
    for (let index = 0; index < 100; index++) expect(await pay({}, { grant: `grant ${index}` })).toBe("unavailable");
    expect(await payTimes(6, {}, { grant: "alice" })).toEqual({ allowed: 5, rate_limited: 1 });
    clock.set(NEXT_MINUTE);
    expect(await pay({}, { grant: "carol" })).toBe("allowed");
  });

  test("H02: one grant's sessions fill its own share alone, and its own limit stays", async () => {
    const store = createMemoryStore({ maxKeys: 100, maxKeysPerGrant: 10 });
    const bySession: LimitDocument = { counter: "calls of a session", window: "minute", max: 1, scope: "session" };
    const { pay, payTimes } = limitedGate(payPolicy({ ...PER_MINUTE, max: 5 }, bySession), { store });
    const mallory = async (session: number) => pay({}, { grant: "mallory", session: `session ${session}` });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, session) => mallory(session)));
    expect(tally(outcomes)).toEqual({ allowed: 5, rate_limited: 995 });
    expect(await payTimes(1, {}, { grant: "alice", session: "hers" })).toEqual({ allowed: 1 });
  });
});

describe("edits of the policy", () => {
  /** A gate whose policy can be changed while it runs. */
  function editable(first: Policy) {
    let current = first;
    const gate = limitedGate(() => current);
    return {
      ...gate,
      edit: (next: Policy) => {
        current = next;
      },
    };
  }

  test("F10: a counter goes on under a changed policy: a higher max leaves what is left of it", async () => {
    const { payTimes, edit } = editable(payPolicy(PER_MINUTE));
    expect(await payTimes(11)).toEqual({ allowed: 10, rate_limited: 1 });
    edit(payPolicy({ ...PER_MINUTE, max: 12, on_deny: "slower" }));
    expect(await payTimes(5)).toEqual({ allowed: 2, rate_limited: 3 });
    edit(payPolicy({ ...PER_MINUTE, max: 5 }));
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
  });

  test("F10: a limit that moves from an entry to `all_tools` or to another place in the list keeps its counter", async () => {
    const { payTimes, edit } = editable(payPolicy(PER_MINUTE));
    expect(await payTimes(6)).toEqual({ allowed: 6 });
    edit(payPolicy({ counter: "another", window: "day", max: 100 }, PER_MINUTE));
    expect(await payTimes(2)).toEqual({ allowed: 2 });
    const tools = { pay: {} };
    edit(parsePolicy({ version: "1", default: "deny", all_tools: { limits: [PER_MINUTE] }, tools }));
    expect(await payTimes(5)).toEqual({ allowed: 2, rate_limited: 3 });
  });

  test("F10: a limit that is gone for a while is not forgotten", async () => {
    const { payTimes, edit } = editable(payPolicy(PER_MINUTE));
    expect(await payTimes(10)).toEqual({ allowed: 10 });
    edit(payPolicy());
    expect(await payTimes(3)).toEqual({ allowed: 3 });
    edit(payPolicy(PER_MINUTE));
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
  });

  test.each<[string, LimitDocument]>([
    ["window", { ...PER_MINUTE, window: "hour" }],
    ["scope", { ...PER_MINUTE, scope: "global" }],
    ["name", { ...PER_MINUTE, counter: "renamed" }],
  ])("F10: another %s is another counter, and the first one is still there", async (_what, changed) => {
    const { payTimes, edit } = editable(payPolicy(PER_MINUTE));
    expect(await payTimes(10)).toEqual({ allowed: 10 });
    edit(payPolicy(changed));
    expect(await payTimes(11)).toEqual({ allowed: 10, rate_limited: 1 });
    edit(payPolicy(PER_MINUTE));
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
  });

  test("`rate_limit` and a limit by the minute count apart, and hold together", async () => {
    const limits = [{ counter: "calls", window: "minute", max: 5 }];
    const tools = { pay: { rate_limit: { max: 3, window: 7 }, limits } };
    const { payTimes, clock } = limitedGate(parsePolicy({ version: "1", default: "deny", tools }));
    expect(await payTimes(4)).toEqual({ allowed: 3, rate_limited: 1 });
    clock.set((Math.floor(START / 7_000) + 1) * 7_000 - 1);
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
    clock.advance(1);
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
  });

  test.each([
    ["minute", MINUTE],
    ["hour", HOUR],
    ["day", 24 * HOUR],
  ] as const)("the window %s ends when the calendar's does, in UTC", async (window, ms) => {
    const { payTimes, clock } = limitedGate(payPolicy({ counter: "c", window, max: 2 }));
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
    clock.set(START - (START % ms) + ms - 1);
    expect(await payTimes(1)).toEqual({ rate_limited: 1 });
    clock.advance(1);
    expect(await payTimes(3)).toEqual({ allowed: 2, rate_limited: 1 });
  });
});
