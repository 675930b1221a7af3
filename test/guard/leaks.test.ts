import type { CounterStore, PolicyDocument } from "callgate";
import { describe, expect, test } from "vitest";
import { dailyLimit } from "./limited.ts";
import { call, decisions, denied, notPermitted, request, unavailable } from "./messages.ts";
import { type BenchOptions, NOON, openBench, SIDES } from "./raw-transport.ts";

/** Text that only the operator may read, by where it stands. */
const SECRETS = {
  counter: "counter-of-the-operator",
  operand: "operand-of-the-operator",
  path: "path_of_the_operator",
  description: "other-tool-of-the-operator",
  grant: "grant-of-another",
  session: "session-of-another",
  server: "server-of-the-operator",
  fact: "fact-of-the-operator",
  url: "postgres://user:hunter2@db.internal/callgate",
  file: "/srv/callgate/policy.json",
  value: "argument-value",
} as const;

const POLICY: PolicyDocument = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  all_tools: { limits: [{ counter: `${SECRETS.counter}-all`, window: "day", max: 1_000_000 }] },
  tools: {
    plain: {},
    [SECRETS.description]: {},
    forbidden: { deny_if: [{ conditions: [{ path: "args.a", op: "eq", value: SECRETS.operand }] }] },
    required: { require: [{ conditions: [{ path: `args.${SECRETS.path}`, op: "eq", value: SECRETS.operand }] }] },
    retired: { action: "deny" },
    asked: { action: "require_approval" },
    metered: { limits: [{ counter: SECRETS.counter, window: "day", max: 0, scope: "grant" }] },
    shared: { limits: [{ counter: `${SECRETS.counter}-global`, window: "day", max: 0, scope: "global" }] },
    amount: { limits: [{ counter: `${SECRETS.counter}-sum`, window: "day", max: 5, increment_from: "args.none" }] },
  },
};

const broken = (): never => {
  throw new Error(`${SECRETS.url} ${SECRETS.file}`);
};
const brokenStore: CounterStore = {
  clock: "caller",
  reserve: broken,
  release: broken,
  read: broken,
  renew: broken,
  reset: broken,
};
const rejecting = async (): Promise<never> => broken();

const CASES: readonly [string, string, string, BenchOptions][] = [
  ["hidden", "secret", "not_permitted", {}],
  ["unlisted", "nobody", "not_permitted", {}],
  ["action deny", "retired", "not_permitted", {}],
  ["deny_if", "forbidden", "denied", {}],
  ["require", "required", "denied", {}],
  ["approval", "asked", "approval_required", {}],
  ["a limit", "metered", "rate_limited", {}],
  ["a global limit", "shared", "rate_limited", {}],
  ["an amount that is missing", "amount", "denied", {}],
  ["a store that throws", "plain", "unavailable", { store: brokenStore }],
  ["a store that rejects", "plain", "unavailable", { store: { ...brokenStore, reserve: rejecting } }],
  ["a grant that throws", "plain", "unavailable", { grant: broken }],
  ["a grant that rejects", "plain", "unavailable", { grant: rejecting }],
  ["a policy that throws", "plain", "unavailable", { policy: broken }],
  ["a session that throws", "plain", "unavailable", { session: broken }],
  ["facts that throw", "plain", "unavailable", { facts: broken }],
  ["a record that fails", "plain", "unavailable", { audit: broken }],
  ["a clock that throws", "plain", "unavailable", { clock: { now: broken } }],
];

describe.each(SIDES)("what an agent may learn of a denial, %s side", (side) => {
  test.each(CASES)(
    "N01, N02: denied by %s it learns the code and nothing of the operator's",
    async (_, name, code, options) => {
      const shared = { grant: () => SECRETS.grant, session: () => SECRETS.session, facts: { f: SECRETS.fact } };
      const bench = await openBench(side, { policy: POLICY, server: SECRETS.server, ...shared, ...options });
      await bench.ask(call(7, name, { a: SECRETS.operand, value: SECRETS.value }));
      await new Promise(setImmediate);
      expect(bench.asked).toEqual([]);
      expect(bench.told).toMatchObject([{ id: 7, result: { _meta: { "callgate/denial": { code } } } }]);
      const whole = JSON.stringify(bench.told);
      for (const secret of Object.values(SECRETS)) expect(whole).not.toContain(secret);
      expect(whole).not.toMatch(/revision|pointer|\/tools\/|\/hide|stack|\.ts:|\bError\b/);
    },
  );

  test.each(CASES)(
    "M04: the record of a call denied by %s has no value of an argument",
    async (_, name, __, options) => {
      const bench = await openBench(side, { policy: POLICY, ...options });
      await bench.ask(call(7, name, { a: SECRETS.operand, value: SECRETS.value }));
      await new Promise(setImmediate);
      expect(JSON.stringify(bench.events)).not.toContain(SECRETS.value);
    },
  );

  test("N01: the operator's record says what the agent may not know", async () => {
    const bench = await openBench(side, { policy: POLICY, store: brokenStore });
    await bench.ask(call(7, "plain"));
    expect(bench.told).toEqual([unavailable(7)]);
    expect(decisions(bench)).toMatchObject([
      { cause: `Error: postgres://[redacted]@db.internal/callgate ${SECRETS.file}` },
    ]);
  });

  test("N04: hidden, unlisted and nonexistent tools get one answer", async () => {
    const bench = await openBench(side, { policy: POLICY });
    for (const name of ["secret", "nobody", "retired", "__proto__"]) await bench.ask(call(1, name));
    expect(new Set(bench.told.map((told) => JSON.stringify(told)))).toEqual(new Set([JSON.stringify(notPermitted(1))]));
  });

  test.each([
    ["grant", { retryable: true, retryAfterMs: Date.UTC(2026, 0, 2) - NOON }],
    ["global", { retryable: true }],
  ] as const)(
    "N05: a counter of scope %s says as much of when to try again as is the caller's own",
    async (scope, retry) => {
      const bench = await openBench(side, { policy: dailyLimit(1, scope) });
      await bench.ask(call(1, "ok"));
      await bench.ask(call(2, "ok"));
      expect(bench.told).toEqual([denied(2, "rate_limited", "a limit of the policy is reached", retry)]);
    },
  );

  test("N05: a call that could never fit its limit is not said to fit later", async () => {
    const bench = await openBench(side, { policy: dailyLimit(0) });
    await bench.ask(call(1, "ok"));
    expect(bench.told).toEqual([denied(1, "rate_limited", "a limit of the policy is reached")]);
  });

  test("N07: from 2026-07-28 a denial says that it is complete; before, it is the same without", async () => {
    const bench = await openBench(side);
    const ask = (id: number, version: unknown) =>
      bench.ask(
        request(id, "tools/call", { name: "x", _meta: { "io.modelcontextprotocol/protocolVersion": version } }),
      );
    await ask(1, "2025-11-25");
    await ask(2, "2026-07-28");
    await ask(3, 20260728);
    const { result } = notPermitted(2) as { result: object };
    expect(bench.told).toEqual([
      notPermitted(1),
      { jsonrpc: "2.0", id: 2, result: { ...result, resultType: "complete" } },
      notPermitted(3),
    ]);
  });

  test("N07: a denial never has `structuredContent`", async () => {
    const bench = await openBench(side, { policy: POLICY });
    for (const [index, [, name]] of CASES.entries()) await bench.ask(call(index, name));
    expect(JSON.stringify(bench.told)).not.toContain("structuredContent");
  });

  test("N01: the text of `on_deny` and `reason` is the author's, and the agent gets it", async () => {
    const policy = {
      version: "1",
      default: "deny",
      tools: {
        a: { deny_if: [{ conditions: [], on_deny: "Ask Ann." }] },
        b: { action: "deny", reason: "Retired." },
      },
    } as const;
    const bench = await openBench(side, { policy });
    await bench.ask(call(1, "a"));
    await bench.ask(call(2, "b"));
    expect(bench.told).toEqual([denied(1, "denied", "Ask Ann."), denied(2, "not_permitted", "Retired.")]);
  });

  test("what an agent does to a denial is not in the next one", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "x"));
    const got = bench.told[0] as { result: { content: { text: string }[]; _meta: Record<string, unknown> } };
    got.result.content[0] = { text: "changed" };
    got.result._meta["callgate/denial"] = undefined;
    await bench.ask(call(2, "x"));
    expect(bench.told[1]).toEqual(notPermitted(2));
  });
});
