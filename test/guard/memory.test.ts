import { describe, expect, test } from "vitest";
import { holder } from "./held.ts";
import { answer, call, cancel, refusals, request } from "./messages.ts";
import { drained, openBench, SIDES } from "./raw-transport.ts";

const ROUNDS = 10_000;

/** An id that is still held for an earlier request refuses the next one: ids that can be used again hold nothing. */
describe.each(SIDES)("what a guard holds, %s side", (side) => {
  test("after 10,000 calls that were answered, nothing", async () => {
    const bench = await openBench(side);
    for (let round = 0; round < ROUNDS; round++) {
      await bench.ask(call(round % 7, "ok"));
      await bench.reply(answer(round % 7, { round }));
    }
    expect(bench.asked).toHaveLength(ROUNDS);
    expect(bench.told.at(-1)).toEqual(answer((ROUNDS - 1) % 7, { round: ROUNDS - 1 }));
    expect(refusals(bench)).toEqual([]);
  });

  test("after 10,000 calls that were cancelled once forwarded, nothing", async () => {
    const bench = await openBench(side);
    for (let round = 0; round < ROUNDS; round++) {
      await bench.ask(call(round % 7, "ok"));
      await bench.ask(cancel(round % 7));
    }
    expect(bench.asked).toHaveLength(2 * ROUNDS);
    expect(refusals(bench)).toEqual([]);
  });

  test("after 10,000 calls that were cancelled while held, nothing", async () => {
    const grant = holder<string>();
    const bench = await openBench(side, { grant });
    for (let round = 0; round < ROUNDS; round++) {
      void bench.ask(call(round % 7, "ok"));
      await bench.ask(cancel(round % 7));
    }
    for (let round = 0; round < ROUNDS; round++) grant.answer(round, "a");
    await drained();
    void bench.ask(call(0, "ok"));
    grant.answer(ROUNDS, "a");
    await drained();
    expect(bench.asked).toEqual([call(0, "ok")]);
    expect([bench.told, refusals(bench)]).toEqual([[], []]);
  });

  test("after 10,000 calls that were denied, and 10,000 that were refused, nothing", async () => {
    const bench = await openBench(side);
    for (let round = 0; round < ROUNDS; round++) {
      await bench.ask(call(1, "secret"));
      await bench.ask(call(2, "ok", []));
      await bench.ask(request(3, "vendor/run"));
    }
    for (const id of [1, 2, 3]) await bench.ask(call(id, "ok"));
    expect(bench.asked).toEqual([1, 2, 3].map((id) => call(id, "ok")));
    expect(refusals(bench).every(({ code }) => code === "invalid_arguments")).toBe(true);
  });
});

test("F11: a signal used for 10,000 requests is listened to by none of them when they are answered", async () => {
  const bench = await openBench("client");
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => {
    listeners += 1;
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    listeners -= 1;
    Reflect.apply(removeEventListener, signal, args);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await bench.ask(call(1, round % 2 === 0 ? "ok" : "secret"), { signal });
    if (round % 2 === 0) await bench.reply(answer(1, {}));
  }
  expect(listeners).toBe(0);
});
