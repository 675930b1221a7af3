import { createGate, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { holder } from "./held.ts";
import { dailyLimit, overLimit } from "./limited.ts";
import { answer, call, decisions, outcomes, refusals, request, unavailable } from "./messages.ts";
import { clock, drained, OK_ONLY, openBench, prepareBench, SIDES } from "./raw-transport.ts";

describe.each(SIDES)("closing, %s side", (side) => {
  test("K11: calls that were forwarded settle once as closed, and keep their charge", async () => {
    const gate = createGate({ policy: parsePolicy(dailyLimit(2)), clock });
    const bench = await openBench(side, gate, { server: "s" });
    await bench.ask(call(1, "ok"));
    await bench.ask(call(2, "ok"));
    await bench.guarded.close();
    const next = await openBench(side, gate, { server: "s" });
    await next.ask(call(1, "ok"));
    expect(next.asked).toEqual([]);
    expect(next.told).toEqual([overLimit(1)]);
  });

  test("K11: every forwarded call has one outcome when the connection goes, and a late answer is dropped", async () => {
    const bench = await openBench(side, { policy: dailyLimit(5) });
    await bench.ask(call(1, "ok"));
    await bench.ask(call(2, "ok"));
    await bench.reply(answer(1, {}));
    bench.raw.onclose?.();
    bench.raw.onclose?.();
    await bench.reply(answer(2, {})).catch(() => undefined);
    expect(outcomes(bench)).toEqual([
      { result: "ok", refunded: false },
      { result: "closed", refunded: false },
    ]);
    expect(bench.told).toEqual([answer(1, {})]);
    expect(refusals(bench)).toMatchObject([{ code: "unknown_response", requestId: 2 }]);
  });

  test.each([
    ["by its consumer", (bench: { guarded: { close(): Promise<void> } }) => bench.guarded.close()],
    ["by the other end", async (bench: { raw: { onclose?: (() => void) | undefined } }) => bench.raw.onclose?.()],
  ])("O08, hazard 18: closed %s, a held call is not forwarded and not charged", async (_, close) => {
    const grant = holder<string>();
    const bench = await openBench(side, { policy: dailyLimit(1), grant });
    const sent = bench.ask(call(1, "ok")).catch(() => "rejected");
    await close(bench);
    grant.answer(0, "a");
    await drained();
    expect(await sent).toBe(side === "client" ? "rejected" : undefined);
    expect([bench.asked, bench.told, bench.errors]).toEqual([[], [], []]);
    expect(decisions(bench)).toMatchObject([{ outcome: "deny", rule: "(cancelled)", charges: [] }]);
  });

  test("O08: after the close nothing that a policy judges is forwarded, and nothing charged", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    await bench.guarded.close();
    const refused = await bench.ask(call(1, "ok")).catch((error: Error) => error.message);
    expect(refused).toBe(side === "client" ? "the transport is closed" : undefined);
    expect(bench.asked).toEqual([]);
    expect(outcomes(bench)).toEqual([{ result: "not_executed", refunded: true }]);
  });

  test("O08: closing twice, or before the start, closes the transport as often and throws nothing", async () => {
    const bench = await openBench(side);
    await bench.guarded.close();
    await bench.guarded.close();
    expect(bench.raw.closes).toBe(2);
    expect(bench.errors).toEqual([]);
  });

  test("O08: a gate that is closed denies held calls at once and later ones for good", async () => {
    const grant = holder<string>();
    const gate = createGate({ policy: parsePolicy(OK_ONLY), grant });
    const bench = await openBench(side, gate, { server: "s" });
    void bench.ask(call(1, "ok"));
    await gate.close();
    await drained();
    await bench.ask(call(2, "ok"));
    expect(bench.told).toEqual([unavailable(1), unavailable(2, false)]);
    grant.answer(0, "a");
    await drained();
    expect(bench.asked).toEqual([]);
    expect(bench.told).toHaveLength(2);
  });

  test("O08: a gate that is closed lists nothing and lets no unknown method through", async () => {
    const gate = createGate({ policy: parsePolicy({ version: "1", default: "allow" }) });
    const bench = await openBench(side, gate, { server: "s" });
    await gate.close();
    await bench.ask(request(1, "vendor/run"));
    await bench.reply(request(2, "vendor/run"));
    expect(bench.asked).toMatchObject([{ id: 2, error: { code: -32601 } }]);
    expect(bench.told).toMatchObject([{ id: 1, error: { code: -32601 } }]);
  });

  test("K11: a gate that is closed leaves the calls that run alone", async () => {
    const gate = createGate({ policy: parsePolicy(OK_ONLY) });
    const bench = await openBench(side, gate, { server: "s" });
    await bench.ask(call(1, "ok"));
    await gate.close();
    await bench.reply(answer(1, { content: [] }));
    expect(bench.told).toEqual([answer(1, { content: [] })]);
  });
});

test("O08: a transport that is started again after a close forwards again", async () => {
  const bench = await openBench("client");
  await bench.guarded.close();
  await bench.guarded.start();
  await bench.ask(call(1, "ok"));
  expect(bench.asked).toEqual([call(1, "ok")]);
});

test("O08: before the start a client forwards nothing, and charges nothing", async () => {
  const bench = prepareBench("client", { policy: dailyLimit(1) });
  await expect(bench.ask(call(1, "ok"))).rejects.toThrow("the transport is not started");
  await bench.open();
  await bench.ask(call(2, "ok"));
  expect(bench.asked).toEqual([call(2, "ok")]);
  expect(bench.told).toEqual([]);
});
