import { createGate, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { dailyLimit, overLimit } from "./limited.ts";
import { answer, call, decisions, failure, notification, outcomes, request } from "./messages.ts";
import { clock, openBench, prepareBench, RawTransport, SIDES } from "./raw-transport.ts";

class Failing extends RawTransport {
  readonly #fail: () => Promise<void>;

  constructor(fail: () => Promise<void>) {
    super();
    this.#fail = fail;
  }

  override send(message: unknown): Promise<void> {
    this.sent.push(message);
    return this.#fail();
  }
}

const throwing = (): never => {
  throw new Error("wire");
};

describe.each([
  ["throws", throwing],
  ["rejects", async () => throwing()],
])("a client transport whose `send` %s", (_, fail) => {
  test("K04, hazard 20: the call may have run: its charge stays, its id is free, the sender is told", async () => {
    const bench = prepareBench("client", { policy: dailyLimit(1) }, {}, new Failing(fail));
    await bench.open();
    await expect(bench.ask(call(1, "ok"))).rejects.toThrow("wire");
    await bench.ask(call(1, "ok"));
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toEqual([overLimit(1)]);
    expect(outcomes(bench)).toEqual([{ result: "threw", refunded: false }]);
  });

  test("K07: an answer that came before the failure is the outcome, once", async () => {
    const raw = new Failing(() => {
      raw.onmessage?.(answer(1, { content: [] }));
      return fail();
    });
    const bench = prepareBench("client", { policy: dailyLimit(1) }, {}, raw);
    await bench.open();
    await expect(bench.ask(call(1, "ok"))).rejects.toThrow("wire");
    expect(bench.told).toEqual([answer(1, { content: [] })]);
    expect(outcomes(bench)).toEqual([{ result: "ok", refunded: false }]);
  });

  test("a message that no gate judges fails like on any transport", async () => {
    const bench = prepareBench("client", {}, {}, new Failing(fail));
    await bench.open();
    await expect(bench.ask(request(1, "ping"))).rejects.toThrow("wire");
    await expect(bench.ask(notification("notifications/initialized"))).rejects.toThrow("wire");
    await expect(bench.ask(request(1, "ping"))).rejects.toThrow("wire");
    expect(bench.events).toEqual([]);
  });

  test("a server whose denial cannot be sent reports it as an error of the transport, and throws nothing", async () => {
    const bench = prepareBench("server", {}, {}, new Failing(fail));
    await bench.open();
    bench.raw.onmessage?.(call(1, "secret"));
    await new Promise(setImmediate);
    expect(bench.asked).toEqual([]);
    expect(bench.errors).toEqual([new Error("wire")]);
  });
});

describe.each(SIDES)("charges, %s side", (side) => {
  test("K13, hazard 20: every call that is forwarded counts, whatever came of it", async () => {
    const bench = await openBench(side, { policy: dailyLimit(3) });
    await bench.ask(call(1, "ok"));
    await bench.reply(failure(1, -32020, "header mismatch"));
    await bench.ask(call(2, "ok"));
    await bench.reply(failure(2, -32602, "bad"));
    await bench.ask(call(2, "ok"));
    await bench.reply(answer(2, { isError: true, content: [] }));
    await bench.ask(call(4, "ok"));
    expect(bench.asked).toHaveLength(3);
    expect(bench.told.at(-1)).toEqual(overLimit(4));
    expect(outcomes(bench)).toEqual([
      { result: "protocol_error", refunded: false },
      { result: "protocol_error", refunded: false },
      { result: "tool_error", refunded: false },
    ]);
  });

  test("K13: a send with a resumption token is judged and charged like any other", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    await bench.ask(call(1, "ok"), { resumptionToken: "r" });
    await bench.ask(call(2, "ok"), { resumptionToken: "r" });
    await bench.ask(call(3, "secret"), { resumptionToken: "r" });
    expect(bench.asked).toEqual([call(1, "ok")]);
  });

  test("K08: calls that are refused or denied consume nothing", async () => {
    const bench = await openBench(side, { policy: dailyLimit(1) });
    await bench.ask(notification("tools/call", { name: "ok" }));
    await bench.ask([call(1, "ok")]);
    await bench.ask(call(1, "ok", []));
    await bench.ask({ ...call(1, "ok"), jsonrpc: "1.0" });
    await bench.ask(call(1, "secret"));
    await bench.ask(call(1, "ok"));
    expect(bench.asked).toEqual([call(1, "ok")]);
  });

  test("F01, hazard 31: of 1,000 calls at once against max 10, exactly 10 are forwarded", async () => {
    const grant = async () => "a";
    const bench = await openBench(side, { policy: dailyLimit(10), grant });
    await Promise.all(Array.from({ length: 1_000 }, (_, id) => bench.ask(call(id, "ok"))));
    await new Promise(setImmediate);
    expect(bench.asked).toHaveLength(10);
    expect(bench.told).toHaveLength(990);
    expect(decisions(bench).filter(({ outcome }) => outcome === "allow")).toHaveLength(10);
  });

  test("M11: as many calls are allowed by the record as are forwarded, and each has its outcome", async () => {
    const bench = await openBench(side, { policy: dailyLimit(5) });
    for (let id = 0; id < 20; id++) {
      await bench.ask(call(id, id % 3 === 0 ? "secret" : "ok"));
      await bench.reply(answer(id, {}));
    }
    const allowed = decisions(bench).filter(({ outcome }) => outcome === "allow");
    const settled = bench.events.flatMap((event) => (event.type === "outcome" ? [event.id] : []));
    expect(bench.asked).toHaveLength(5);
    expect(settled).toEqual(allowed.map(({ id }) => id));
    expect(new Set(settled).size).toBe(5);
  });
});

test("hazard 30: a gate shared by a server for each request counts over all of them", async () => {
  const gate = createGate({ policy: parsePolicy(dailyLimit(2)), clock });
  const forwarded: unknown[] = [];
  for (let id = 0; id < 4; id++) {
    const bench = await openBench("server", gate);
    await bench.ask(call(id, "ok"), { requestInfo: { headers: {} } });
    forwarded.push(...bench.asked);
  }
  expect(forwarded).toEqual([call(0, "ok"), call(1, "ok")]);
});
