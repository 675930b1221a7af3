import { describe, expect, test } from "vitest";
import { answer, call, failure, outcomes, refusals, request, toolList } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const MALFORMED = failure(1, -32603, "malformed response");

describe.each(SIDES)("a message from the called, %s side", (side) => {
  test("D01: a batch is dropped and recorded", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply([toolList(1, "secret"), toolList(1, "ok")]);
    expect(bench.told).toEqual([]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "batch" }]);
  });

  test.each([
    ["both result and error", { jsonrpc: "2.0", id: 1, result: {}, error: { code: 1, message: "" } }],
    ["result and a null error", { jsonrpc: "2.0", id: 1, result: { tools: [{ name: "secret" }] }, error: null }],
    ["neither result nor error", { jsonrpc: "2.0", id: 1 }],
  ])("D07: an answer with %s ends the call with an error, not with a wait", async (_, message) => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.reply(message);
    expect(bench.told).toEqual([MALFORMED]);
    expect(refusals(bench)).toMatchObject([{ code: "malformed" }]);
    expect(outcomes(bench)).toEqual([{ result: "protocol_error", refunded: false }]);
  });

  test("D07: an answer that also has a method is no answer, and leaks no list", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply({ ...toolList(1, "secret"), method: "ping" });
    expect(bench.told).toEqual([]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed" }]);
  });

  test.each([
    ["missing", undefined],
    ["1.0", "1.0"],
  ])("D08: an answer whose `jsonrpc` is %s is refused, and the caller told", async (_, jsonrpc) => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.reply({ ...answer(1, { content: [] }), jsonrpc });
    expect(bench.told).toEqual([MALFORMED]);
  });

  test.each([
    ["without `jsonrpc`", { id: 9, method: "ping" }],
    ["with an extra member", { ...request(9, "ping"), tools: [{ name: "secret" }] }],
    ["with params that are an array", request(9, "sampling/createMessage", [])],
    ["with the id null", { ...request(null, "vendor/run"), id: null }],
    ["with a fraction for an id", request(1.5, "vendor/run")],
    ["with a method that is no text", request(9, 7 as unknown as string)],
  ])("D08, hazard 14: a request %s is refused", async (_, message) => {
    const bench = await openBench(side);
    await bench.reply(message);
    expect(bench.told).toEqual([]);
    expect(refusals(bench)).toMatchObject([{ code: "malformed" }]);
  });

  test("D10: a notification unknown to MCP is dropped under default deny, as a request would be", async () => {
    const bench = await openBench(side);
    await bench.reply({ jsonrpc: "2.0", method: "vendor/event", params: { tools: ["secret"] } });
    expect(bench.told).toEqual([]);
    expect(bench.events).toMatchObject([{ type: "decision", kind: "method", name: "vendor/event", outcome: "deny" }]);
  });

  test.each([[null], [undefined], [7], ["x"], [true]])(
    "what is no object (%o) is dropped and recorded",
    async (message) => {
      const bench = await openBench(side);
      await bench.reply(message);
      expect(bench.told).toEqual([]);
      expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed" }]);
    },
  );

  test("wrong direction: a tool call from the called is refused, answered and recorded", async () => {
    const bench = await openBench(side);
    await bench.reply(call(5, "ok"));
    expect(bench.told).toEqual([]);
    expect(bench.asked).toEqual([failure(5, -32601, "Method not found")]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "wrong_direction", requestId: 5 }]);
  });

  test("wrong direction: a tool call without an id from the called is dropped and recorded", async () => {
    const bench = await openBench(side);
    await bench.reply({ jsonrpc: "2.0", method: "tools/call", params: { name: "ok" } });
    expect([bench.told, bench.asked]).toEqual([[], []]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "wrong_direction" }]);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    "hazard 11: an answer whose result changes after read %i leaks no list",
    async (reads) => {
      const bench = await openBench(side);
      await bench.ask(request(1, "ping"));
      const result = turncoat(reads, {}, { tools: [{ name: "secret" }] });
      await bench.reply(Object.defineProperty({ jsonrpc: "2.0", id: 1 }, "result", { get: result, enumerable: true }));
      expect(JSON.stringify(bench.told)).not.toContain("secret");
    },
  );

  test.each([1, 2, 3, 4, 5, 6])(
    "hazard 11: a listed tool whose name changes after read %i does not become a hidden one",
    async (reads) => {
      const bench = await openBench(side);
      await bench.ask(request(1, "tools/list"));
      const tool = Object.defineProperty({}, "name", { get: turncoat(reads, "ok", "secret"), enumerable: true });
      await bench.reply(answer(1, { tools: [tool] }));
      expect(JSON.stringify(bench.told)).not.toContain("secret");
    },
  );

  test.each([1, 2, 3, 4])(
    "hazard 11: a message whose method changes after read %i is not handed on as a tool call",
    async (reads) => {
      const bench = await openBench(side);
      const method = turncoat(reads, "ping", "tools/call");
      await bench.reply(Object.defineProperty({ jsonrpc: "2.0", id: 1 }, "method", { get: method, enumerable: true }));
      expect(JSON.stringify(bench.told)).not.toContain("tools/call");
    },
  );

  test("a member of an answer that is called `__proto__` is a member like any other", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    const reply = '{"jsonrpc":"2.0","id":1,"result":{"__proto__":{"tools":[{"name":"secret"}]},"content":[]}}';
    await bench.reply(JSON.parse(reply));
    expect(JSON.stringify(bench.told)).toBe(`[${reply}]`);
  });
});

/** A value that is `first` for so many reads, and `later` from then on. */
function turncoat<T>(reads: number, first: T, later: T): () => T {
  let done = 0;
  return () => (done++ < reads ? first : later);
}
