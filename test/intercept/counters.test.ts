import { createGate, type Gate, type LimitDocument, parsePolicy } from "callgate";
import { createSettableClock } from "callgate/testing";
import { describe, expect, test } from "vitest";
import { converted } from "./written.js";

const NOON = Date.UTC(2026, 0, 1, 12);

/** A gate over a converted document, and what its calls come to: `ok`, or the message of the denial. */
function gateOver(yaml: string) {
  const clock = createSettableClock(NOON);
  const gate = createGate({ policy: parsePolicy(converted(yaml)), clock });
  const call = async (name: string, args: Record<string, unknown> = {}, grant = "a", value: unknown = "ok") => {
    const result = await gate.run({ name, arguments: args }, { grant }, () => value);
    return result.allowed ? "ok" : result.decision.message;
  };
  return { clock, gate, call };
}

async function outcomes(calls: readonly (() => Promise<string>)[]): Promise<string[]> {
  const results: string[] = [];
  for (const call of calls) results.push(await call());
  return results;
}

function limitsOf(yaml: string): readonly LimitDocument[] | undefined {
  return converted(yaml).tools?.t?.limits;
}

const rule = (conditions: string, state: string): string => `
  tools:
    t:
      rules:
        - { name: r, conditions: [${conditions}], state: { ${state} } }`;
const on = (op: string, value: string): string => `{ path: state.t.n, op: ${op}, value: ${value} }`;
const SHARED = { scope: "global", refund: "rejected" } as const;

describe("what a counter becomes", () => {
  const hourly = "counter: n, window: hour";

  test.each<[string, string, LimitDocument]>([
    ["lte: the most it may reach", rule(on("lte", "5"), hourly), { counter: "t.n", window: "hour", max: 5, ...SHARED }],
    ["lt: one less", rule(on("lt", "5"), hourly), { counter: "t.n", window: "hour", max: 4, ...SHARED }],
    ["lt a fraction", rule(on("lt", "5.5"), hourly), { counter: "t.n", window: "hour", max: 4, ...SHARED }],
    ["lte a fraction", rule(on("lte", "5.5"), hourly), { counter: "t.n", window: "hour", max: 5, ...SHARED }],
    [
      "of two bounds the tighter one",
      rule(`${on("lte", "5")}, ${on("lt", "3")}`, hourly),
      { counter: "t.n", window: "hour", max: 2, ...SHARED },
    ],
    [
      "increment",
      rule(on("lte", "5"), `${hourly}, increment: 2`),
      { counter: "t.n", window: "hour", max: 5, increment: 2, ...SHARED },
    ],
    [
      "an increment of 0 is 1, as if it were left out",
      rule(on("lte", "5"), `${hourly}, increment: 0`),
      { counter: "t.n", window: "hour", max: 5, ...SHARED },
    ],
    [
      "increment does not stand in where the argument of increment_from is missing",
      rule(on("lte", "5"), `${hourly}, increment: 2, increment_from: args.pay.amount`),
      { counter: "t.n", window: "hour", max: 5, increment_from: "args.pay.amount", ...SHARED },
    ],
  ])("%s", (_what, yaml, limit) => {
    expect(limitsOf(yaml)).toEqual([limit]);
  });

  test("conditions on arguments beside it become a requirement with the same message", () => {
    expect(
      converted(`
        tools:
          t:
            rules:
              - name: r
                on_deny: "No."
                conditions: [{ path: args.x, op: eq, value: 1 }, { path: state.t.n, op: lte, value: 5 }]
                state: { counter: n, window: day }`).tools?.t,
    ).toEqual({
      require: [{ conditions: [{ path: "args.x", op: "eq", value: 1 }], on_deny: "No." }],
      limits: [{ counter: "t.n", window: "day", max: 5, ...SHARED, on_deny: "No." }],
    });
  });

  test("a bound that no count meets denies every call", async () => {
    for (const bound of [on("lt", "0"), on("lte", "-1"), on("lte", "-0.5"), on("lt", "0.5")]) {
      const { call } = gateOver(rule(bound, hourly));
      expect(await call("t")).toBe("the policy forbids this call");
    }
  });

  test("a block that its rule does not hold to a bound only counts, for others to read", () => {
    const yaml = `
      tools:
        login:
          rules:
            - { name: count, conditions: [{ path: args.user, op: exists, value: true }], state: { counter: n, window: day } }
        t:
          rules:
            - { name: few, conditions: [{ path: state.login.n, op: lt, value: 3 }] }`;
    expect(converted(yaml).tools).toEqual({
      login: {
        require: [{ conditions: [{ path: "args.user", op: "exists", value: true }] }],
        limits: [{ counter: "login.n", window: "day", ...SHARED }],
      },
      t: { limits: [{ counter: "login.n", window: "day", max: 2, increment: 0, ...SHARED }] },
    });
  });
});

describe("how counters count", () => {
  const HOURLY = "tools: { t: { rules: [{ name: r, rate_limit: 2/hour }] } }";
  const LIMITED = "Rate limit of 2 per hour reached. Try again later.";

  test("rate_limit: the third call of an hour is denied, and the first of the next is not", async () => {
    const { clock, call } = gateOver(HOURLY);
    expect(await outcomes([() => call("t"), () => call("t"), () => call("t")])).toEqual(["ok", "ok", LIMITED]);
    clock.set(NOON + 3_599_999);
    expect(await call("t")).toBe(LIMITED);
    clock.set(NOON + 3_600_000);
    expect(await call("t")).toBe("ok");
  });

  test("all callers share one counter", async () => {
    const { call } = gateOver(HOURLY);
    const results = await outcomes([() => call("t", {}, "a"), () => call("t", {}, "b"), () => call("t", {}, "c")]);
    expect(results).toEqual(["ok", "ok", LIMITED]);
  });

  test("a tool result that says isError keeps its charge", async () => {
    const { call } = gateOver(HOURLY);
    const failed = { isError: true, content: [] };
    const results = await outcomes([
      () => call("t", {}, "a", failed),
      () => call("t", {}, "a", failed),
      () => call("t"),
    ]);
    expect(results).toEqual(["ok", "ok", LIMITED]);
  });

  test.each([
    ["minute", Date.UTC(2026, 0, 1, 12, 0, 59, 999)],
    ["hour", Date.UTC(2026, 0, 1, 12, 59, 59, 999)],
    ["day", Date.UTC(2026, 0, 1, 23, 59, 59, 999)],
  ])("a %s ends where the calendar's does, in UTC", async (window, last) => {
    const { clock, call } = gateOver(`tools: { t: { rules: [{ name: r, rate_limit: 1/${window}, on_deny: "No." }] } }`);
    await call("t");
    clock.set(last);
    expect(await call("t")).toBe("No.");
    clock.set(last + 1);
    expect(await call("t")).toBe("ok");
  });

  test("rate_limit under * counts the calls of all tools together, and denied calls are not counted", async () => {
    const { call } = gateOver(`
      default: deny
      tools:
        t: { rules: [] }
        u: { rules: [] }
        never: { rules: [{ name: r, action: deny, on_deny: "Never." }] }
        "*": { rules: [{ name: all, rate_limit: 3/minute, on_deny: "Slow down." }] }`);
    const names = ["t", "never", "unlisted", "u", "t", "u"];
    expect(await outcomes(names.map((name) => () => call(name)))).toEqual([
      "ok",
      "Never.",
      "this tool is not permitted by policy",
      "ok",
      "ok",
      "Slow down.",
    ]);
  });

  test("increment_from: what the calls add up to is held to the bound, and a refused call adds nothing", async () => {
    const { call } = gateOver(`
      tools:
        t:
          rules:
            - name: spend
              conditions: [{ path: state.t.spend, op: lte, value: 100 }]
              on_deny: "Spent."
              state: { counter: spend, window: day, increment_from: args.amount }`);
    const amounts = [60, 50, 40, 0, 0.5];
    expect(await outcomes(amounts.map((amount) => () => call("t", { amount })))).toEqual([
      "ok",
      "Spent.",
      "ok",
      "ok",
      "Spent.",
    ]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["missing", {}],
    ["a text", { amount: "5" }],
    ["null", { amount: null }],
    ["negative, which would lower the counter", { amount: -5 }],
  ])("increment_from: an amount that is %s denies", async (_what, args) => {
    const { call } = gateOver(
      rule(on("lte", "100"), "counter: n, window: day, increment: 1, increment_from: args.amount"),
    );
    expect(await call("t", args)).toMatch(/^the amount that a limit of this tool counts is missing, or not a number/);
  });

  test("a counter of another tool is read, and not added to", async () => {
    const { call } = gateOver(`
      tools:
        t: { rules: [{ name: few, conditions: [{ path: state.u.n, op: lte, value: 1 }], on_deny: "Used." }] }
        u: { rules: [{ name: count, conditions: [{ path: state.u.n, op: lte, value: 9 }], state: { counter: n, window: day } }] }`);
    const names = ["t", "t", "u", "t", "u", "t"];
    expect(await outcomes(names.map((name) => () => call(name)))).toEqual(["ok", "ok", "ok", "ok", "ok", "Used."]);
  });

  test("counters of the same name under two tools are two", async () => {
    const { call } = gateOver(`
      tools:
        t: { rules: [{ name: r, rate_limit: 1/day, on_deny: "No." }] }
        u: { rules: [{ name: r, rate_limit: 1/day, on_deny: "No." }] }`);
    expect(await outcomes(["t", "u", "t", "u"].map((name) => () => call(name)))).toEqual(["ok", "ok", "No.", "No."]);
  });
});

test("a gate takes what fromIntercept gives, as it stands", async () => {
  const gate: Gate = createGate({ policy: parsePolicy(converted("tools: { t: { rules: [] } }")) });
  expect(await gate.run({ name: "t" }, {}, () => 1)).toMatchObject({ allowed: true, value: 1 });
});
