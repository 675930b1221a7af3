import { describe, expect, test } from "vitest";
import { answer, call, decisions, notices, notPermitted, request } from "./messages.ts";
import { type Bench, openBench, SIDES } from "./raw-transport.ts";

const TWO = { version: "1", default: "deny", tools: { ok: {}, other: {} } } as const;
const first = { name: "ok", inputSchema: { type: "object", properties: { a: {} } } };
const second = { name: "ok", inputSchema: { type: "object", properties: { b: {} } } };
const other = { name: "other" };

async function list(bench: Bench, id: number, tools: unknown[], cursor?: string): Promise<void> {
  await bench.ask(request(id, "tools/list", cursor === undefined ? undefined : { cursor }));
  await bench.reply(answer(id, { tools }));
}

describe.each(SIDES)("a tool that is listed twice, %s side", (side) => {
  test("E04: with two definitions it is neither listed nor callable, and an alert says so", async () => {
    const bench = await openBench(side, { policy: TWO });
    await list(bench, 1, [first, other, second]);
    await bench.ask(call(2, "ok"));
    await bench.ask(call(3, "other"));
    expect(bench.told).toEqual([answer(1, { tools: [other] }), notPermitted(2)]);
    expect(bench.asked.slice(1)).toEqual([call(3, "other")]);
    expect(notices(bench)).toMatchObject([
      { code: "tools_removed", tools: ["ok", "ok"] },
      { code: "ambiguous_tool", tools: ["ok"] },
    ]);
    expect(decisions(bench)[0]).toMatchObject({ name: "ok", rule: "(ambiguous tool)", outcome: "deny" });
  });

  test("E04: with one definition, members in any order, it is one tool", async () => {
    const bench = await openBench(side, { policy: TWO });
    const again = { inputSchema: { properties: { a: {} }, type: "object" }, name: "ok" };
    await list(bench, 1, [first, again]);
    await bench.ask(call(2, "ok"));
    expect(bench.told).toEqual([answer(1, { tools: [first, again] })]);
    expect(bench.asked.slice(1)).toEqual([call(2, "ok")]);
  });

  test("E04: it is callable again when the server says that its tools have changed", async () => {
    const bench = await openBench(side, { policy: TWO });
    await list(bench, 1, [first, second]);
    await bench.reply({ jsonrpc: "2.0", method: "notifications/tools/list_changed" });
    await list(bench, 2, [first]);
    await bench.ask(call(3, "ok"));
    expect(bench.told.at(-1)).toEqual(answer(2, { tools: [first] }));
    expect(bench.asked.at(-1)).toEqual(call(3, "ok"));
  });

  test("E04: a clean list without a word of change does not make it callable again", async () => {
    const bench = await openBench(side, { policy: TWO });
    await list(bench, 1, [first, second]);
    await list(bench, 2, [first]);
    await bench.ask(call(3, "ok"));
    expect(bench.told.at(-1)).toEqual(notPermitted(3));
    expect(bench.told[1]).toEqual(answer(2, { tools: [] }));
  });

  test("E04: the second definition may come on another page", async () => {
    const bench = await openBench(side, { policy: TWO });
    await list(bench, 1, [first]);
    await list(bench, 2, [second], "next");
    await bench.ask(call(3, "ok"));
    expect(bench.told).toEqual([answer(1, { tools: [first] }), answer(2, { tools: [] }), notPermitted(3)]);
  });

  test("E04: a call's answer that looks like a list says nothing of how tools are listed", async () => {
    const bench = await openBench(side, { policy: TWO });
    await list(bench, 1, [first, other]);
    await bench.ask(call(2, "other"));
    await bench.reply(
      answer(2, {
        tools: [
          { name: "ok", score: 1 },
          { name: "ok", score: 2 },
        ],
      }),
    );
    await bench.ask(call(3, "ok"));
    expect(bench.told.at(-1)).toEqual(
      answer(2, {
        tools: [
          { name: "ok", score: 1 },
          { name: "ok", score: 2 },
        ],
      }),
    );
    expect(bench.asked.at(-1)).toEqual(call(3, "ok"));
  });

  test("E04: a walk that starts over is compared with itself, not with the one before", async () => {
    const bench = await openBench(side, { policy: TWO });
    await list(bench, 1, [first]);
    await list(bench, 2, [second]);
    await bench.ask(call(3, "ok"));
    expect(bench.told).toEqual([answer(1, { tools: [first] }), answer(2, { tools: [second] })]);
    expect(bench.asked.at(-1)).toEqual(call(3, "ok"));
  });

  test("E04: what one connection lists says nothing about another", async () => {
    const bench = await openBench(side, { policy: TWO });
    const apart = await openBench(side, { policy: TWO });
    await list(bench, 1, [first, second]);
    await apart.ask(call(1, "ok"));
    expect(apart.asked).toEqual([call(1, "ok")]);
  });
});
