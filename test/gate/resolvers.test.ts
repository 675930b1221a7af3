import type { GateOptions } from "callgate";
import { parsePolicy } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boom, denial, effect, keptGate, NOT_PERMITTED, POLICY, UNAVAILABLE } from "./gate-policy.ts";

type Expected = readonly [code: "not_permitted" | "unavailable", rule: string];

const NOBODY: Expected = ["not_permitted", "(no grant)"];
const NO_ANSWER: Expected = ["unavailable", "(no grant)"];
const policy = parsePolicy(POLICY);
const never = (): Promise<never> => new Promise(() => undefined);
const later =
  <T>(value: T) =>
  async (): Promise<T> =>
    value;
const as = (value: unknown) => value as never;

const DENYING: readonly [string, Partial<GateOptions>, Expected][] = [
  ["P01: a grant that answers undefined", { grant: () => undefined }, NOBODY],
  ["P01: a grant that answers undefined later", { grant: later(undefined) }, NOBODY],
  ["P01: an empty grant", { grant: () => "" }, NOBODY],
  ["P02: a grant of 257 bytes", { grant: () => "x".repeat(257) }, NOBODY],
  ["P02: a grant of 86 characters and 258 bytes", { grant: later("\u20ac".repeat(86)) }, NOBODY],
  ["P02: a grant of a megabyte", { grant: () => "x".repeat(1_048_576) }, NOBODY],
  ["P08: a grant that is an array", { grant: () => as(["admin"]) }, NOBODY],
  ["P08: a grant that is an object with `toString`", { grant: () => as({ toString: () => "admin" }) }, NOBODY],
  ["P08: a grant that is a number", { grant: () => as(7) }, NOBODY],
  ["P01: a grant that is null", { grant: later(as(null)) }, NOBODY],
  ["O10: a grant that throws", { grant: boom }, NO_ANSWER],
  ["O10: a grant that rejects", { grant: async () => boom() }, NO_ANSWER],
  [
    "O10: a grant that throws no error",
    {
      grant: () => {
        throw undefined;
      },
    },
    NO_ANSWER,
  ],
  [
    "P01: a policy function without a policy for the grant",
    { policy: () => undefined },
    ["not_permitted", "(no policy)"],
  ],
  ["P01: a policy function without one later", { policy: later(undefined) }, ["not_permitted", "(no policy)"]],
  ["O10: a policy function that throws", { policy: boom }, ["unavailable", "(no policy)"]],
  ["O10: a policy function that rejects", { policy: async () => boom() }, ["unavailable", "(no policy)"]],
  [
    "O05: a policy function that gives a bad document",
    { policy: () => as({ version: "1", defualt: "allow" }) },
    ["unavailable", "(no policy)"],
  ],
  ["O10: a policy function that gives null", { policy: () => as(null) }, ["unavailable", "(no policy)"]],
  ["O10: a policy function that gives text", { policy: later(as("{}")) }, ["unavailable", "(no policy)"]],
  ["O10: a session that throws", { session: boom }, ["unavailable", "(no session)"]],
  ["O10: a session that rejects", { session: async () => boom() }, ["unavailable", "(no session)"]],
  ["P02: an empty session", { session: () => "" }, ["unavailable", "(no session)"]],
  ["P02: a session of 257 bytes", { session: later("x".repeat(257)) }, ["unavailable", "(no session)"]],
  ["P08: a session that is a number", { session: () => as(7) }, ["unavailable", "(no session)"]],
  ["O10: facts that throw", { facts: boom }, ["unavailable", "(no facts)"]],
  ["O10: facts that reject", { facts: async () => boom() }, ["unavailable", "(no facts)"]],
  ["P08: facts that are an array", { facts: () => as([]) }, ["unavailable", "(no facts)"]],
  ["P08: facts that are null", { facts: later(as(null)) }, ["unavailable", "(no facts)"]],
  ["P08: facts that are text", { facts: () => as("admin") }, ["unavailable", "(no facts)"]],
];

test.each(DENYING)("%s denies the call, and nothing is executed", async (_, options, [code, rule]) => {
  const { gate, events } = keptGate(options);
  const run = effect();
  const message = code === "unavailable" ? UNAVAILABLE : NOT_PERMITTED;
  expect(await gate.run({ name: "ok" }, {}, run)).toMatchObject({
    allowed: false,
    denial: denial(code, message, { retryable: code === "unavailable" }),
    decision: { outcome: "deny", code, rule, pointer: "", message, revision: "" },
  });
  expect(run.times).toBe(0);
  expect(events).toMatchObject([{ type: "decision", outcome: "deny", code, rule }]);
});

test.each([
  ["static", { grant: "a" }, "a"],
  ["sync", { grant: () => "a" }, "a"],
  ["async", { grant: later("a") }, "a"],
  ["of 256 bytes", { grant: () => "x".repeat(256) }, "x".repeat(256)],
  ["__proto__", { grant: () => "__proto__" }, "__proto__"],
  ["*", { grant: () => "*" }, "*"],
  ["left out", {}, "default"],
])("P02: a grant that is %s is taken literally", async (_, options: Partial<GateOptions>, grant) => {
  const asked: string[] = [];
  const policyOf = (name: string) => {
    asked.push(name);
    return policy;
  };
  const { gate, events } = keptGate({ ...options, policy: policyOf });
  expect((await gate.run({ name: "ok" }, {}, effect())).allowed).toBe(true);
  expect(asked).toEqual([grant]);
  expect(events[0]).toMatchObject({ grant });
});

test.each([[""], ["x".repeat(257)], [7], [["a"]], [null]])(
  "P01: a grant that the host tells as %j denies too",
  async (grant) => {
    const { gate } = keptGate({ grant: "fallback" });
    const run = effect();
    expect((await gate.run({ name: "ok" }, { grant: as(grant) }, run)).decision).toMatchObject({
      code: "not_permitted",
    });
    expect(run.times).toBe(0);
  },
);

test.each([[""], ["x".repeat(257)], [7]])("P01: a session that the host tells as %j denies too", async (session) => {
  const { gate } = keptGate();
  const run = effect();
  expect((await gate.run({ name: "ok" }, { session: as(session) }, run)).decision).toMatchObject({
    code: "unavailable",
  });
  expect(run.times).toBe(0);
});

test("P04: grants that differ only in separators count apart", async () => {
  const { gate } = keptGate();
  const run = effect();
  for (const [grant, server] of [
    ["a:b", "c"],
    ["a", "b:c"],
    ["a:b:c", "-"],
    ["a\0b", "c"],
    ["1:a", "b"],
  ]) {
    await gate.run({ name: "once" }, { grant, server } as { grant: string; server: string }, run);
  }
  expect(run.times).toBe(5);
});

test("P01: a grant that is denied asks neither for a policy nor for facts", async () => {
  const asked: string[] = [];
  const { gate } = keptGate({
    grant: () => undefined,
    policy: () => {
      asked.push("policy");
      return policy;
    },
    facts: () => {
      asked.push("facts");
      return {};
    },
  });
  await gate.run({ name: "ok" }, {}, effect());
  expect(asked).toEqual([]);
});

describe("resolvers that hang", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test.each([
    ["grant", { grant: never }, "(no grant)"],
    ["policy", { policy: never }, "(no policy)"],
    ["session", { session: never }, "(no session)"],
    ["facts", { facts: never }, "(no facts)"],
  ])(
    "O11: a %s that never answers denies when its time is up, to the millisecond, and no timer stays",
    async (_, options, rule) => {
      const { gate } = keptGate({ ...options, timeouts: { resolve: 70 } });
      const run = effect();
      const settled: unknown[] = [];
      void gate.run({ name: "ok" }, {}, run).then(({ decision }) => settled.push(decision.rule));
      await vi.advanceTimersByTimeAsync(69);
      expect(settled).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(settled).toEqual([rule]);
      expect(run.times).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test.each([
    ["throws when it is waited for", boom],
    [
      "throws after it has answered nothing of use",
      (resolve: (grant: string) => void) => {
        resolve("");
        boom();
      },
    ],
    ["throws when it is looked at", undefined],
  ])("O10: a thenable that %s denies, and no timer stays", async (_, wait) => {
    class Hostile {
      // biome-ignore lint/suspicious/noThenProperty: a thenable that is no Promise is what is tested.
      get then(): unknown {
        return wait ?? boom();
      }
    }
    const { gate } = keptGate({ grant: () => new Hostile() as never });
    const run = effect();
    expect((await gate.run({ name: "ok" }, {}, run)).allowed).toBe(false);
    expect(run.times).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("O11: an answer that comes too late executes nothing", async () => {
    let answer: (grant: string) => void = () => undefined;
    const { gate, events } = keptGate({
      grant: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const run = effect();
    const running = gate.run({ name: "ok" }, {}, run);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await running).allowed).toBe(false);
    answer("a");
    await vi.advanceTimersByTimeAsync(0);
    expect(run.times).toBe(0);
    expect(events).toHaveLength(1);
  });

  test("O11: each resolver has its own time", async () => {
    const slow =
      <T>(value: T) =>
      () =>
        new Promise<T>((resolve) => setTimeout(() => resolve(value), 60));
    const { gate } = keptGate({ grant: slow("a"), policy: slow(policy), facts: slow({}), timeouts: { resolve: 70 } });
    const running = gate.run({ name: "ok" }, {}, effect());
    await vi.advanceTimersByTimeAsync(180);
    expect((await running).allowed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
