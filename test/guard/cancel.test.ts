import { describe, expect, test } from "vitest";
import { holder } from "./held.ts";
import { dailyLimit, overLimit } from "./limited.ts";
import { answer, call, cancel, decisions, failure, outcomes, refusals, request } from "./messages.ts";
import { drained, openBench, SIDES } from "./raw-transport.ts";

describe.each(SIDES)("cancelling, %s side", (side) => {
  test("K04, hazard 18: a call cancelled while held dies: neither it nor its cancellation is forwarded", async () => {
    const grant = holder<string>();
    const bench = await openBench(side, { policy: dailyLimit(1), grant });
    void bench.ask(call(1, "ok"));
    await bench.ask(cancel(1));
    grant.answer(0, "a");
    await drained();
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([]);
    expect(decisions(bench)).toMatchObject([{ outcome: "deny", code: "unavailable", rule: "(cancelled)" }]);
  });

  test("K04: a call cancelled while its reservation is waited for gives the charge back", async () => {
    const reserve = holder<unknown>();
    const released: unknown[] = [];
    const store = {
      clock: "caller" as const,
      reserve: reserve as never,
      release: (reservation: unknown) => void released.push(reservation),
      read: () => [],
      renew: () => true,
      reset: () => undefined,
    };
    const bench = await openBench(side, { policy: dailyLimit(1), store });
    void bench.ask(call(1, "ok"));
    await bench.ask(cancel(1));
    const reservation = { charges: [] };
    reserve.answer(0, { ok: true, reservation, readings: [{ value: 1, resetsAt: 1 }] });
    await drained();
    expect(bench.asked).toEqual([]);
    expect(released).toEqual([reservation]);
  });

  test("K04: a call cancelled while its record is written is not forwarded, and gives the charge back", async () => {
    const written = holder<void>();
    const bench = await openBench(side, {
      policy: dailyLimit(1),
      audit: (event) => (event.type === "decision" && event.outcome === "allow" ? written() : undefined),
    });
    void bench.ask(call(1, "ok"));
    await bench.ask(cancel(1));
    written.answer(0, undefined);
    await drained();
    void bench.ask(call(2, "ok"));
    written.answer(1, undefined);
    await drained();
    expect(bench.asked).toEqual([call(2, "ok")]);
  });

  test("K04, hazard 19: a call cancelled after it was forwarded keeps its charge", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    await bench.ask(call(1, "ok"));
    await bench.ask(cancel(1));
    await bench.ask(call(2, "ok"));
    expect(bench.asked).toEqual([call(1, "ok"), cancel(1)]);
    expect(bench.told).toEqual([overLimit(2)]);
    expect(outcomes(bench)).toEqual([{ result: "cancelled", refunded: false }]);
  });

  test("K07: cancelled, answered and closed, a call settles once", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    await bench.ask(call(1, "ok"));
    await bench.ask(cancel(1));
    await bench.ask(cancel(1));
    await bench.reply(answer(1, {}));
    await bench.guarded.close();
    expect(outcomes(bench)).toEqual([{ result: "cancelled", refunded: false }]);
  });

  test.each([["1"], [2], [null], [undefined], [[1]], ["__proto__"]])(
    "D17: a cancellation of %j is none of the call 1, and passes",
    async (requestId) => {
      const bench = await openBench(side);
      await bench.ask(call(1, "ok"));
      await bench.ask(cancel(requestId));
      await bench.reply(answer(1, { content: [] }));
      expect(bench.asked).toHaveLength(2);
      expect(bench.told).toEqual([answer(1, { content: [] })]);
    },
  );

  test("D17: an id that is 0 or empty is cancelled like any other", async () => {
    const bench = await openBench(side);
    for (const id of [0, ""]) {
      await bench.ask(call(id, "ok"));
      await bench.ask(cancel(id));
      await bench.reply(answer(id, {}));
    }
    expect(bench.told).toEqual([]);
    expect(outcomes(bench).map(({ result }) => result)).toEqual(["cancelled", "cancelled"]);
  });

  test("D17: the called cannot cancel what the caller asked", async () => {
    const grant = holder<string>();
    const bench = await openBench(side, { grant });
    void bench.ask(call(1, "ok"));
    await bench.reply(cancel(1));
    grant.answer(0, "a");
    await drained();
    expect(bench.told).toEqual([cancel(1)]);
    expect(bench.asked).toEqual([call(1, "ok")]);
  });

  test("D17: a progress token that two calls share joins nothing of theirs", async () => {
    const bench = await openBench(side);
    const withToken = (id: number) => request(id, "tools/call", { name: "ok", _meta: { progressToken: 1 } });
    await bench.ask(withToken(1));
    await bench.ask(withToken(2));
    await bench.ask(cancel(1));
    await bench.reply(answer(2, { content: [] }));
    expect(bench.told).toEqual([answer(2, { content: [] })]);
  });

  test("hazard 7, hazard 18: an id used again after a held call was cancelled is the new call's alone", async () => {
    const grant = holder<string>();
    const bench = await openBench(side, { grant });
    void bench.ask(call(1, "ok", { round: 1 }));
    await bench.ask(cancel(1));
    void bench.ask(call(1, "ok", { round: 2 }));
    grant.answer(1, "a");
    await drained();
    grant.answer(0, "a");
    await drained();
    await bench.reply(answer(1, { round: 2 }));
    expect(bench.asked).toEqual([call(1, "ok", { round: 2 })]);
    expect(bench.told).toEqual([answer(1, { round: 2 })]);
    expect(refusals(bench)).toEqual([]);
  });

  test("hazard 7: an id used again after a forwarded call was cancelled is charged again", async () => {
    const bench = await openBench(side, { policy: dailyLimit(2) });
    for (let round = 0; round < 3; round++) {
      await bench.ask(call(1, "ok"));
      await bench.ask(cancel(1));
    }
    expect(bench.asked.slice(0, 4)).toEqual([call(1, "ok"), cancel(1), call(1, "ok"), cancel(1)]);
    expect(bench.told).toEqual([overLimit(1)]);
  });

  test("a held request of another method dies with its cancellation too", async () => {
    const grant = holder<string>();
    const bench = await openBench(side, { grant });
    void bench.ask(request(1, "resources/read", { uri: "a" }));
    await bench.ask(cancel(1));
    grant.answer(0, "a");
    await drained();
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([]);
  });
});

describe.each(["requestSignal", "signal"])("the abort of a client's request by `%s`", (option) => {
  test("hazard 18: a held call is not sent, and nobody is told of it", async () => {
    const grant = holder<string>();
    const bench = await openBench("client", { policy: dailyLimit(1), grant });
    const aborter = new AbortController();
    const sent = bench.ask(call(1, "ok"), { [option]: aborter.signal });
    aborter.abort();
    grant.answer(0, "a");
    await sent;
    expect([bench.asked, bench.told]).toEqual([[], []]);
    expect(decisions(bench)).toMatchObject([{ rule: "(cancelled)" }]);
  });

  test("hazard 18: aborted beforehand, a call is neither sent nor charged", async () => {
    const bench = await openBench("client", { policy: dailyLimit(1) });
    await bench.ask(call(1, "ok"), { [option]: AbortSignal.abort() });
    await bench.ask(call(1, "ok"));
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toEqual([]);
  });

  test("hazard 18: after it was sent, the answer is dropped and the charge stays", async () => {
    const bench = await openBench("client", { policy: dailyLimit(1) });
    const aborter = new AbortController();
    await bench.ask(call(1, "ok"), { [option]: aborter.signal });
    aborter.abort();
    await bench.reply(answer(1, {}));
    await bench.ask(call(2, "ok"));
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toEqual([overLimit(2)]);
  });

  test("an abort after the answer, and of an id used again, changes nothing", async () => {
    const bench = await openBench("client");
    const aborter = new AbortController();
    await bench.ask(call(1, "ok"), { [option]: aborter.signal });
    await bench.reply(answer(1, { round: 1 }));
    await bench.ask(call(1, "ok"));
    aborter.abort();
    await bench.reply(answer(1, { round: 2 }));
    expect(bench.told).toEqual([answer(1, { round: 1 }), answer(1, { round: 2 })]);
  });

  test("send options pass as they are", async () => {
    const bench = await openBench("client");
    const options = { [option]: new AbortController().signal, relatedRequestId: 1, headers: { a: "b" } };
    await bench.ask(call(1, "ok"), options);
    expect(bench.raw.options[0]).toBe(options);
  });
});

test("hazard 7: a list whose walk was cancelled while its filter was awaited still names nothing hidden", async () => {
  const grant = holder<string>();
  const bench = await openBench("client", { grant });
  await bench.ask(request(1, "tools/list"));
  void bench.reply(answer(1, { tools: [{ name: "secret" }, { name: "ok" }] }));
  await bench.ask(cancel(1));
  grant.answer(0, "a");
  await drained();
  expect(JSON.stringify(bench.told)).not.toContain("secret");
  expect(bench.told).not.toContainEqual(failure(1, -32603, "the list of tools cannot be read"));
});
