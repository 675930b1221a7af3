import { type CallContext, type Charge, type Decision, decide, type LimitDocument, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { COUNTED, denied, every, type StatedDenial } from "./expected.js";

const DAY = 86_400_000;
const REACHED = "a limit of the policy is reached";
const NO_AMOUNT = "the amount that a limit of this tool counts is missing, or not a number it can count";
const NO_SESSION = "this tool is limited by session, and this connection has none";

type Args = Readonly<Record<string, unknown>>;

function decideWith(limits: readonly LimitDocument[], args: Args = {}, context: CallContext = {}): Decision {
  const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { limits } } });
  return decide(policy, { name: "t", arguments: args }, context);
}

function expectRefused(limits: readonly LimitDocument[], args: Args, context: CallContext, stated: StatedDenial): void {
  const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { limits } } });
  expect(decide(policy, { name: "t", arguments: args }, context)).toEqual(denied(policy, stated));
}

const CALLS: LimitDocument = { counter: "c", window: "day", max: 10 };
const CHARGE: Charge = {
  rule: "/tools/t/limits/c",
  pointer: "/tools/t/limits/0",
  counter: "c",
  scope: "grant",
  owner: "default",
  window: every(DAY),
  ...COUNTED,
  amount: 1,
  max: 10,
  message: REACHED,
};
const at = (index: number) => ({ pointer: `/tools/t/limits/${index}` });

describe("one limit", () => {
  test("a call adds one to the counter of its grant", () => {
    expect(decideWith([CALLS])).toMatchObject({ outcome: "allow", code: "allowed", charges: [CHARGE] });
    expect(decideWith([CALLS], {}, { grant: "a", session: "s" }).charges).toEqual([{ ...CHARGE, owner: "a" }]);
  });

  test("a limit without max is a plain count", () => {
    expect(decideWith([{ counter: "c", window: "day" }]).charges).toEqual([{ ...CHARGE, max: undefined }]);
  });

  test.each([
    ["minute", 60_000],
    ["hour", 3_600_000],
    ["day", DAY],
  ] as const)("the window %s has its length in milliseconds", (window, ms) => {
    expect(decideWith([{ ...CALLS, window }]).charges).toEqual([{ ...CHARGE, window: every(ms) }]);
  });

  test.each<[CallContext, LimitDocument["scope"], string]>([
    [{ grant: "g", session: "s" }, "grant", "g"],
    [{ grant: "g", session: "s" }, "session", "s"],
    [{ grant: "g", session: "s" }, "global", ""],
    [{}, "grant", "default"],
    [{ grant: "__proto__" }, "grant", "__proto__"],
  ])("Q14: of %j, the scope %s counts for %j", (context, scope = "grant", owner) => {
    expect(decideWith([{ ...CALLS, scope }], {}, context).charges).toEqual([{ ...CHARGE, scope, owner }]);
  });

  test("a limit by session denies where there is no session", () => {
    const limits: LimitDocument[] = [CALLS, { counter: "s", window: "hour", scope: "session" }];
    expectRefused(
      limits,
      {},
      { grant: "g" },
      {
        code: "unavailable",
        rule: "/tools/t/limits/s",
        pointer: "/tools/t/limits/1",
        message: NO_SESSION,
      },
    );
  });

  test.each<[LimitDocument["scope"], CallContext]>([
    ["grant", { grant: "" }],
    ["grant", { grant: 5 as never }],
    ["session", { session: "" }],
    ["session", { session: {} as never }],
  ])("F07: scope %s of %j has nobody to count for, and denies", (scope = "grant", context) => {
    expect(decideWith([{ ...CALLS, scope }], {}, context)).toMatchObject({ outcome: "deny", code: "unavailable" });
  });

  test.each([
    ["on_deny", { on_deny: "slow down" }, "slow down"],
    ["the engine text", {}, REACHED],
  ])("the message of a charge is %s", (_what, members, message) => {
    expect(decideWith([{ ...CALLS, ...members }]).charges).toEqual([{ ...CHARGE, message }]);
  });

  test.each([0, 1, 0.5, 2.5, 0.000001, 9_007_199_254])("increment %d is what a call adds", (increment) => {
    expect(decideWith([{ ...CALLS, increment }]).charges).toEqual([{ ...CHARGE, amount: increment }]);
  });
});

describe("increment_from", () => {
  const from = (path: string, more: Partial<LimitDocument> = {}): LimitDocument[] => [
    { ...CALLS, ...more, increment_from: path },
  ];
  const list = (length: number, value: unknown): Args => ({ n: Array.from({ length }, () => value) });

  test.each<[string, Args, number]>([
    ["args.n", { n: 5 }, 5],
    ["args.n", { n: 0 }, 0],
    ["args.n", { n: -0 }, 0],
    ["args.n", { n: 0.99 }, 0.99],
    ["args.n", { n: 1e-6 }, 0.000001],
    ["args.n", { n: 9_007_199_254 }, 9_007_199_254],
    ["args.n.cents", { n: { cents: 12.5 } }, 12.5],
    ["args.n[1]", { n: [1, 2] }, 2],
    ["args.n[*]", { n: [1, 2.5, 0] }, 3.5],
    ["args.n[*]", { n: [] }, 0],
    ["args.n[*].price", { n: [{ price: 0.1 }, { price: 0.2 }] }, 0.3],
    ["args.n[*].lines[*].price", { n: [{ lines: [{ price: 1 }, { price: 2 }] }, { lines: [] }] }, 3],
  ])("%s of %j counts %d", (path, args, amount) => {
    const [charge] = decideWith(from(path), args).charges;
    expect(charge).toEqual({ ...CHARGE, amount: expect.any(Number) });
    expect(charge?.amount === amount).toBe(true);
  });

  test.each<[what: string, length: number, value: number, sum: number]>([
    ["a hundred times 0.1", 100, 0.1, 10],
    ["ten times 0.7", 10, 0.7, 7],
    ["a thousand times 0.000001", 1_000, 0.000001, 0.001],
    ["three times 0.99", 3, 0.99, 2.97],
    ["a hundred thousand times 0.01", 100_000, 0.01, 1_000],
  ])("C08: %s is an exact sum of decimals", (_what, length, value, sum) => {
    expect(decideWith(from("args.n[*]"), list(length, value)).charges).toEqual([{ ...CHARGE, amount: sum }]);
  });

  test.each<[string, string, Args]>([
    ["a negative amount", "args.n", { n: -1 }],
    ["C13: more than six decimals", "args.n", { n: 1e-7 }],
    ["C13: more than six decimals of a large number", "args.n", { n: 1.0000001 }],
    ["text", "args.n", { n: "5" }],
    ["null", "args.n", { n: null }],
    ["true", "args.n", { n: true }],
    ["an array", "args.n", { n: [5] }],
    ["an object", "args.n", { n: { valueOf: 5 } }],
    ["C05: NaN", "args.n", { n: Number.NaN }],
    ["C05: Infinity", "args.n", { n: Number.POSITIVE_INFINITY }],
    ["undefined", "args.n", { n: undefined }],
    ["C14: more than can be counted", "args.n", { n: 9_007_199_255 }],
    ["C14: an unsafe integer", "args.n", { n: 2 ** 53 }],
    ["C14: a sum of more than can be counted", "args.n[*]", { n: [9_007_199_254, 1] }],
    ["an element that is negative", "args.n[*]", { n: [5, -5] }],
    ["an element that is text", "args.n[*]", { n: [5, "5"] }],
    ["an element without the key", "args.n[*].price", { n: [{ price: 5 }, {}] }],
    ["an element that is no object", "args.n[*].price", { n: [5] }],
    ["an object where a list must be", "args.n[*]", { n: { 0: 5 } }],
    ["a path that cannot be walked", "args.n.cents", { n: 5 }],
    ["missing, without an increment to fall back on", "args.n", {}],
    ["missing inside an object", "args.n.cents", { n: {} }],
    ["missing as an index past the end", "args.n[1]", { n: [5] }],
    ["a number on the prototype", "args.n", Object.create({ n: 5 })],
  ])("Q08: %s is denied, not counted as something else", (_what, path, args) => {
    expectRefused(
      from(path),
      args,
      {},
      { code: "denied", rule: CHARGE.rule, pointer: CHARGE.pointer, message: NO_AMOUNT },
    );
  });

  test.each<[Args, number]>([
    [{}, 3],
    [{ n: 7 }, 7],
    [{ n: 0 }, 0],
  ])("with increment 3, %j counts %d: the increment stands in for a missing argument only", (args, amount) => {
    expect(decideWith(from("args.n", { increment: 3 }), args).charges).toEqual([{ ...CHARGE, amount }]);
  });

  test("an increment does not stand in for an amount that cannot be counted", () => {
    for (const n of ["7", -7, null, 1e-7]) {
      expect(decideWith(from("args.n", { increment: 3 }), { n }).outcome).toBe("deny");
    }
  });

  test("an amount that throws when read is denied", () => {
    const args = {
      get n(): never {
        throw new Error("boom");
      },
    };
    expectRefused(
      from("args.n"),
      args,
      {},
      { code: "denied", rule: CHARGE.rule, pointer: CHARGE.pointer, message: NO_AMOUNT },
    );
  });

  test("a path into context counts the fact, never an argument of that name", () => {
    expect(decideWith(from("context.cost"), { cost: 0 }, { facts: { cost: 7 } }).charges).toEqual([
      { ...CHARGE, amount: 7 },
    ]);
    expect(decideWith(from("context.cost"), { cost: 0 }).outcome).toBe("deny");
  });
});

describe("several limits on one counter are one charge", () => {
  test.each<[string, LimitDocument[], Partial<Charge>]>([
    ["the smallest max", [CALLS, { ...CALLS, max: 3 }, { ...CALLS, max: 5 }], { max: 3, ...at(1) }],
    [
      "the largest amount",
      [
        { ...CALLS, increment: 2 },
        { ...CALLS, increment: 5 },
      ],
      { amount: 5 },
    ],
    ["a max beside a plain count", [{ counter: "c", window: "day" }, CALLS], { ...at(1) }],
    ["a max of 0 beside an increment of 0", [{ ...CALLS, max: 0, increment: 0 }, CALLS], { max: 0, amount: 1 }],
    ["the same limit twice", [CALLS, CALLS], {}],
    [
      "the message of the tightest",
      [CALLS, { ...CALLS, max: 1, on_deny: "one" }],
      { max: 1, message: "one", ...at(1) },
    ],
  ])("%s counts", (_what, limits, expected) => {
    expect(decideWith(limits).charges).toEqual([{ ...CHARGE, ...expected }]);
  });

  test("a fixed amount and one from an argument: the larger", () => {
    const limits: LimitDocument[] = [CALLS, { ...CALLS, increment_from: "args.n" }];
    expect(decideWith(limits, { n: 0.5 }).charges).toEqual([CHARGE]);
    expect(decideWith(limits, { n: 4 }).charges).toEqual([{ ...CHARGE, amount: 4 }]);
    expect(decideWith(limits, { n: -4 }).outcome).toBe("deny");
  });

  test("counters of different names are charges of their own, and one refusal refuses the call", () => {
    const spend: LimitDocument = { counter: "spend", window: "day", increment_from: "args.n", max: 10 };
    expect(decideWith([CALLS, spend], { n: 2 }).charges.map(({ counter, amount }) => [counter, amount])).toEqual([
      ["c", 1],
      ["spend", 2],
    ]);
    expect(decideWith([CALLS, spend], {})).toMatchObject({
      outcome: "deny",
      pointer: "/tools/t/limits/1",
      charges: [],
    });
  });

  test.each(["__proto__", "constructor", "toString"])("Q13: a counter named %s is one like any other", (counter) => {
    expect(decideWith([{ ...CALLS, counter }, CALLS]).charges.map((charge) => charge.counter)).toEqual([counter, "c"]);
  });
});
