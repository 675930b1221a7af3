import { describe, expect, test } from "vitest";
import { call, decisions, denied, failure, refusals, request } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const PAY = {
  version: "1",
  default: "deny",
  tools: { pay: { deny_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }] }] }, ok: {} },
} as const;

/** A value that answers `first` to the first read and `later` to every other. */
function turncoat<T>(first: T, later: T): () => T {
  let reads = 0;
  return () => (reads++ === 0 ? first : later);
}

function getter(key: string, read: () => unknown): object {
  return Object.defineProperty({}, key, { get: read, enumerable: true });
}

class Money {
  amount = 5;
}

describe.each(SIDES)("the values of a call, %s side", (side) => {
  test.each([
    [
      "amount behind a getter",
      () => call(1, "pay", getter("amount", turncoat(50, 5000))),
      call(1, "pay", { amount: 50 }),
    ],
    [
      "arguments behind a getter",
      () =>
        request(1, "tools/call", {
          name: "pay",
          ...{},
          ...{},
          get arguments() {
            return { amount: 50 };
          },
        }),
      call(1, "pay", { amount: 50 }),
    ],
    ["name behind a getter", () => request(1, "tools/call", getter("name", turncoat("ok", "secret"))), call(1, "ok")],
    [
      "params behind a getter",
      () =>
        Object.assign(getter("params", turncoat({ name: "ok" }, { name: "secret" })), {
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
        }),
      call(1, "ok"),
    ],
    [
      "method behind a getter",
      () =>
        Object.assign(getter("method", turncoat("tools/call", "ping")), {
          jsonrpc: "2.0",
          id: 1,
          params: { name: "ok" },
        }),
      call(1, "ok"),
    ],
    [
      "arguments as a Proxy",
      () => call(1, "pay", new Proxy({ amount: 0 }, { get: turncoat<unknown>(50, 5000) })),
      call(1, "pay", { amount: 50 }),
    ],
  ])("C31, hazard 11: %s is read once, and what was judged is what is forwarded", async (_, message, forwarded) => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(message());
    expect(bench.asked).toEqual([forwarded]);
    expect(JSON.parse(JSON.stringify(bench.asked))).toEqual([forwarded]);
    expect(bench.told).toEqual([]);
  });

  test("C31: a method that turns into a tool call after it was read is not forwarded as one", async () => {
    const bench = await openBench(side, { policy: PAY });
    const method = turncoat("ping", "tools/call");
    await bench.ask(Object.assign(getter("method", method), { jsonrpc: "2.0", id: 1, params: { name: "secret" } }));
    expect(bench.asked).toEqual([request(1, "ping", { name: "secret" })]);
  });

  test("C32: what the caller changes after it sent is not forwarded", async () => {
    let release: (grant: string) => void = () => undefined;
    const grant = () =>
      new Promise<string>((resolve) => {
        release = resolve;
      });
    const bench = await openBench(side, { policy: PAY, grant });
    const message = call(1, "pay", { amount: 50 });
    const sent = bench.ask(message);
    (message.params as { name: string }).name = "secret";
    (message.params as { arguments: { amount: number } }).arguments.amount = 5000;
    release("a");
    await sent;
    await new Promise(setImmediate);
    expect(bench.asked).toEqual([call(1, "pay", { amount: 50 })]);
  });

  test("C32: the copy that is forwarded shares nothing with what was sent", async () => {
    const bench = await openBench(side, { policy: PAY });
    const nested = { list: [{ a: 1 }] };
    await bench.ask(call(1, "ok", nested));
    nested.list[0] = { a: 2 };
    expect(bench.asked).toEqual([call(1, "ok", { list: [{ a: 1 }] })]);
  });

  test.each([
    ["undefined", undefined, "undefined"],
    ["a function", () => 5, "a function"],
    ["a symbol", Symbol("x"), "a symbol"],
    ["a Date", new Date(0), "an instance of a class"],
    ["a Map", new Map(), "an instance of a class"],
    ["a big integer", 5n, "a bigint"],
    ["an instance of a class", new Money(), "an instance of a class"],
    ["NaN", Number.NaN, "a number that is not finite"],
    ["infinite", Number.POSITIVE_INFINITY, "a number that is not finite"],
    ["a boxed number", Object(5), "an instance of a class"],
    ["a typed array", new Uint8Array(1), "an instance of a class"],
    ["a hole in an array", new Array(1), "undefined"],
  ])("C04, C05: an argument that is %s is refused where it stands", async (name, value, what) => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(call(1, "pay", { "a/b": { amount: value } }));
    const hole = name.startsWith("a hole") ? "/0" : "";
    const reason = `a message must be JSON, found ${what} at /arguments/a~1b/amount${hole}`;
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32602, reason)]);
    expect(refusals(bench)).toMatchObject([{ message: reason }]);
  });

  test("C05: 1e999 on the wire is infinite, and refused", async () => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(
      JSON.parse('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ok","arguments":{"n":1e999}}}'),
    );
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: -32602 } }]);
  });

  test("hazard 11: `toJSON` is a function and no argument", async () => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(call(1, "pay", { amount: 5, toJSON: () => ({ amount: 5000 }) }));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: -32602 } }]);
  });

  test.each([
    [
      "a getter",
      getter("amount", () => {
        throw new Error("hunter2");
      }),
    ],
    [
      "a Proxy",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("hunter2");
          },
        },
      ),
    ],
  ])("hazard 11: %s that throws is refused, and what it threw is told nobody", async (_, args) => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(call(1, "pay", args));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: -32602 } }]);
    expect(JSON.stringify([bench.told, bench.events])).not.toContain("hunter2");
    expect(bench.errors).toEqual([]);
  });

  test("hazard 11: a revoked Proxy as a message does not throw into the transport and is not forwarded", async () => {
    const bench = await openBench(side);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    await bench.ask(proxy).catch(() => undefined);
    expect([bench.asked, bench.told]).toEqual([[], []]);
  });

  test("C17, hazard 12: `__proto__` in arguments is a key, kept and never walked through", async () => {
    const bench = await openBench(side, { policy: PAY });
    const args = JSON.parse('{"__proto__":{"amount":5000,"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    await bench.ask(call(1, "pay", args));
    expect(JSON.stringify(bench.asked)).toBe(JSON.stringify([call(1, "pay", args)]));
    expect(decisions(bench)).toMatchObject([{ argumentKeys: ["__proto__", "constructor"], outcome: "allow" }]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("hazard 12: `__proto__` in params or at the top names no tool and no arguments", async () => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(request(1, "tools/call", JSON.parse('{"__proto__":{"name":"ok"}}')));
    await bench.ask(request(2, "tools/call", JSON.parse('{"name":"pay","__proto__":{"arguments":{"amount":1}}}')));
    expect(JSON.stringify(bench.asked)).toBe(
      '[{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"pay","__proto__":{"arguments":{"amount":1}}}}]',
    );
    expect(bench.told).toEqual([failure(1, -32602, "the name of a tool must be a string")]);
  });

  test.each([
    ["too deep", { depth: 4 }, { a: { b: { c: { d: {} } } } }, "values nested deeper than 4"],
    ["too many", { values: 10 }, { list: new Array(11).fill(0) }, "more than 10 values"],
    ["a sparse array that claims to be huge", {}, { list: new Array(4_294_967_295) }, "more than 1000000 values"],
    ["a cycle", {}, cyclic(), "values nested deeper than 128"],
  ])("hazard 12: values that are %s are refused before they are judged", async (_, caps, args, what) => {
    const bench = await openBench(side, { policy: PAY, caps });
    await bench.ask(call(1, "ok", args));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: -32602, message: expect.stringContaining(what) } }]);
  });

  test("hazard 12: a million-deep value from the wire is refused without overflowing the stack", async () => {
    const bench = await openBench(side, { policy: PAY });
    let deep: unknown = {};
    for (let level = 0; level < 1_000_000; level++) deep = { deep };
    await bench.ask(call(1, "ok", deep));
    await bench.ask({ ...call(2, "ok"), deep });
    await bench.ask({ jsonrpc: "2.0", id: 3, result: deep });
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([
      { id: 1, error: { code: -32602 } },
      { id: 2, error: { code: -32600 } },
    ]);
  });

  test("C07: an argument over 2^53 is an error where a rule compares it", async () => {
    const bench = await openBench(side, { policy: PAY });
    await bench.ask(call(1, "pay", JSON.parse('{"amount":-9007199254740993}')));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([denied(1, "denied", "the policy forbids this call")]);
  });
});

function cyclic(): object {
  const loop: { self?: object } = {};
  loop.self = loop;
  return loop;
}
