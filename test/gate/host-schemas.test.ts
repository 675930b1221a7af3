import { type CallgateError, createGate, type GateOptions, OptionsError, type StandardSchema } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { holder } from "../guard/held.ts";
import { boom, denial, effect, keptGate, POLICY, UNAVAILABLE } from "./gate-policy.ts";

type Args = Record<string, unknown>;
type Result = ReturnType<StandardSchema["~standard"]["validate"]>;

const AMOUNT = z.strictObject({ amount: z.number().max(50) });
const WOULD_CHANGE = "arguments do not fit the tool's schema, which would change them";
const unfit = (...places: string[]) =>
  `arguments do not fit the tool's schema: ${places.map((at) => `\`${at}\``).join(", ")}`;

/** A schema of no library. */
function schema(validate: (value: unknown) => unknown): StandardSchema {
  return { "~standard": { version: 1, vendor: "test", validate: validate as (value: unknown) => Result } };
}

/** What became of a call of a tool that the host holds to a schema. */
async function judge(held: unknown, args: Args, name = "ok", options: Partial<GateOptions> = {}) {
  const run = effect();
  const { gate, events } = keptGate({ args: { [name]: held as StandardSchema }, ...options });
  const result = await gate.run({ name, arguments: args }, {}, async (call) => {
    await run();
    return call.arguments;
  });
  return {
    result,
    ran: run.times,
    cause: events.flatMap((event) => (event.type === "decision" ? [event.cause] : []))[0],
  };
}

async function expectDenied(held: unknown, args: Args, message: string): Promise<void> {
  const { result, ran } = await judge(held, args);
  expect(result).toEqual({
    allowed: false,
    denial: denial("invalid_arguments", message),
    decision: expect.objectContaining({ code: "invalid_arguments", rule: "(args)", pointer: "", message }),
  });
  expect(ran).toBe(0);
}

describe("a schema of zod", () => {
  test.each<[string, unknown, Args]>([
    ["a strict object", AMOUNT, { amount: 5 }],
    ["an async check", AMOUNT.refine(async ({ amount }) => amount > 1), { amount: 5 }],
    ["an optional argument that is left out", z.object({ a: z.string().optional() }), {}],
    ["a loose object", z.looseObject({ amount: z.number() }), { amount: 5, note: [1, null, { a: "b" }] }],
    ["a union", z.union([z.object({ a: z.string() }), AMOUNT]), { amount: 5 }],
    ["a record with keys of a prototype", z.looseObject({}), { constructor: 1, toString: "x" }],
  ])("%s lets what fits it pass, as it is", async (_, held, args) => {
    const { result, ran } = await judge(held, args);
    expect(result).toMatchObject({ allowed: true, value: args });
    expect(ran).toBe(1);
  });

  test.each<[string, unknown, Args, string]>([
    ["a strict object", AMOUNT, { amount: 51 }, unfit("/amount")],
    ["a strict object, of an unknown key", AMOUNT, { amount: 5, hunter2: 1 }, unfit("/")],
    ["an async check", AMOUNT.refine(async ({ amount }) => amount > 7), { amount: 5 }, unfit("/")],
    [
      "an async check of one argument",
      z.object({ id: z.string().refine(async (id) => id === "x") }),
      { id: "y" },
      unfit("/id"),
    ],
    [
      "nested places",
      z.object({ a: z.array(z.object({ "b/c": z.number() })) }),
      { a: [{ "b/c": "x" }] },
      unfit("/a/0/b~1c"),
    ],
    [
      "six places",
      z.object({ a: z.number(), b: z.number(), c: z.number(), d: z.number(), e: z.number(), f: z.number() }),
      {},
      `${unfit("/a", "/b", "/c", "/d", "/e")} and 1 more`,
    ],
    ["C34: a coercion", z.object({ amount: z.coerce.number() }), { amount: "5" }, WOULD_CHANGE],
    [
      "C34: a transformation",
      z.object({ to: z.string().transform((to) => to.toLowerCase()) }),
      { to: "ANN" },
      WOULD_CHANGE,
    ],
    [
      "C34: an async transformation",
      z.object({ to: z.string().transform(async (to) => `${to}!`) }),
      { to: "ann" },
      WOULD_CHANGE,
    ],
    ["C34: a default", z.object({ to: z.string().default("ann") }), {}, WOULD_CHANGE],
    ["C34: a fallback", z.object({ amount: z.number().catch(0) }), { amount: "5000" }, WOULD_CHANGE],
    ["C34: an overwritten string", z.object({ to: z.string().trim() }), { to: " ann" }, WOULD_CHANGE],
    ["C34: a key that is stripped", z.object({ to: z.string() }), { to: "ann", amount: 5_000 }, WOULD_CHANGE],
    ["C34: a date", z.object({ at: z.string().transform((at) => new Date(at)) }), { at: "2026-01-01" }, WOULD_CHANGE],
    ["C34: a coercion to a bigint", z.object({ n: z.coerce.bigint() }), { n: 5 }, WOULD_CHANGE],
  ])("%s denies what does not fit, and runs nothing", (_, held, args, message) => expectDenied(held, args, message));

  test("C34: a transformation that changes nothing of these arguments lets them pass", async () => {
    const held = z.object({ to: z.string().toLowerCase() });
    expect((await judge(held, { to: "ann" })).result.allowed).toBe(true);
    expect((await judge(held, { to: "Ann" })).result.allowed).toBe(false);
  });

  test("N02: no value and no message of the schema reaches the agent, nor a record of it the audit", async () => {
    const held = z.object({
      pin: z.literal("hunter2", { error: ({ input }) => `not ${String(input)}, it is hunter2` }),
    });
    const { gate, events } = keptGate({ args: { ok: held } });
    const result = await gate.run({ name: "ok", arguments: { pin: "letmein" } }, {}, effect());
    expect(JSON.stringify([result, events])).not.toMatch(/hunter2|letmein/);
  });
});

describe("a schema of any library", () => {
  test.each<[string, (value: unknown) => unknown]>([
    ["throws", boom],
    ["rejects", async () => boom()],
    [
      "throws nothing",
      () => {
        throw undefined;
      },
    ],
    ["answers nothing", () => undefined],
    ["answers null", async () => null],
    ["answers with issues that are no list", () => ({ issues: 7 })],
    [
      "answers with issues that throw",
      () => ({
        get issues() {
          return boom();
        },
      }),
    ],
    ["answers with an issue that is null", () => ({ issues: [null] })],
    ["answers with a path that is no list", () => ({ issues: [{ message: "", path: 7 }] })],
    [
      "answers with a value that throws when it is read",
      (value) => ({ value: new Proxy(value as object, { ownKeys: boom }) }),
    ],
    ["answers with what throws when it is looked at", () => new Proxy({}, { has: boom, get: boom })],
  ])("that %s denies, runs nothing, and tells the agent nothing", async (_, validate) => {
    const { result, ran } = await judge(schema(validate), { a: 1 });
    expect(result.allowed).toBe(false);
    expect(ran).toBe(0);
    expect(JSON.stringify(result)).not.toContain("boom");
  });

  test("O10: that throws is named in the audit, and the denial says that it may pass later", async () => {
    const { result, cause } = await judge(schema(boom), {});
    expect(result).toMatchObject({
      denial: denial("unavailable", UNAVAILABLE, { retryable: true }),
      decision: { code: "unavailable", rule: "(args)" },
    });
    expect(cause).toBe("Error: boom");
  });

  test.each<[string, unknown]>([
    ["true", true],
    ["an empty answer", {}],
    ["a value of nothing", { value: undefined }],
    ["a function", { value: () => 1 }],
    ["the value on a prototype", Object.create({ value: { a: 1 } })],
    ["an array for an object", { value: [1] }],
    ["another order of a list", { value: { a: 1, list: [2, 1] } }],
    ["one key less", { value: { a: 1 } }],
    ["a number as text", { value: { a: "1", list: [1, 2] } }],
  ])("that answers with %s denies", (_, answer) =>
    expectDenied(
      schema(() => answer),
      { a: 1, list: [1, 2] },
      WOULD_CHANGE,
    ),
  );

  test.each<[string, unknown]>([
    ["an empty list of issues", { issues: [], value: { a: 1 } }],
    [
      "issues on a prototype, as arktype has them",
      Object.assign(Object.create({ issues: [{ message: "no" }] }), { value: { a: 1 } }),
    ],
  ])("that answers with %s denies, whatever value stands beside", (_, answer) =>
    expectDenied(
      schema(() => answer),
      { a: 1 },
      answer instanceof Object && Object.hasOwn(answer, "issues")
        ? "arguments do not fit the tool's schema"
        : unfit("/"),
    ),
  );

  test.each<[string, unknown, string]>([
    ["keys", [{ key: "a" }, { key: 0 }], "/a/0"],
    ["symbols", [Symbol("s")], "/Symbol(s)"],
    ["more than a line", ["x".repeat(500), "\n\u202e"], `/${"x".repeat(79)}…`],
  ])("that names %s in a path is quoted", (_, path, told) =>
    expectDenied(
      schema(() => ({ issues: [{ message: "no", path }] })),
      {},
      unfit(told),
    ),
  );

  test("C34: sees a copy: what it changes is neither judged nor executed", async () => {
    const held = schema((value) => {
      Object.assign(value as object, { amount: 1 });
      (value as { list: number[] }).list.push(9);
      return { value: { amount: 5, list: [1] } };
    });
    const args = { amount: 5, list: [1] };
    const { result } = await judge(held, args);
    expect(result).toMatchObject({ allowed: true, value: { amount: 5, list: [1] } });
    expect(args).toEqual({ amount: 5, list: [1] });
  });

  test("C34: that changes its copy and gives it back changes the arguments, and denies", () =>
    expectDenied(
      schema((value) => ({ value: Object.assign(value as object, { amount: 1 }) })),
      { amount: 5 },
      WOULD_CHANGE,
    ));

  test("is called with its own `this`, and reads no key that the arguments do not have", async () => {
    const standard = {
      version: 1 as const,
      vendor: "test",
      limit: 10,
      validate(value: unknown) {
        return (value as { amount: number }).amount < this.limit ? { value } : { issues: [{ message: "" }] };
      },
    };
    expect((await judge({ "~standard": standard }, { amount: 5 })).result.allowed).toBe(true);
    expect((await judge({ "~standard": standard }, { amount: 50 })).result.allowed).toBe(false);
  });
});

describe("when a schema is asked", () => {
  const spy = () => vi.fn((value: unknown) => ({ value }));

  test.each<[string, string, Args]>([
    ["hidden", "secret", {}],
    ["not listed", "unlisted", {}],
    ["denied by a rule", "pay", { amount: 500 }],
  ])("a tool that is %s never runs its schema", async (_, name, args) => {
    const validate = spy();
    const { result } = await judge(schema(validate), args, name);
    expect(result.allowed).toBe(false);
    expect(validate).not.toHaveBeenCalled();
  });

  test("calls of other tools, and of other kinds by the same name, are not held to it", async () => {
    const { gate } = keptGate({ args: { pay: schema(() => ({ issues: [] })) } });
    for (const call of [{ name: "ok" }, { name: "pay", kind: "prompt" as const }]) {
      expect((await gate.run(call, {}, effect())).allowed).toBe(true);
    }
  });

  test("it is the name exactly: another case is another tool", async () => {
    const { gate } = keptGate({ args: { OK: schema(() => ({ issues: [] })) } });
    expect((await gate.run({ name: "ok" }, {}, effect())).allowed).toBe(true);
  });

  test("what it refuses costs nothing, and is not put to a person", async () => {
    const held = schema((value) => ((value as Args).good === true ? { value } : { issues: [] }));
    const { gate } = keptGate({ args: { once: held, asked: held } });
    const outcome = async (name: string, args: Args) =>
      (await gate.run({ name, arguments: args }, {}, effect())).decision.code;
    expect(await outcome("once", {})).toBe("invalid_arguments");
    expect(await outcome("once", { good: true })).toBe("allowed");
    expect(await outcome("asked", {})).toBe("invalid_arguments");
    expect(await outcome("asked", { good: true })).toBe("approval_required");
  });

  test("the gate may close, or the call be given up, while it thinks: nothing runs", async () => {
    for (const end of ["close", "abort"] as const) {
      const thinking = holder<Result>();
      const held = schema(thinking);
      const { gate } = keptGate({ args: { ok: held } });
      const abort = new AbortController();
      const run = effect();
      const running = gate.run({ name: "ok" }, { signal: abort.signal }, run);
      await Promise.resolve();
      if (end === "close") await gate.close();
      else abort.abort();
      thinking.answer(0, { value: {} });
      expect((await running).allowed).toBe(false);
      expect(run.times).toBe(0);
    }
  });

  describe("in time", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    test("O11: one that never answers denies within `timeouts.resolve`, and no timer is left", async () => {
      const judged = judge(
        schema(() => new Promise(() => undefined)),
        {},
        "ok",
        { timeouts: { resolve: 700 } },
      );
      await vi.advanceTimersByTimeAsync(699);
      expect(vi.getTimerCount()).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      const { result, ran, cause } = await judged;
      expect(result).toMatchObject({ denial: denial("unavailable", UNAVAILABLE, { retryable: true }) });
      expect([ran, cause, vi.getTimerCount()]).toEqual([0, "Error: a resolver did not answer in time", 0]);
    });
  });
});

describe("the option", () => {
  const thrown = (args: unknown): unknown => {
    try {
      return createGate({ policy: POLICY as never, args: args as never });
    } catch (error) {
      return error;
    }
  };

  test.each<[string, unknown, string]>([
    ["text", "zod", "option `args` must be an object of Standard Schemas by the names of tools"],
    ["null", null, "option `args` must be an object of Standard Schemas by the names of tools"],
    ["a list", [AMOUNT], "option `args` must be an object of Standard Schemas by the names of tools"],
    ["of a schema that is none", { pay: {} }, "option `args`: no Standard Schema for `pay`"],
    ["of a JSON Schema", { pay: { type: "object" } }, "option `args`: no Standard Schema for `pay`"],
    ["of nothing", { pay: undefined }, "option `args`: no Standard Schema for `pay`"],
    [
      "of another version",
      { pay: { "~standard": { version: 2, vendor: "v", validate: boom } } },
      "option `args`: no Standard Schema for `pay`",
    ],
    [
      "of no function",
      { pay: { "~standard": { version: 1, vendor: "v", validate: "x" } } },
      "option `args`: no Standard Schema for `pay`",
    ],
    [
      "of a getter that throws",
      {
        pay: {
          get "~standard"() {
            return boom();
          },
        },
      },
      "option `args`: no Standard Schema for `pay`",
    ],
    [
      "by a pattern",
      { "read_*": AMOUNT },
      "option `args`: the name `read_*` must be exact: patterns are not read here",
    ],
    ["by the empty name", { "": AMOUNT }, "option `args`: the name `` must not be empty"],
    [
      "by a name that no tool has",
      { "a\u200b": AMOUNT },
      "option `args`: the name `a\\u{200b}` must not hold control, invisible or unpaired characters",
    ],
  ])("that is %s is refused", (_, args, message) => {
    const error = thrown(args);
    expect(error).toEqual(new OptionsError(message));
    expect((error as CallgateError).code).toBe("invalid_options");
  });

  test("C31: is read once: a getter that answers differently later, and a schema that is taken away, change nothing", async () => {
    const refusing = AMOUNT["~standard"];
    const answers: unknown[] = [refusing];
    let reads = 0;
    const pay = {
      get "~standard"() {
        reads++;
        return answers.shift() ?? { version: 1, vendor: "v", validate: (value: unknown) => ({ value }) };
      },
    };
    const args: Record<string, StandardSchema> = { ok: pay as StandardSchema, pay: AMOUNT };
    const { gate } = keptGate({ args });
    delete args.pay;
    Reflect.set(
      args,
      "ok",
      schema((value) => ({ value })),
    );
    for (const name of ["ok", "pay"]) {
      expect((await gate.run({ name, arguments: { amount: 70 } }, {}, effect())).decision.code).toBe(
        "invalid_arguments",
      );
    }
    expect(reads).toBe(1);
  });

  test("B08: names of a prototype are names like any other, and no other tool has a schema", async () => {
    const policy = { version: "1", default: "allow" } as never;
    const { gate } = keptGate({
      policy,
      args: Object.defineProperty({}, "__proto__", { value: AMOUNT, enumerable: true }),
    });
    expect((await gate.run({ name: "__proto__" }, {}, effect())).allowed).toBe(false);
    for (const name of ["constructor", "toString", "ok"])
      expect((await gate.run({ name }, {}, effect())).allowed).toBe(true);
  });

  test("O13: a schema on a prototype is nobody's", async () => {
    Object.defineProperty(Object.prototype, "ok", { value: schema(boom), configurable: true });
    try {
      const { gate } = keptGate({ args: {} });
      expect((await gate.run({ name: "ok" }, {}, effect())).allowed).toBe(true);
    } finally {
      Reflect.deleteProperty(Object.prototype, "ok");
    }
  });
});
