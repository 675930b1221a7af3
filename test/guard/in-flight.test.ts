import { createGate, type Gate, parsePolicy } from "callgate";
import { afterEach, describe, expect, test, vi } from "vitest";
import { answer, call, cancel, failure } from "./messages.ts";
import { clock, drained, openBench, prepareBench, RawTransport, SIDES } from "./raw-transport.ts";

const POLICY = parsePolicy({
  version: "1",
  default: "deny",
  tools: { ok: { limits: [{ counter: "slots", window: "in_flight", max: 10 }] } },
});

function newGate(): Gate {
  return createGate({ policy: POLICY, clock });
}

async function heldIn(gate: Gate, server?: string): Promise<number> {
  return (await gate.usage("default", { server }))[0]?.value ?? Number.NaN;
}

afterEach(() => {
  vi.useRealTimers();
});

describe.each(SIDES)("F11: slots of calls in flight, %s side", (side) => {
  test("of 1,000 calls at once never more than 10 are with the server, and every answer lets one more in", async () => {
    const gate = newGate();
    const bench = await openBench(side, gate);
    let next = 0;
    for (; next < 1_000; next++) await bench.ask(call(next, "ok"));
    expect([bench.asked.length, bench.told.length, await heldIn(gate)]).toEqual([10, 990, 10]);
    for (let answered = 0; answered < 500; answered++) {
      const { id } = bench.asked[answered] as { id: number };
      await bench.reply(answered % 2 === 0 ? answer(id, {}) : failure(id, -32_603, "no"));
      await bench.ask(call(next++, "ok"));
      await bench.ask(call(next++, "ok"));
      expect(bench.asked.length - answered - 1).toBe(10);
    }
    expect(await heldIn(gate)).toBe(10);
  });

  test.each<[string, (id: number) => unknown]>([
    ["a result", (id) => answer(id, { content: [] })],
    ["isError", (id) => answer(id, { isError: true, content: [] })],
    ["an error", (id) => failure(id, -32_602, "no")],
  ])("the slot comes back with %s, and with no second answer another's", async (_what, reply) => {
    const gate = newGate();
    const bench = await openBench(side, gate);
    await bench.ask(call(1, "ok"));
    await bench.ask(call(2, "ok"));
    await bench.reply(reply(1));
    await bench.reply(reply(1));
    expect(await heldIn(gate)).toBe(1);
    await bench.reply(reply(2));
    expect(await heldIn(gate)).toBe(0);
  });

  test("it comes back with a cancellation, and no later answer frees another's", async () => {
    const gate = newGate();
    const bench = await openBench(side, gate);
    await bench.ask(call(1, "ok"));
    await bench.ask(call(2, "ok"));
    await bench.ask(cancel(1));
    await bench.reply(answer(1, {}));
    expect(await heldIn(gate)).toBe(1);
  });

  test("all come back when the connection closes, from either end", async () => {
    for (const close of ["guarded", "raw"] as const) {
      const gate = newGate();
      const bench = await openBench(side, gate);
      for (let id = 0; id < 10; id++) await bench.ask(call(id, "ok"));
      expect(await heldIn(gate)).toBe(10);
      await bench[close].close();
      await drained();
      expect(await heldIn(gate)).toBe(0);
    }
  });

  test("one connection's end leaves the slots of another", async () => {
    const gate = newGate();
    const [one, other] = [await openBench(side, gate, { server: "s" }), await openBench(side, gate, { server: "s" })];
    for (const bench of [one, other]) for (let id = 0; id < 5; id++) await bench.ask(call(id, "ok"));
    expect(await heldIn(gate, "s")).toBe(10);
    await one.guarded.close();
    expect(await heldIn(gate, "s")).toBe(5);
  });

  test("100,000 calls that end in every way leave no slot and no timer", { timeout: 120_000 }, async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
    const gate = newGate();
    let forwarded = 0;
    for (let connection = 0; connection < 100; connection++) {
      const bench = await openBench(side, gate, { server: "s" });
      for (let id = 0; id < 1_000; id++) {
        await bench.ask(call(id, "ok"));
        const endings = [answer(id, {}), failure(id, -32_603, "no"), answer(id, { isError: true }), cancel(id)];
        const ending = endings[id % endings.length];
        if (id % endings.length === 3) await bench.ask(ending);
        else if (id % 100 !== 98) await bench.reply(ending);
      }
      forwarded += bench.asked.filter((message) => (message as { method?: string }).method === "tools/call").length;
      await bench.guarded.close();
    }
    expect([forwarded > 50_000, await heldIn(gate, "s"), vi.getTimerCount()]).toEqual([true, 0, 0]);
  });
});

test("F11: a client whose `send` throws or rejects has its slot back", async () => {
  for (const fail of [() => Promise.reject(new Error("wire")), throwing]) {
    const gate = newGate();
    const raw = Object.assign(new RawTransport(), { send: fail });
    const bench = prepareBench("client", gate, {}, raw);
    await bench.open();
    await expect(bench.ask(call(1, "ok"))).rejects.toThrow("wire");
    expect(await heldIn(gate)).toBe(0);
  }
});

function throwing(): never {
  throw new Error("wire");
}
