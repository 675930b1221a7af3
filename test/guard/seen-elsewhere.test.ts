import { describe, expect, test } from "vitest";
import { call, notPermitted, request } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

describe.each(SIDES)("what was seen in comparable products, %s side", (side) => {
  test.each([
    ["no params", undefined],
    ["params that are a string", "pay"],
    ["a name in a list", { name: ["ok"] }],
    ["arguments that are a string", { name: "ok", arguments: '{"amount":1}' }],
    ["arguments that are a list", { name: "ok", arguments: [1] }],
  ])("Q07: a call whose parameters cannot be read (%s) is answered and never forwarded", async (_what, params) => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/call", params));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: expect.any(Number) } }]);
  });

  test("Q18: a denial is a tool result that a model can read, not an error of the protocol or the transport", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "unlisted"));
    expect(bench.told).toEqual([notPermitted(1)]);
    expect(bench.errors).toEqual([]);
  });
});
