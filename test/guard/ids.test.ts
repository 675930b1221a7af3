import { describe, expect, test } from "vitest";
import { answer, call, cancel, failure, notPermitted, outcomes, refusals, request, toolList } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const IN_FLIGHT = "a request with this id is in flight";
const ALL = { version: "1", default: "allow", hide: ["secret"] } as const;

describe.each(SIDES)("ids, %s side", (side) => {
  test.each([[0], [""], ["1"], [1], [-1], ["\ud800"], ["__proto__"], [2 ** 53 - 1], ["server-discover-probe-1"]])(
    "hazard 8: %j is an id, answered once and then free again",
    async (id) => {
      const bench = await openBench(side);
      for (const round of [1, 2]) {
        await bench.ask(call(id, "ok", { round }));
        await bench.reply(answer(id, { round }));
      }
      expect(bench.asked).toEqual([call(id, "ok", { round: 1 }), call(id, "ok", { round: 2 })]);
      expect(bench.told).toEqual([answer(id, { round: 1 }), answer(id, { round: 2 })]);
      expect(refusals(bench)).toEqual([]);
    },
  );

  test('hazard 8: 1 and "1" are two ids, each answered by its own', async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.ask(call("1", "ok"));
    await bench.reply(answer("1", { of: "text" }));
    await bench.reply(answer(1, { of: "number" }));
    expect(bench.asked).toEqual([call(1, "ok"), call("1", "ok")]);
    expect(bench.told).toEqual([answer("1", { of: "text" }), answer(1, { of: "number" })]);
  });

  test.each([["1"], [" 1 "], ["1.0"], ["0x1"], ["1e0"], [true], [null], [[1]], [1.5], [undefined]])(
    "hazard 8: an answer to %j is none to 1, and its list does not pass",
    async (id) => {
      const bench = await openBench(side);
      await bench.ask(request(1, "tools/list"));
      await bench.reply({ ...toolList(1, "secret"), id });
      expect(bench.told).toEqual([]);
      expect(bench.events).toMatchObject([{ type: "refusal", code: "unknown_response" }]);
    },
  );

  test("hazard 8, D19: an answer to nothing is dropped and recorded", async () => {
    const bench = await openBench(side);
    await bench.reply(answer(1, { tools: [{ name: "secret" }] }));
    await bench.reply(failure(2, -32000, "no"));
    expect(bench.told).toEqual([]);
    expect(bench.events).toMatchObject([
      { type: "refusal", code: "unknown_response", requestId: 1 },
      { type: "refusal", code: "unknown_response", requestId: 2 },
    ]);
    expect(bench.events).toHaveLength(2);
  });

  test("hazard 8, D19: an answer before the call is not kept for it", async () => {
    const bench = await openBench(side);
    await bench.reply(answer(1, { forged: true }));
    await bench.ask(call(1, "ok"));
    expect(bench.told).toEqual([]);
    await bench.reply(answer(1, { forged: false }));
    expect(bench.told).toEqual([answer(1, { forged: false })]);
  });

  test("D19, K07: a second answer is dropped, and the call settles once", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.reply(answer(1, { first: true }));
    await bench.reply(answer(1, { first: false }));
    await bench.reply(failure(1, -32602, "no"));
    expect(bench.told).toEqual([answer(1, { first: true })]);
    expect(outcomes(bench)).toEqual([{ result: "ok", refunded: false }]);
    expect(refusals(bench).map(({ code }) => code)).toEqual(["unknown_response", "unknown_response"]);
  });

  test("hazard 7: a second request with an id in flight is refused, whatever it asks", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.ask(call(1, "ok"));
    await bench.ask(request(1, "tools/list"));
    await bench.ask(call(1, "secret"));
    const refused = failure(1, -32600, IN_FLIGHT);
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toEqual([refused, refused, refused]);
    expect(refusals(bench).map(({ code }) => code)).toEqual(["duplicate_id", "duplicate_id", "duplicate_id"]);
    await bench.reply(answer(1, { content: [] }));
    expect(bench.told.at(-1)).toEqual(answer(1, { content: [] }));
  });

  test("hazard 7: a held call keeps its id to itself", async () => {
    let release: (grant: string) => void = () => undefined;
    const grant = () =>
      new Promise<string>((resolve) => {
        release = resolve;
      });
    const bench = await openBench(side, { grant });
    const held = bench.ask(call(1, "ok"));
    await bench.ask(call(1, "ok", { second: true }));
    await bench.reply(answer(1, { forged: true }));
    expect(bench.told).toEqual([failure(1, -32600, IN_FLIGHT)]);
    release("a");
    await held;
    await new Promise(setImmediate);
    expect(bench.asked).toEqual([call(1, "ok")]);
  });

  test("hazard 7: -0 and 0 are one id", async () => {
    const bench = await openBench(side);
    await bench.ask(call(0, "ok"));
    await bench.ask(call(-0, "ok"));
    expect(bench.asked).toHaveLength(1);
    expect(bench.told).toMatchObject([{ error: { code: -32600, message: IN_FLIGHT } }]);
  });

  test("hazard 7: a denied call leaves its id free", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "secret"));
    await bench.ask(call(1, "ok"));
    expect(bench.told).toEqual([notPermitted(1)]);
    expect(bench.asked).toEqual([call(1, "ok")]);
  });

  test("hazard 7: the answer to a cancelled list is filtered though its id names another request by now", async () => {
    const bench = await openBench(side, { policy: ALL });
    await bench.ask(request(1, "tools/list"));
    await bench.ask(cancel(1));
    await bench.ask(request(1, "ping"));
    await bench.reply(toolList(1, "secret", "ok"));
    expect(bench.told).toEqual([toolList(1, "ok")]);
  });

  test("D20: an answer after the call was cancelled is dropped, and its charge stays", async () => {
    const limits = [{ counter: "n", window: "day", max: 1 }] as const;
    const bench = await openBench(side, { policy: { version: "1", default: "deny", tools: { ok: { limits } } } });
    await bench.ask(call(1, "ok"));
    await bench.ask(cancel(1));
    await bench.reply(answer(1, { content: [] }));
    await bench.ask(call(2, "ok"));
    expect(bench.asked).toEqual([call(1, "ok"), cancel(1)]);
    expect(bench.told).toMatchObject([{ id: 2, result: { isError: true } }]);
    expect(outcomes(bench)).toEqual([{ result: "cancelled", refunded: false }]);
    expect(refusals(bench)).toMatchObject([{ code: "unknown_response", requestId: 1 }]);
  });

  test("D22: an answer of the caller is no list and no end of a call, and passes as it is", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply(request(1, "sampling/createMessage", {}));
    await bench.ask(toolList(1, "secret", "ok"));
    expect(bench.asked).toEqual([request(1, "tools/list"), toolList(1, "secret", "ok")]);
    await bench.reply(toolList(1, "secret", "ok"));
    expect(bench.told.at(-1)).toEqual(toolList(1, "ok"));
  });
});
