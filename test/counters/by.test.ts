import { createMemoryStore, type Decision, decide, type LimitDocument, NotExecutedError, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limitedGate, observedStore, payPolicy, tally } from "./limited-gate.js";

const BY_REPO: LimitDocument = { counter: "deploys", window: "day", max: 1, by: ["args.repo"] };
const NO_VALUE = "an argument that a limit of this tool is kept by is missing, or no text, number or truth value";

function decideWith(limits: readonly LimitDocument[], args: Readonly<Record<string, unknown>>): Decision {
  return decide(payPolicy(...limits), { name: "pay", arguments: args });
}

describe("a counter for each value", () => {
  test("each value has its own max, and one that is used up is nothing to the others", async () => {
    const { pay } = limitedGate(payPolicy(BY_REPO));
    const seen = [];
    for (const repo of ["a", "b", "a", "c", "b"]) seen.push(await pay({ repo }));
    expect(seen).toEqual(["allowed", "allowed", "rate_limited", "allowed", "rate_limited"]);
  });

  test("values are typed, exact, and compared by value", async () => {
    const { pay } = limitedGate(payPolicy(BY_REPO));
    const fresh = [
      1,
      "1",
      true,
      "true",
      false,
      "",
      " ",
      "A",
      "a",
      "é",
      "e\u0301",
      0.5,
      "0.5",
      -1,
      "-1",
      "\0",
      "\ud800",
    ];
    for (const repo of fresh) expect([repo, await pay({ repo })]).toEqual([repo, "allowed"]);
    for (const repo of [...fresh, 1.0, 5e-1]) expect([repo, await pay({ repo })]).toEqual([repo, "rate_limited"]);
    expect([await pay({ repo: 0 }), await pay({ repo: -0 })]).toEqual(["allowed", "rate_limited"]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["missing", {}],
    ["null", { repo: null }],
    ["an object", { repo: { id: 1 } }],
    ["an array", { repo: ["a"] }],
    ["an empty array", { repo: [] }],
    ["an integer beyond 2^53", { repo: 2 ** 53 }],
    ["not finite", { repo: Number.POSITIVE_INFINITY }],
    ["not a number", { repo: Number.NaN }],
    ["undefined", { repo: undefined }],
    ["inherited", Object.create({ repo: "a" }) as Record<string, unknown>],
  ])("a value that is %s denies, and the reason says why", (_what, args) => {
    expect(decideWith([BY_REPO], args)).toMatchObject({
      outcome: "deny",
      code: "denied",
      rule: "/tools/pay/limits/deploys",
      pointer: "/tools/pay/limits/0",
      message: NO_VALUE,
      charges: [],
    });
  });

  test("a path that goes on into a value that has nothing under it denies", () => {
    for (const repo of ["a", 1, null, ["a"]]) {
      expect(decideWith([{ ...BY_REPO, by: ["args.repo.id"] }], { repo }).code).toBe("denied");
    }
  });

  test("several paths make one counter for each combination, in their order", async () => {
    const { pay } = limitedGate(payPolicy({ ...BY_REPO, by: ["args.from", "args.to"] }));
    const seen = [];
    for (const [from, to] of [
      ["a", "bc"],
      ["ab", "c"],
      ["b", "a"],
      ["a", "b"],
      ["a", "bc"],
    ])
      seen.push(await pay({ from, to }));
    expect(seen).toEqual(["allowed", "allowed", "allowed", "allowed", "rate_limited"]);
  });

  test("what the host knows can be a value: tool, caller, session, facts", () => {
    const by = ["tool", "grant.id", "grant.labels.team", "session.id", "context.tenant"];
    const policy = payPolicy({ ...BY_REPO, by });
    const context = { grant: "g", session: "s", labels: { team: "red" }, facts: { tenant: 7 } };
    expect(decide(policy, { name: "pay" }, context).charges[0]?.by).toEqual(["pay", "g", "red", "s", 7]);
    expect(decide(policy, { name: "pay" }, { ...context, facts: {} }).code).toBe("denied");
    const { session: _none, ...without } = context;
    expect(decide(policy, { name: "pay" }, without).code).toBe("denied");
  });

  test("the charge and its values are frozen", () => {
    const [charge] = decideWith([BY_REPO], { repo: "a" }).charges;
    expect([Object.isFrozen(charge), Object.isFrozen(charge?.by), Object.isFrozen(charge?.window)]).toEqual(
      Array(3).fill(true),
    );
  });

  test("`by: []` is no `by`", () => {
    expect(decideWith([{ ...BY_REPO, by: [] }], {}).charges).toMatchObject([{ by: [] }]);
  });
});

describe("values that an attacker chooses", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('"', ",", "[", "]", "\\", ":", "1", "u0000"), maxLength: 6 }),
    fc.string({ unit: fc.constantFrom("a", "b"), minLength: 200, maxLength: 300 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => Math.abs(number) < 2 ** 53),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom("__proto__", "constructor", "sha256:", "deploys", ""),
  );
  const pair = fc.tuple(value, value);

  test("F07: two calls meet in one counter exactly when their values are the same", async () => {
    await fc.assert(
      fc.asyncProperty(pair, pair, async ([a, b], [c, d]) => {
        const { store, reserved } = observedStore();
        const { pay } = limitedGate(payPolicy({ ...BY_REPO, by: ["args.one", "args.two"] }), { store });
        await pay({ one: a, two: b });
        const second = await pay({ one: c, two: d });
        expect(second).toBe(a === c && b === d ? "rate_limited" : "allowed");
        const keys = reserved.flat().map(({ key }) => key);
        expect(keys.every((key) => key.length <= 256)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test("F07: a long value is a digest in the key, and counts like any other", async () => {
    const { store, reserved } = observedStore();
    const { pay } = limitedGate(payPolicy(BY_REPO), { store });
    const [long, other] = ["x".repeat(100_000), `${"x".repeat(99_999)}y`];
    expect([await pay({ repo: long }), await pay({ repo: other }), await pay({ repo: long })]).toEqual([
      "allowed",
      "allowed",
      "rate_limited",
    ]);
    for (const { key, group } of reserved.flat()) {
      expect(key).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(group.length).toBeLessThanOrEqual(256);
      expect(group).not.toContain("x");
    }
  });

  test("H01, H02: new values fill the caller's own share alone, evict nothing, and start nothing again", async () => {
    const store = createMemoryStore({ maxKeys: 100, maxKeysPerGrant: 10 });
    const { pay } = limitedGate(payPolicy(BY_REPO), { store });
    const attempt = async (index: number) => pay({ repo: `r${index}` }, { grant: "greedy" });
    const outcomes = [];
    for (let index = 0; index < 1_000; index++) outcomes.push(await attempt(index));
    expect(tally(outcomes)).toEqual({ allowed: 10, unavailable: 990 });
    expect(await attempt(0)).toBe("rate_limited");
    expect(await pay({ repo: "r0" }, { grant: "modest" })).toBe("allowed");
  });

  test("H02: counters that were given back take no room", async () => {
    const store = createMemoryStore({ maxKeys: 10, maxKeysPerGrant: 5 });
    const windows: readonly LimitDocument[] = [
      BY_REPO,
      { ...BY_REPO, algorithm: "sliding" },
      { ...BY_REPO, window: "session" },
    ];
    for (const limit of windows) {
      const { gate } = limitedGate(payPolicy(limit), { store });
      const failed = async (repo: number) =>
        gate.run({ name: "pay", arguments: { repo } }, { session: "s" }, () => Promise.reject(new NotExecutedError()));
      for (let repo = 0; repo < 50; repo++) await expect(failed(repo)).rejects.toThrow(NotExecutedError);
    }
  });

  test("H02: counters that nothing is added to take no room", async () => {
    const store = createMemoryStore({ maxKeys: 10, maxKeysPerGrant: 5 });
    const never: LimitDocument = { ...BY_REPO, max: 0, increment: 0 };
    const { payTimes, pay } = limitedGate(payPolicy(never), { store });
    for (let index = 0; index < 100; index++) expect(await pay({ repo: index })).toBe("allowed");
    expect(await payTimes(3, { repo: "x" })).toEqual({ allowed: 3 });
  });
});

describe("two limits on one counter by different paths", () => {
  const limits: readonly LimitDocument[] = [
    { counter: "mail", window: "day", max: 2, by: ["args.to"] },
    { counter: "mail", window: "day", max: 1, by: ["args.cc"], increment: 0.5, refund: "error" },
  ];

  test("two values are two charges, each with its own max", () => {
    const { charges } = decideWith(limits, { to: "a", cc: "b" });
    expect(charges.map(({ by, amount, max, refund, pointer }) => [by, amount, max, refund, pointer])).toEqual([
      [["a"], 1, 2, "not_executed", "/tools/pay/limits/0"],
      [["b"], 0.5, 1, "error", "/tools/pay/limits/1"],
    ]);
  });

  test("one value is charged once: the larger amount, the smaller max, the stricter refund", () => {
    for (const both of [limits, [...limits].reverse()]) {
      const { charges } = decideWith(both, { to: "a", cc: "a" });
      expect(charges.map(({ by, amount, max, refund }) => [by, amount, max, refund])).toEqual([
        [["a"], 1, 1, "not_executed"],
      ]);
    }
  });

  test("what is charged under one path counts under the other", async () => {
    const { pay } = limitedGate(payPolicy(...limits));
    const seen = [await pay({ to: "a", cc: "b" }), await pay({ to: "c", cc: "a" }), await pay({ to: "a", cc: "a" })];
    expect(seen).toEqual(["allowed", "rate_limited", "rate_limited"]);
  });

  test("the larger min is asked where two meet in one value", () => {
    const withMin = (min: number, by: string): LimitDocument => ({ counter: "seen", window: "day", min, by: [by] });
    const { charges } = decideWith([withMin(1, "args.to"), withMin(3, "args.cc")], { to: 5, cc: 5 });
    expect(charges.map(({ min }) => min)).toEqual([
      {
        rule: "/tools/pay/limits/seen",
        pointer: "/tools/pay/limits/1",
        value: 3,
        message: "the policy asks for another call before this one",
      },
    ]);
  });

  test("tools of one counter may look at different arguments", async () => {
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      tools: {
        pay: { limits: [{ counter: "customer", window: "day", max: 1, by: ["args.customer"] }] },
        refund: { limits: [{ counter: "customer", window: "day", max: 1, by: ["args.order.customer_id"] }] },
      },
    });
    const { gate, pay } = limitedGate(policy);
    expect(await pay({ customer: "c1" })).toBe("allowed");
    const refund = (customer_id: string) =>
      gate.run({ name: "refund", arguments: { order: { customer_id } } }, {}, () => undefined);
    expect([(await refund("c1")).allowed, (await refund("c2")).allowed]).toEqual([false, true]);
  });
});
