import { describe, expect, test } from "vitest";
import { answer, call, failure, notification, refusals, request } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const NO_BATCHES = "batches are not accepted";

describe.each(SIDES)("a message from the caller, %s side", (side) => {
  test.each([
    ["empty", [], []],
    ["of one call", [call(1, "ok")], [failure(1, -32600, NO_BATCHES)]],
    [
      "of several",
      [call(1, "ok"), call("b", "secret")],
      [failure(1, -32600, NO_BATCHES), failure("b", -32600, NO_BATCHES)],
    ],
    ["nested", [[call(1, "ok")]], []],
    ["of notification calls", [notification("tools/call", { name: "ok" })], []],
    ["of answers and junk", [answer(1, {}), null, 7, "x"], []],
  ])("D01, hazard 6: a batch %s is refused whole, each request in it answered", async (_, batch, told) => {
    const bench = await openBench(side);
    await bench.ask(batch);
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual(told);
    expect(refusals(bench)).toMatchObject([{ code: "batch", message: NO_BATCHES }]);
    expect(bench.events).toHaveLength(1);
  });

  test("D02, hazard 13: a tool call without an id is dropped and recorded", async () => {
    const bench = await openBench(side);
    await bench.ask(notification("tools/call", { name: "ok" }));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "notification_call", method: "tools/call" }]);
  });

  test.each([
    ["null", null],
    ["undefined", undefined],
    ["a fraction", 1.5],
    ["not a number", Number.NaN],
    ["over 2^53", 2 ** 53],
    ["an object", {}],
    ["an array", [1]],
    ["a boolean", true],
    ["a big integer", 1n],
  ])("hazard 13: a call whose id is %s is dropped and recorded, not answered", async (_, id) => {
    const bench = await openBench(side);
    await bench.ask({ ...call(0, "ok"), id });
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed", requestId: undefined }]);
  });

  const INHERITED = "a message must be JSON, found an instance of a class";
  test.each([
    ["no params", request(1, "tools/call"), -32602, "the name of a tool must be a string"],
    ["no name", request(1, "tools/call", {}), -32602, "the name of a tool must be a string"],
    ["an inherited name", request(1, "tools/call", Object.create({ name: "ok" })), -32602, INHERITED],
    ["params as an array", request(1, "tools/call", ["ok"]), -32600, "`params` must be an object"],
    ["params as text", request(1, "tools/call", "ok"), -32600, "`params` must be an object"],
    ["params as null", request(1, "tools/call", null), -32600, "`params` must be an object"],
  ])("D04: a call with %s is refused", async (_, message, code, reason) => {
    const bench = await openBench(side);
    await bench.ask(message);
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, code, reason)]);
    expect(refusals(bench)).toMatchObject([{ method: "tools/call", requestId: 1, message: reason }]);
    expect(bench.events).toHaveLength(1);
  });

  test.each([
    ["an array", []],
    ["a filled array", ["ok"]],
    ["text", "{}"],
    ["a number", 1],
    ["null", null],
    ["true", true],
  ])("D05: arguments that are %s are refused, never forwarded unjudged", async (_, args) => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok", args));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32602, "`arguments` must be an object")]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "invalid_arguments" }]);
  });

  test.each([
    ["method and result", { ...call(1, "ok"), result: {} }, [1]],
    ["method and error", { ...call(1, "ok"), error: { code: 1, message: "" } }, [1]],
    ["result and error", { jsonrpc: "2.0", id: 1, result: {}, error: { code: 1, message: "" } }, []],
    ["neither", { jsonrpc: "2.0", id: 1 }, []],
  ])("D07: a message with %s is refused", async (_, message, answered) => {
    const bench = await openBench(side);
    await bench.ask(message);
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject(answered.map((id) => ({ id, error: { code: -32600 } })));
    expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed" }]);
  });

  test.each([
    ["missing", undefined],
    ["1.0", "1.0"],
    ["a number", 2],
    ["with a space", "2.0 "],
  ])("D08: a message whose `jsonrpc` is %s is refused", async (_, jsonrpc) => {
    const bench = await openBench(side);
    await bench.ask({ ...call(1, "ok"), jsonrpc });
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32600, '`jsonrpc` must be "2.0"')]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed", method: "tools/call" }]);
  });

  test.each([
    ["an extra member", { ...call(1, "ok"), extra: 1 }],
    ["a second name beside params", { ...call(1, "ok"), name: "secret" }],
    ["an own `__proto__`", Object.assign(JSON.parse('{"__proto__":{"method":"tools/call"}}'), call(1, "ok"))],
  ])("hazard 14: a call with %s at the top is refused", async (_, message) => {
    const bench = await openBench(side);
    await bench.ask(message);
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: -32600 } }]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed" }]);
  });

  test.each(["Tools/Call", "tools/Call", "TOOLS/CALL", "tools/call ", " tools/call", "tools//call", "tools/call\0"])(
    "hazard 14: the method %j is no tool call and under default deny no method",
    async (method) => {
      const bench = await openBench(side);
      await bench.ask(request(1, method, { name: "ok", arguments: {} }));
      expect(bench.asked).toEqual([]);
      expect(bench.told).toEqual([failure(1, -32601, "Method not found")]);
      expect(bench.events).toMatchObject([{ type: "decision", kind: "method", outcome: "deny" }]);
    },
  );

  test.each([[""], [7], [null], [["tools/call"]], [{ toString: () => "tools/call" }], [Symbol("tools/call")]])(
    "hazard 14: a method that is %o is refused",
    async (method) => {
      const bench = await openBench(side);
      await bench.ask({ ...call(1, "ok"), method });
      expect(bench.asked).toEqual([]);
      expect(bench.told).toMatchObject([{ id: 1, error: { code: -32600 } }]);
      expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed" }]);
    },
  );

  test.each([[null], [undefined], [7], ["tools/call"], [true], [1n], [Symbol("x")], [() => call(1, "ok")]])(
    "what is no object (%o) is dropped and recorded",
    async (message) => {
      const bench = await openBench(side);
      await bench.ask(message);
      expect(bench.asked).toEqual([]);
      expect(bench.told).toEqual([]);
      expect(bench.errors).toEqual([]);
      expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed" }]);
    },
  );
});
