import type { Call, JudgedCall } from "callgate";
import { describe, expect, test } from "vitest";
import { denial, effect, keptGate } from "./gate-policy.ts";

class Money {
  amount = 5;
}

function getter(key: string, read: () => unknown): object {
  return Object.defineProperty({}, key, { get: read, enumerable: true });
}

/** Counts how often it is read; each answer is another. */
function readings(...answers: unknown[]): { read: () => unknown; times: () => number } {
  let times = 0;
  return { read: () => answers[Math.min(times++, answers.length - 1)], times: () => times };
}

describe("the call that is executed", () => {
  test("C31: getters are read once, and the judged value is the executed one", async () => {
    const { gate } = keptGate();
    const amount = readings(50, 5000);
    let executed: JudgedCall | undefined;
    const call = { name: "pay", arguments: getter("amount", amount.read) } as Call;
    await gate.run(call, {}, (judged) => {
      executed = judged;
    });
    expect(amount.times()).toBe(1);
    expect(executed).toEqual({ name: "pay", arguments: { amount: 50 } });
    expect(executed?.arguments.amount).toBe(50);
  });

  test("C31: the name and the arguments themselves are read once", async () => {
    const { gate } = keptGate();
    const name = readings("ok", "secret");
    const args = readings({ a: 1 }, { a: 2 });
    const call = Object.defineProperties(getter("name", name.read), {
      arguments: { get: args.read, enumerable: true },
    }) as Call;
    const got: JudgedCall[] = [];
    await gate.run(call, {}, (judged) => void got.push(judged));
    expect(got).toEqual([{ name: "ok", arguments: { a: 1 } }]);
    expect([name.times(), args.times()]).toEqual([1, 1]);
  });

  test("C31: a Proxy that answers differently each time is copied once", async () => {
    const { gate } = keptGate();
    const amount = readings(50, 5000);
    const got: unknown[] = [];
    const args = new Proxy({ amount: 0 }, { get: amount.read });
    await gate.run({ name: "pay", arguments: args }, {}, (judged) => void got.push(judged.arguments));
    expect(got).toEqual([{ amount: 50 }]);
    expect(amount.times()).toBe(1);
  });

  test("C32: what the caller changes after the call was handed in is not executed", async () => {
    const { gate } = keptGate({ grant: async () => "a" });
    const args = { amount: 50, list: [1] };
    const call = { name: "pay", arguments: args };
    const got: JudgedCall[] = [];
    const running = gate.run(call, {}, (judged) => void got.push(judged));
    args.amount = 5000;
    args.list.push(2);
    call.name = "secret";
    await running;
    expect(got).toEqual([{ name: "pay", arguments: { amount: 50, list: [1] } }]);
  });

  test("C32: what is executed may change its copy; the caller's stays", async () => {
    const { gate } = keptGate();
    const args = { list: [1] };
    await gate.run({ name: "ok", arguments: args }, {}, (judged) => {
      (judged.arguments.list as number[]).push(2);
      (judged.arguments as Record<string, unknown>).more = true;
    });
    expect(args).toEqual({ list: [1] });
  });

  test("C17: `__proto__` is a key, kept for what is executed, and pollutes nothing", async () => {
    const { gate, events } = keptGate();
    const got: string[] = [];
    const args = JSON.parse('{"__proto__":{"amount":5000},"a":1}');
    await gate.run({ name: "pay", arguments: args }, {}, (judged) => void got.push(JSON.stringify(judged.arguments)));
    expect(got).toEqual(['{"__proto__":{"amount":5000},"a":1}']);
    expect(events[0]).toMatchObject({ argumentKeys: ["__proto__", "a"] });
  });
});

describe("a call that is not JSON", () => {
  test.each([
    ["undefined", undefined, "undefined", ""],
    ["a function", () => 5, "a function", ""],
    ["a symbol", Symbol("x"), "a symbol", ""],
    ["a big integer", 5n, "a bigint", ""],
    ["a Date", new Date(0), "an instance of a class", ""],
    ["a Map", new Map([["a", 1]]), "an instance of a class", ""],
    ["an instance of a class", new Money(), "an instance of a class", ""],
    ["a boxed string", Object("x"), "an instance of a class", ""],
    ["NaN", Number.NaN, "a number that is not finite", ""],
    ["infinite", Number.POSITIVE_INFINITY, "a number that is not finite", ""],
    ["minus infinite", Number.NEGATIVE_INFINITY, "a number that is not finite", ""],
    ["an array with a hole", Object.assign([1], { length: 2 }), "undefined", "/1"],
    ["an object with a function", { f: () => 1 }, "a function", "/f"],
    [
      "what throws when read",
      getter("x", () => {
        throw new Error("hunter2");
      }),
      "a value that throws when read",
      "/x",
    ],
  ])("C04, C05: an argument that is %s is refused, and the message points at it", async (_, value, what, deeper) => {
    const { gate, events } = keptGate();
    const run = effect();
    const call = { name: "ok", arguments: { "a/b~c": [0, value] } };
    const message = `the call is not JSON: ${what} at /arguments/a~1b~0c/1${deeper}`;
    expect(await gate.run(call, {}, run)).toMatchObject({
      allowed: false,
      denial: denial("invalid_arguments", message),
      decision: { outcome: "deny", code: "invalid_arguments", rule: "(malformed call)", pointer: "", message },
    });
    expect(run.times).toBe(0);
    expect(events).toMatchObject([{ type: "refusal", code: "malformed", side: "direct", message }]);
    expect(JSON.stringify(events)).not.toContain("hunter2");
  });

  test.each([
    ["an array", []],
    ["text", "{}"],
    ["a number", 1],
    ["true", true],
    ["null", null],
  ])("D05: arguments that are %s are refused, never taken for none", async (_, args) => {
    const { gate } = keptGate();
    const run = effect();
    const result = await gate.run({ name: "ok", arguments: args } as never, {}, run);
    expect(result).toMatchObject({ allowed: false, decision: { code: "invalid_arguments" } });
    expect(run.times).toBe(0);
  });

  test.each([
    ["missing", {}, "undefined at /name"],
    ["inherited", Object.create({ name: "ok" }), "undefined at /name"],
    ["a number", { name: 7 }, "must be a string"],
    ["an array", { name: ["ok"] }, "must be a string"],
    ["an object", { name: { toString: "ok" } }, "must be a string"],
    ["empty", { name: "" }, "must not be empty"],
    ["too long", { name: "x".repeat(513) }, "must not be longer than 512 characters"],
    ["invisible", { name: "ok\u200b" }, "must not hold control, invisible or unpaired characters"],
    ["unpaired", { name: "ok\ud800" }, "must not hold control, invisible or unpaired characters"],
  ])("B04, B07, B13: a name that is %s is refused", async (_, call, message) => {
    const { gate, events } = keptGate();
    const run = effect();
    const result = await gate.run(call, {}, run);
    expect(result).toMatchObject({ allowed: false, decision: { code: "invalid_arguments", rule: "(malformed call)" } });
    expect(result.decision.message).toContain(message);
    expect(run.times).toBe(0);
    expect(events).toMatchObject([{ type: "refusal", code: "malformed" }]);
  });

  test.each([[null], [undefined], ["ok"], [7], [[]], [() => ({ name: "ok" })]])(
    "a call that is %o is refused",
    async (call) => {
      const { gate } = keptGate();
      const run = effect();
      expect((await gate.run(call as never, {}, run)).decision.code).toBe("invalid_arguments");
      expect(run.times).toBe(0);
    },
  );

  test.each([["toString"], ["TOOL"], [7], [{}]])("a kind that is %j is refused", async (kind) => {
    const { gate } = keptGate();
    const run = effect();
    expect((await gate.run({ name: "ok", kind } as never, {}, run)).decision.code).toBe("invalid_arguments");
    expect(run.times).toBe(0);
  });

  test.each([
    ["too deep", { depth: 3 }, { a: { b: { c: {} } } }, "values nested deeper than"],
    ["too many", { values: 8 }, { list: new Array(9).fill(0) }, "more than 8 values"],
  ])("hazard 12: values that are %s for the gate's caps are refused", async (_, caps, args, message) => {
    const { gate } = keptGate({ caps });
    const run = effect();
    expect((await gate.run({ name: "ok", arguments: args }, {}, run)).decision.message).toContain(message);
    expect(run.times).toBe(0);
  });

  test("hazard 12: values right at the depth cap pass", async () => {
    const { gate } = keptGate({ caps: { depth: 3 } });
    expect((await gate.run({ name: "ok", arguments: { a: { b: 1 } } }, {}, effect())).allowed).toBe(true);
    expect((await gate.run({ name: "ok", arguments: { a: { b: {} } } }, {}, effect())).allowed).toBe(true);
  });
});
