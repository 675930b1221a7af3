import type { PolicyDocument } from "callgate";
import { parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { answer, call, failure, notices, notPermitted, refusals, request, toolList } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const UNREADABLE = failure(1, -32603, "the list of tools cannot be read");

const REACH: PolicyDocument = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  tools: {
    ok: {},
    secret: {},
    retired: { action: "deny" },
    asked: { action: "require_approval" },
    never: { deny_if: [{ conditions: [] }] },
    sometimes: { deny_if: [{ conditions: [{ path: "args.a", op: "gt", value: 1 }] }] },
  },
};
const OFFERED = ["ok", "secret", "retired", "asked", "never", "sometimes", "unlisted"];

describe.each(SIDES)("tools/list, %s side", (side) => {
  test("E01, hazard 22: a hidden tool is taken out of every page, and the cursor stays", async () => {
    const bench = await openBench(side);
    for (const [id, cursor] of [
      [1, undefined],
      [2, "a"],
      [3, "b"],
    ] as const) {
      await bench.ask(request(id, "tools/list", { cursor }));
      await bench.reply(answer(id, { tools: [{ name: "secret" }, { name: `t${id}` }], nextCursor: `${id}` }));
    }
    expect(bench.told).toEqual([1, 2, 3].map((id) => answer(id, { tools: [{ name: `t${id}` }], nextCursor: `${id}` })));
  });

  test("hazard 9: only the hidden tools go; every other member of the list and of a tool stays as it was", async () => {
    const bench = await openBench(side);
    const kept = { name: "ok", title: "O", inputSchema: { type: "object", x: [1] }, annotations: { a: 1 }, vendor: {} };
    const rest = { nextCursor: "n", ttlMs: 5, _meta: { m: 1 }, vendor: [1], resultType: "complete" };
    await bench.ask(request(1, "tools/list"));
    await bench.reply(answer(1, { ...rest, tools: [{ name: "secret" }, kept] }));
    expect(bench.told).toEqual([answer(1, { ...rest, tools: [kept] })]);
    expect(notices(bench)).toMatchObject([{ code: "tools_removed", tools: ["secret"] }]);
  });

  test('E01, Q16: listing "policy" takes out what is hidden, and nothing else', async () => {
    const bench = await openBench(side, { policy: REACH, listing: "policy" });
    await bench.ask(request(1, "tools/list"));
    await bench.reply(toolList(1, ...OFFERED));
    expect(bench.told).toEqual([toolList(1, ...OFFERED.filter((name) => name !== "secret"))]);
  });

  test('E01, Q16: listing "callable" leaves what some call of could pass', async () => {
    const bench = await openBench(side, { policy: REACH, listing: "callable" });
    await bench.ask(request(1, "tools/list"));
    await bench.reply(toolList(1, ...OFFERED));
    expect(bench.told).toEqual([toolList(1, "ok", "sometimes")]);
  });

  test("Q16: what is not listed is not callable", async () => {
    const bench = await openBench(side, { policy: REACH, listing: "callable" });
    for (const name of OFFERED.filter((offered) => offered !== "ok" && offered !== "sometimes")) {
      await bench.ask(call(1, name));
    }
    expect(bench.asked).toEqual([]);
  });

  test('E11: a list of hidden tools only is an empty list; so is any under hide ["*"]', async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply(toolList(1, "secret"));
    const all = await openBench(side, { policy: { version: "1", default: "allow", hide: ["*"] } });
    await all.ask(request(1, "tools/list"));
    await all.reply(answer(1, { tools: [{ name: "ok" }], nextCursor: "n" }));
    expect(bench.told).toEqual([answer(1, { tools: [] })]);
    expect(all.told).toEqual([answer(1, { tools: [], nextCursor: "n" })]);
  });

  test("hazard 23: a list that depends on who asks may not be shared: `cacheScope` becomes private", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply(answer(1, { tools: [{ name: "ok" }], cacheScope: "public", ttlMs: 60_000 }));
    expect(bench.told).toEqual([answer(1, { tools: [{ name: "ok" }], cacheScope: "private", ttlMs: 60_000 })]);
  });

  test.each([
    ["tools that are an object", { tools: { 0: { name: "secret" }, length: 1 } }],
    ["tools that are text", { tools: "secret" }],
    ["no tools", {}],
    ["null", null],
    ["an array", [{ name: "secret" }]],
    ["text", "secret"],
    ["a list that throws", { tools: [new Proxy({}, { ownKeys: () => boom("secret") })] }],
  ])("Q10: a list that cannot be read (%s) is an error, not handed on", async (_, result) => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply(answer(1, result));
    expect(bench.told).toEqual([UNREADABLE]);
    expect(notices(bench)).toMatchObject([{ code: "unfilterable_list" }]);
  });

  test("hazard 9: an entry without a name is nobody's tool and goes", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    const nameless = [{}, { name: 7 }, { name: ["secret"] }, null, "secret", ["secret"], { Name: "secret" }];
    await bench.reply(answer(1, { tools: [...nameless, { name: "ok" }] }));
    expect(bench.told).toEqual([answer(1, { tools: [{ name: "ok" }] })]);
  });

  test.each([
    "ping",
    "prompts/list",
    "resources/list",
    "completion/complete",
    "tasks/get",
    "tasks/list",
    "server/discover",
  ])("hazard 9: a list of tools that answers %s is filtered by its shape", async (method) => {
    const bench = await openBench(side);
    await bench.ask(request(1, method));
    await bench.reply(answer(1, { tools: [{ name: "secret" }, { name: "ok" }], tasks: [] }));
    expect(bench.told).toEqual([answer(1, { tools: [{ name: "ok" }], tasks: [] })]);
  });

  test("hazard 9: a list of tools that answers an allowed call is filtered by its shape", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.reply(answer(1, { content: [], tools: [{ name: "secret" }] }));
    expect(bench.told).toEqual([answer(1, { content: [], tools: [] })]);
  });

  test("hazard 9: `tools` that name nobody are other people's data and stay", async () => {
    const bench = await openBench(side);
    await bench.ask(call(1, "ok"));
    await bench.reply(answer(1, { tools: ["hammer", { id: 1 }] }));
    expect(bench.told).toEqual([answer(1, { tools: ["hammer", { id: 1 }] })]);
  });

  test("E02: a walk that does not end is refused after 1,000 pages; the next one starts afresh", async () => {
    const bench = await openBench(side);
    for (let id = 0; id < 1_002; id++) {
      await bench.ask(request(id, "tools/list", id === 0 ? {} : { cursor: "same" }));
      if (id < 1_000) await bench.reply(answer(id, { tools: [], nextCursor: "same" }));
    }
    expect(bench.asked).toHaveLength(1_000);
    expect(bench.told.slice(1_000)).toEqual(
      [1_000, 1_001].map((id) => failure(id, -32602, "a list has at most 1000 pages")),
    );
    expect(refusals(bench).map(({ code }) => code)).toEqual(["too_many_pages", "too_many_pages"]);
    await bench.ask(request(0, "tools/list"));
    expect(bench.asked).toHaveLength(1_001);
  });

  test("E05: a tool listed under an older policy is judged by the one that holds at the call", async () => {
    const open = parsePolicy({ version: "1", default: "deny", tools: { ok: {} } });
    let policy = open;
    const bench = await openBench(side, { policy: () => policy });
    await bench.ask(request(1, "tools/list"));
    await bench.reply({ ...answer(1, { tools: [{ name: "ok" }], ttlMs: 86_400_000 }) });
    policy = parsePolicy({ version: "1", default: "deny" });
    await bench.ask(call(2, "ok"));
    expect(bench.asked).toEqual([request(1, "tools/list")]);
    expect(bench.told.at(-1)).toEqual(notPermitted(2));
  });

  test("E10: what a server says about how long its list holds changes no decision", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    await bench.reply(answer(1, { tools: [{ name: "new" }], ttlMs: Number.MAX_SAFE_INTEGER }));
    await bench.ask(call(2, "new"));
    expect(bench.told.at(-1)).toEqual(notPermitted(2));
  });

  test("E08, hazard 25: what a server says of its tools decides nothing", async () => {
    const bench = await openBench(side);
    await bench.ask(request(1, "tools/list"));
    const annotations = { readOnlyHint: true, destructiveHint: false };
    await bench.reply(answer(1, { tools: [{ name: "harmless", annotations }] }));
    await bench.ask(call(2, "harmless"));
    expect(bench.asked).toEqual([request(1, "tools/list")]);
    expect(bench.told.at(-1)).toEqual(notPermitted(2));
  });

  test("E11: a caller without a policy sees no tool, and an error of the server as it is", async () => {
    const bench = await openBench(side, { policy: () => undefined });
    await bench.ask(request(1, "tools/list"));
    await bench.reply(toolList(1, "ok", "secret"));
    await bench.ask(request(2, "tools/list"));
    await bench.reply(failure(2, -32601, "no tools here"));
    expect(bench.told).toEqual([answer(1, { tools: [] }), failure(2, -32601, "no tools here")]);
  });
});

function boom(message: string): never {
  throw new Error(message);
}
