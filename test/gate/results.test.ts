import { createGate, type JudgedCall, NotExecutedError, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { boom, clock, denial, effect, keptGate, MIDNIGHT, NOON, NOT_PERMITTED, POLICY } from "./gate-policy.ts";

const { revision } = parsePolicy(POLICY);
const SETTLED = { charges: [], approvals: [], shadow: [], revision };

describe("what gate.run resolves to", () => {
  test("an allowed call: the value of what was executed, and the decision", async () => {
    const { gate } = keptGate();
    const run = effect();
    expect(await gate.run({ name: "ok" }, {}, run)).toEqual({
      allowed: true,
      value: "ran 1",
      decision: { outcome: "allow", code: "allowed", rule: "", pointer: "", message: "", ...SETTLED },
    });
    expect(run.times).toBe(1);
  });

  test.each([
    ["hidden", { name: "secret" }, "not_permitted", NOT_PERMITTED, "(hidden)", "/hide/0"],
    ["unlisted", { name: "nobody" }, "not_permitted", NOT_PERMITTED, "(default deny)", "/default"],
    ["__proto__", { name: "__proto__" }, "not_permitted", NOT_PERMITTED, "(default deny)", "/default"],
    [
      "deny_if",
      { name: "pay", arguments: { amount: 101 } },
      "denied",
      "Too much.",
      "/tools/pay/deny_if/args.amount-gt",
      "/tools/pay/deny_if/0",
    ],
    ["approval", { name: "asked" }, "approval_required", "Ask Ann.", "/tools/asked/action", "/tools/asked/action"],
  ] as const)(
    "a denied call (%s): the denial for the agent, the decision for the operator, nothing executed",
    async (_, call, code, message, rule, pointer) => {
      const { gate } = keptGate();
      const run = effect();
      expect(await gate.run(call, {}, run)).toEqual({
        allowed: false,
        denial: denial(code, message),
        decision: { outcome: "deny", code, rule, pointer, message, ...SETTLED },
      });
      expect(run.times).toBe(0);
    },
  );

  test("a call over its limit: when to try again, from the caller's own counter", async () => {
    const { gate } = keptGate();
    const run = effect();
    await gate.run({ name: "once" }, {}, run);
    const rule = "/tools/once/limits/n";
    const message = "a limit of the policy is reached";
    expect(await gate.run({ name: "once" }, {}, run)).toEqual({
      allowed: false,
      denial: denial("rate_limited", message, { retryable: true, retryAfterMs: MIDNIGHT - NOON }),
      decision: { outcome: "deny", code: "rate_limited", rule, pointer: "/tools/once/limits/0", message, ...SETTLED },
    });
    expect(run.times).toBe(1);
  });

  test("a limit by session without a session is unavailable; sessions count apart", async () => {
    const { gate } = keptGate();
    const run = effect();
    const codes: string[] = [];
    for (const session of [undefined, "a", "b", "a"]) {
      const { decision } = await gate.run({ name: "session" }, { session }, run);
      codes.push(decision.code);
    }
    expect(codes).toEqual(["unavailable", "allowed", "allowed", "rate_limited"]);
    expect(run.times).toBe(2);
  });

  test("what the host tells with the call is who asks; the options say the rest", async () => {
    const { gate, events } = keptGate({ grant: "g", server: "s", session: () => "n", facts: { role: "guest" } });
    const run = effect();
    const context = { grant: "own", server: "mine", session: "here", facts: { role: "admin" } };
    expect((await gate.run({ name: "role" }, {}, run)).allowed).toBe(false);
    expect((await gate.run({ name: "role" }, context, run)).allowed).toBe(true);
    expect(events).toMatchObject([
      { type: "decision", grant: "g", server: "s", session: "n" },
      { type: "decision", grant: "own", server: "mine", session: "here" },
      { type: "outcome", server: "mine" },
    ]);
  });

  test("resolvers are told what the host tells, on side `direct`", async () => {
    const told: unknown[] = [];
    const grant = (caller: unknown): string => {
      told.push(caller);
      return "a";
    };
    const { gate } = keptGate({ grant });
    const headers = { a: "b" };
    await gate.run(
      { name: "p", kind: "prompt" },
      { authInfo: { user: "ann" }, headers, session: "s", server: "x" },
      effect(),
    );
    expect(told).toEqual([
      {
        side: "direct",
        authInfo: { user: "ann" },
        headers,
        sessionId: "s",
        server: "x",
        request: { kind: "prompt", name: "p" },
      },
    ]);
  });

  test("a value that is no promise, undefined or a thenable is the value", async () => {
    const { gate } = keptGate();
    const values: unknown[] = [];
    class Later {
      // biome-ignore lint/suspicious/noThenProperty: what is executed may give a thenable that is no Promise.
      then(resolve: (n: number) => void): void {
        resolve(8);
      }
    }
    for (const run of [() => 7, () => undefined, () => new Later()]) {
      const result = await gate.run({ name: "ok" }, {}, run as () => unknown);
      values.push(result.allowed && result.value);
    }
    expect(values).toEqual([7, undefined, 8]);
  });

  test("D05: arguments that are left out are an empty object to what is executed", async () => {
    const { gate } = keptGate();
    const got: JudgedCall[] = [];
    await gate.run({ name: "ok" }, {}, (judged) => void got.push(judged));
    await gate.run({ name: "ok", arguments: undefined }, {}, (judged) => void got.push(judged));
    expect(got).toEqual([
      { name: "ok", arguments: {} },
      { name: "ok", arguments: {} },
    ]);
  });
});

describe("what gate.run rejects with", () => {
  test.each([
    ["throws", boom],
    ["rejects", async () => boom()],
  ])("what is executed %s: exactly that, and the charge stays", async (_, run) => {
    const { gate, events } = keptGate();
    await expect(gate.run({ name: "once" }, {}, run)).rejects.toEqual(new Error("boom"));
    expect((await gate.run({ name: "once" }, {}, effect())).decision.code).toBe("rate_limited");
    expect(events[1]).toMatchObject({ type: "outcome", result: "threw", refunded: false });
  });

  test("K04: NotExecutedError gives the charge back, and is rejected with", async () => {
    const { gate, events } = keptGate();
    const error = new NotExecutedError();
    await expect(gate.run({ name: "once" }, {}, () => Promise.reject(error))).rejects.toBe(error);
    expect((await gate.run({ name: "once" }, {}, effect())).allowed).toBe(true);
    expect(events[1]).toMatchObject({ type: "outcome", result: "not_executed", refunded: true });
  });

  test("K04: an error that only looks like it does not", async () => {
    const { gate } = keptGate();
    const alike = Object.assign(new Error("x"), { name: "NotExecutedError", code: "not_executed" });
    await expect(gate.run({ name: "once" }, {}, () => Promise.reject(alike))).rejects.toBe(alike);
    expect((await gate.run({ name: "once" }, {}, effect())).decision.code).toBe("rate_limited");
  });

  test("nothing else: a context that throws when read is a denial", async () => {
    const { gate } = keptGate();
    const run = effect();
    const context = Object.defineProperty({}, "grant", { get: boom, enumerable: true });
    expect((await gate.run({ name: "ok" }, context, run)).allowed).toBe(false);
    expect(run.times).toBe(0);
  });
});

test("F01: of 1,000 calls at once against max 10, exactly 10 are executed", async () => {
  const limits = [{ counter: "n", window: "day", max: 10 }] as const;
  const gate = createGate({ policy: parsePolicy({ version: "1", default: "deny", tools: { ok: { limits } } }), clock });
  const run = effect();
  const results = await Promise.all(Array.from({ length: 1_000 }, () => gate.run({ name: "ok" }, {}, run)));
  expect(run.times).toBe(10);
  expect(results.filter(({ allowed }) => allowed)).toHaveLength(10);
});

test("C08, F08: 100 calls of 0.1 fit into 10, the next does not", async () => {
  const limits = [{ counter: "n", window: "day", max: 10, increment_from: "args.n" }] as const;
  const gate = createGate({ policy: parsePolicy({ version: "1", default: "deny", tools: { ok: { limits } } }), clock });
  const run = effect();
  for (let call = 0; call < 101; call++) await gate.run({ name: "ok", arguments: { n: 0.1 } }, {}, run);
  expect(run.times).toBe(100);
});
