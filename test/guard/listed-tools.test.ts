import { createGate, type PolicyDocument, parsePolicy, wrapServer } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AMOUNT, HELD, LOOK, openHeld, ownRequests, PAY, reached, replyList, start } from "./listing-bench.ts";
import {
  answer,
  call,
  cancel,
  decisions,
  denied,
  failure,
  notification,
  notPermitted,
  refusals,
  request,
  toolList,
} from "./messages.ts";
import { type Bench, drained, openBench, RawServer, RawTransport, SIDES } from "./raw-transport.ts";

const NOT_KNOWN = "the tool's schema is not known, so the arguments cannot be judged";
const RIGHT = { amount: 5 };
const WRONG = { amount: "5", account: "mine" };
const UNFIT = "the arguments do not fit the schema: `/amount` is not a number, `/account` is not allowed";

const unknown = (id: number, retryable = true) => denied(id, "unavailable", NOT_KNOWN, { retryable });
const unfit = (id: number) => denied(id, "invalid_arguments", UNFIT);
const causes = (bench: Bench) => decisions(bench).map(({ code, cause }) => [code, cause]);

describe.each(SIDES)('`args: "tool"`, %s side', (side) => {
  describe("what was not listed yet", () => {
    test("is asked for once, through the guarded connection, for all calls that wait for it", async () => {
      const bench = await openHeld(side);
      const calls = Array.from({ length: 50 }, (_, id) => call(id, id % 2 === 0 ? "pay" : "look", RIGHT));
      for (const message of calls) await start(bench, message);
      expect(bench.asked).toEqual([
        { jsonrpc: "2.0", id: expect.stringMatching(/^callgate:/), method: "tools/list", params: {} },
      ]);
      await replyList(bench, { tools: [PAY, LOOK] });
      expect(reached(bench)).toEqual(calls.filter((_, id) => id % 2 === 0));
      expect(bench.told).toHaveLength(25);
      expect(ownRequests(bench)).toHaveLength(1);
    });

    test("holds the call to the schema that comes, whole", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", WRONG));
      await replyList(bench, { tools: [PAY] });
      await start(bench, call(2, "pay", RIGHT));
      expect(bench.told).toEqual([unfit(1)]);
      expect(reached(bench)).toEqual([call(2, "pay", RIGHT)]);
    });

    test("is looked for on every page", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      await replyList(bench, { tools: [LOOK], nextCursor: "second" });
      await replyList(bench, { tools: [], nextCursor: "third" });
      await replyList(bench, { tools: [PAY] });
      expect(ownRequests(bench).map(({ params }) => params)).toEqual([{}, { cursor: "second" }, { cursor: "third" }]);
      expect(reached(bench)).toEqual([call(1, "pay", RIGHT)]);
    });

    test("denies when the server does not list the tool, without asking again", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      await replyList(bench, { tools: [LOOK] });
      await start(bench, call(2, "pay", RIGHT));
      expect(bench.told).toEqual([unknown(1), unknown(2)]);
      expect(ownRequests(bench)).toHaveLength(1);
      expect(causes(bench)[0]).toEqual(["unavailable", "Error: the server does not list this tool"]);
    });

    test("is not asked for by a call that is denied anyway, or is held to no schema of its tool", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "secret", RIGHT));
      await start(bench, call(2, "unlisted", RIGHT));
      await start(bench, call(3, "free", RIGHT));
      await start(bench, call(4, "retired", RIGHT));
      expect(bench.asked).toEqual([call(3, "free", RIGHT)]);
      expect(bench.told).toEqual([notPermitted(1), notPermitted(2), notPermitted(4)]);
    });

    test("is asked for with what the caller says of itself on 2026-07-28, and nothing else of the caller's", async () => {
      const said = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      };
      const bench = await openHeld(side);
      const _meta = { ...said, progressToken: 7, "vendor/secret": "s" };
      await start(bench, request(1, "tools/call", { name: "pay", arguments: RIGHT, _meta }));
      await replyList(bench, { tools: [], nextCursor: "more" });
      expect(ownRequests(bench).map(({ params }) => params)).toEqual([
        { _meta: said },
        { _meta: said, cursor: "more" },
      ]);
    });
  });

  describe("a list that cannot be had", () => {
    const failing: readonly (readonly [string, (bench: Bench) => Promise<void>, string])[] = [
      [
        "is answered by an error",
        (bench) => bench.reply(failure(ownRequests(bench).at(-1)?.id, -32601, "no tools; token=hunter2")),
        "Error: the server answered a request of the guard by an error",
      ],
      [
        "is no object",
        (bench) => replyList(bench, [PAY]),
        "Error: the server answered a request of the guard by an error",
      ],
      [
        "has no tools",
        (bench) => replyList(bench, {}),
        "Error: the server answered tools/list without a list of tools",
      ],
      [
        "names its tools by key",
        (bench) => replyList(bench, { tools: { pay: PAY } }),
        "Error: the server answered tools/list without a list of tools",
      ],
      [
        "is both a result and an error",
        (bench) =>
          bench.reply({ ...answer(ownRequests(bench).at(-1)?.id, { tools: [PAY] }), error: { code: 1, message: "" } }),
        "Error: the server answered a request of the guard by an error",
      ],
      [
        "throws when it is read",
        (bench) => replyList(bench, { tools: [new Proxy({}, { ownKeys: () => boom("secret") })] }),
        "NotJsonError: a value that throws when read",
      ],
      [
        "leads in a circle",
        async (bench) => {
          for (const cursor of ["a", "b", "a"]) await replyList(bench, { tools: [LOOK], nextCursor: cursor });
        },
        "Error: the server lists its tools in a circle of pages",
      ],
    ];

    test.each(failing)(
      "that %s denies, says why in the audit alone, and is asked for again",
      async (_, fail, cause) => {
        const bench = await openHeld(side);
        await start(bench, call(1, "pay", RIGHT));
        await fail(bench);
        await drained();
        expect(bench.told).toEqual([unknown(1)]);
        expect(causes(bench)).toEqual([["unavailable", cause]]);
        await start(bench, call(2, "pay", RIGHT));
        await replyList(bench, { tools: [PAY] });
        expect(reached(bench)).toEqual([call(2, "pay", RIGHT)]);
        expect(bench.errors).toEqual([]);
      },
    );

    test("E02: that has ever more pages ends after 1,000 of them, and the process is not warned of a leak", async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on("warning", onWarning);
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      for (let page = 1; page <= 1_000; page++) await replyList(bench, { tools: [], nextCursor: `${page}` });
      expect(bench.told).toEqual([unknown(1)]);
      expect(ownRequests(bench)).toHaveLength(1_000);
      expect(causes(bench)[0]?.[1]).toBe("Error: the server lists its tools on more than 1000 pages");
      process.off("warning", onWarning);
      expect(warnings).toEqual([]);
    });

    test("because the transport throws denies, and reports nothing to the application", async () => {
      const bench = await openHeld(side);
      const broken = () => Promise.reject(new Error("no route"));
      const end = side === "client" ? bench.raw : bench.guarded;
      const working = Reflect.get(end, side === "client" ? "send" : "onmessage");
      Reflect.set(end, side === "client" ? "send" : "onmessage", broken);
      await start(bench, call(1, "pay", RIGHT));
      Reflect.set(end, side === "client" ? "send" : "onmessage", working);
      await drained();
      expect(bench.told).toEqual([unknown(1)]);
      expect(causes(bench)).toEqual([["unavailable", "Error: no route"]]);
      expect(bench.errors).toEqual([]);
    });

    test("before the connection closes kills the call, and nothing is sent afterwards", async () => {
      const bench = await openHeld(side);
      const asked = bench.ask(call(1, "pay", RIGHT));
      await drained();
      await bench.raw.close();
      if (side === "client") await expect(asked).rejects.toThrow("the transport is closed");
      await drained();
      await bench.ask(call(2, "pay", RIGHT)).catch(() => undefined);
      expect(reached(bench)).toEqual([]);
      expect(ownRequests(bench)).toHaveLength(1);
    });

    describe("in time", () => {
      beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
      afterEach(() => void vi.useRealTimers());

      test("denies all that wait, is asked for again, and its late answer disturbs nobody", async () => {
        const bench = await openHeld(side, { timeouts: { resolve: 1_000 } });
        await start(bench, call(1, "pay", RIGHT));
        vi.advanceTimersByTime(600);
        await start(bench, call(2, "pay", RIGHT));
        vi.advanceTimersByTime(400);
        await drained();
        expect(bench.told).toEqual([unknown(1), unknown(2)]);
        expect(causes(bench)[0]).toEqual(["unavailable", "Error: a resolver did not answer in time"]);
        await start(bench, call(3, "pay", WRONG));
        const [late, asked] = ownRequests(bench);
        await bench.reply(answer(late?.id, { tools: [{ name: "pay", inputSchema: true }], nextCursor: "more" }));
        await drained();
        await bench.reply(answer(asked?.id, { tools: [PAY] }));
        await drained();
        expect(bench.told.slice(2)).toEqual([unfit(3)]);
        expect(ownRequests(bench)).toHaveLength(2);
        expect(refusals(bench)).toEqual([]);
        expect(vi.getTimerCount()).toBe(0);
      });

      test("because the gate closes denies, and no timer is left", async () => {
        const gate = createGate({
          policy: parsePolicy({ version: "1", default: "deny", tools: { pay: { args: "tool" } } }),
        });
        const bench = await openBench(side, gate);
        await start(bench, call(1, "pay", RIGHT));
        await gate.close();
        await drained();
        expect(bench.told).toMatchObject([{ id: 1, result: { isError: true } }]);
        expect(vi.getTimerCount()).toBe(0);
      });
    });

    test("is not waited for by a call that was cancelled", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      await bench.ask(cancel(1));
      await replyList(bench, { tools: [PAY] });
      expect(reached(bench)).toEqual([]);
      expect(bench.told).toEqual([]);
      expect(decisions(bench).map(({ rule }) => rule)).toEqual(["(cancelled)"]);
    });
  });

  describe("the guard's own request", () => {
    test("shows to neither side: no answer, no refusal, no event of its own", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      await replyList(bench, { tools: [PAY] });
      await bench.reply(answer(1, { content: [] }));
      expect(bench.told).toEqual([answer(1, { content: [] })]);
      expect(bench.events.map(({ type }) => type)).toEqual(["decision", "outcome"]);
      expect(JSON.stringify([bench.told, bench.events])).not.toContain("callgate:");
      expect(bench.errors).toEqual([]);
    });

    test("has an id that no other connection has, nor the session", async () => {
      const ids: string[] = [];
      for (const _ of [1, 2]) {
        const bench = await openHeld(side, { ids: () => "same" });
        await start(bench, call(1, "pay", RIGHT));
        ids.push(String(ownRequests(bench)[0]?.id));
      }
      expect(ids[0]).not.toBe(ids[1]);
      expect(ids.join()).not.toContain("same");
      for (const id of ids) expect(id).toMatch(/^callgate:[\w-]{16,}:1$/);
    });

    test("cannot be answered, taken over or cancelled by a caller that knows its id", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", WRONG));
      const id = String(ownRequests(bench)[0]?.id);
      const next = id.replace(/1$/, "2");
      const open = { tools: [{ name: "pay", inputSchema: true }] };
      await bench.ask(request(id, "ping"));
      await bench.ask(call(next, "free"));
      await bench.ask(cancel(id));
      await bench.ask(answer(id, open));
      await replyList(bench, { tools: [PAY] });
      const inFlight = (own: string) => failure(own, -32600, "a request with this id is in flight");
      expect(bench.told).toEqual([inFlight(id), inFlight(next), unfit(1)]);
      // An answer is for the called to make of what it will: it never asked.
      expect(reached(bench)).toEqual([answer(id, open)]);
    });

    test("leaves ids alone that only look like its own", async () => {
      const bench = await openHeld(side);
      await start(bench, call("callgate:guess:1", "free"));
      await bench.reply(answer("callgate:guess:1", { content: [] }));
      expect(bench.told).toEqual([answer("callgate:guess:1", { content: [] })]);
    });

    test("answered twice counts once", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      await replyList(bench, { tools: [PAY] });
      await replyList(bench, { tools: [{ name: "pay", inputSchema: true }] });
      await start(bench, call(2, "pay", WRONG));
      expect(bench.told).toEqual([unfit(2)]);
    });
  });

  describe("a list that the caller asks for", () => {
    const listed = async (bench: Bench, id: number, result: unknown, extra?: unknown): Promise<void> => {
      await bench.ask(request(id, "tools/list"), extra);
      await bench.reply(answer(id, result));
      await drained();
    };

    test("tells the schemas, so that nothing more is asked", async () => {
      const bench = await openHeld(side);
      await listed(bench, 1, { tools: [PAY, { name: "secret" }] });
      await start(bench, call(2, "pay", WRONG));
      await start(bench, call(3, "pay", RIGHT));
      expect(bench.told).toEqual([answer(1, { tools: [PAY] }), unfit(2)]);
      expect(ownRequests(bench)).toEqual([]);
    });

    test("replaces what was known: the schema is the last one listed", async () => {
      const bench = await openHeld(side);
      await listed(bench, 1, { tools: [PAY] });
      await listed(bench, 2, { tools: [{ name: "pay", inputSchema: { type: "object", required: ["iban"] } }] });
      await start(bench, call(3, "pay", RIGHT));
      expect(bench.told.at(-1)).toEqual(
        denied(3, "invalid_arguments", "the arguments do not fit the schema: `/iban` is missing"),
      );
    });

    test("one page of it does not stand for the whole", async () => {
      const bench = await openHeld(side);
      await listed(bench, 1, { tools: [LOOK], nextCursor: "more" });
      await start(bench, call(2, "pay", RIGHT));
      expect(ownRequests(bench)).toHaveLength(1);
    });

    test("E05: asked for before the tools changed and answered after tells nothing", async () => {
      const bench = await openHeld(side);
      await bench.ask(request(1, "tools/list"));
      await bench.reply(notification("notifications/tools/list_changed"));
      await bench.reply(answer(1, { tools: [{ name: "pay", inputSchema: true }] }));
      await start(bench, call(2, "pay", WRONG));
      await replyList(bench, { tools: [PAY] });
      expect(bench.told.at(-1)).toEqual(unfit(2));
    });

    test.each(["ping", "prompts/list", "tasks/get"])("in the answer to %s tells nothing", async (method) => {
      const bench = await openHeld(side);
      await bench.ask(request(1, method));
      await bench.reply(answer(1, { tools: [{ name: "pay", inputSchema: true }] }));
      await start(bench, call(2, "pay", WRONG));
      expect(ownRequests(bench)).toHaveLength(1);
    });

    test("E04: with a tool of two definitions leaves that tool uncallable", async () => {
      const bench = await openHeld(side);
      await listed(bench, 1, { tools: [PAY, { name: "pay", inputSchema: true }] });
      await start(bench, call(2, "pay", WRONG));
      expect(bench.told.at(-1)).toEqual(notPermitted(2));
    });
  });

  describe("when the tools change", () => {
    const changed = notification("notifications/tools/list_changed");

    test("E05: what was known is dropped, and asked for again", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      await replyList(bench, { tools: [{ name: "pay", inputSchema: true }] });
      await bench.reply(changed);
      await start(bench, call(2, "pay", WRONG));
      await replyList(bench, { tools: [PAY] });
      expect(bench.told).toEqual([changed, unfit(2)]);
      expect(ownRequests(bench)).toHaveLength(2);
    });

    test("while they are listed, they are listed again", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", WRONG));
      await bench.reply(changed);
      await replyList(bench, { tools: [{ name: "pay", inputSchema: true }], nextCursor: "more" });
      await replyList(bench, { tools: [PAY] });
      expect(bench.told).toEqual([changed, unfit(1)]);
      expect(ownRequests(bench).map(({ params }) => params)).toEqual([{}, {}]);
    });

    test("each time while they are listed, the call is denied", async () => {
      const bench = await openHeld(side);
      await start(bench, call(1, "pay", RIGHT));
      for (const _ of [1, 2, 3]) {
        await bench.reply(changed);
        await replyList(bench, { tools: [PAY] });
      }
      expect(bench.told.at(-1)).toEqual(unknown(1));
      expect(ownRequests(bench)).toHaveLength(3);
      expect(causes(bench)).toEqual([["unavailable", "Error: the tools changed each time while they were listed"]]);
    });
  });

  test("E04: a list of the guard's own that defines a tool twice tells neither definition", async () => {
    const bench = await openHeld(side);
    const open = { name: "pay", inputSchema: true };
    await start(bench, call(1, "pay", RIGHT));
    await replyList(bench, { tools: [open, LOOK], nextCursor: "more" });
    await replyList(bench, { tools: [PAY, PAY, LOOK] });
    await start(bench, call(2, "look", { at: 1 }));
    expect(bench.told).toEqual([unknown(1, false)]);
    expect(reached(bench)).toEqual([call(2, "look", { at: 1 })]);
  });

  test("a server with 10,000 tools is known whole, over pages", async () => {
    const bench = await openHeld(side);
    const property = { type: "string", description: "what this argument is about, in a line or two of text" };
    const inputSchema = { type: "object", properties: { a: property, b: property, c: property }, required: ["a"] };
    const page = (n: number) => Array.from({ length: 1_000 }, (_, i) => ({ name: `tool_${n}_${i}`, inputSchema }));
    await start(bench, call(1, "pay", WRONG));
    for (let n = 0; n < 9; n++) await replyList(bench, { tools: page(n), nextCursor: `${n}` });
    await replyList(bench, { tools: [...page(9).slice(1), PAY] });
    await start(bench, call(2, "pay", RIGHT));
    expect(bench.told).toEqual([unfit(1)]);
    expect(ownRequests(bench)).toHaveLength(10);
  });

  test("schemas that are too large to be kept are not kept: the call is denied, and memory is bounded", async () => {
    const bench = await openHeld(side);
    const inputSchema = { type: "object", description: "x".repeat(5_000_000) };
    await start(bench, call(1, "pay", RIGHT));
    for (let n = 0; n < 7; n++) {
      await replyList(bench, { tools: [{ name: `tool_${n}`, inputSchema }], nextCursor: `${n}` });
    }
    expect(bench.told).toEqual([unknown(1)]);
    expect(causes(bench)).toEqual([
      ["unavailable", "Error: the definitions of the listed tools are too large to be kept"],
    ]);
    await start(bench, call(2, "pay", RIGHT));
    await replyList(bench, { tools: [PAY] });
    expect(reached(bench)).toEqual([call(2, "pay", RIGHT)]);
  });
});

test("what a server says while it lists its tools for the guard goes no further, and what it asks is answered", async () => {
  const bench = await openHeld("server");
  await start(bench, call(1, "pay", RIGHT));
  const relatedRequestId = ownRequests(bench)[0]?.id;
  await bench.guarded.send(notification("notifications/message", { level: "info", data: "listing" }), {
    relatedRequestId,
  });
  await bench.guarded.send(request("s", "sampling/createMessage", {}), { relatedRequestId });
  await replyList(bench, { tools: [PAY] });
  await bench.guarded.send(notification("notifications/message", { data: "calling" }), { relatedRequestId: 1 });
  expect(bench.told).toEqual([notification("notifications/message", { data: "calling" })]);
  expect(reached(bench)).toEqual([failure("s", -32601, "Method not found"), call(1, "pay", RIGHT)]);
  expect(bench.errors).toEqual([]);
});

describe("grants of one server", () => {
  const grant = ({ authInfo }: { authInfo: unknown }) => (authInfo as { clientId: string }).clientId;
  const as = (clientId: string) => ({ authInfo: { clientId } });
  const OPEN = { name: "pay", inputSchema: { type: "object" } };

  test("are each held to what the server lists for them", async () => {
    const bench = await openHeld("server", { grant });
    await start(bench, call(1, "pay", WRONG), as("ann"));
    await replyList(bench, { tools: [PAY] });
    await start(bench, call(2, "pay", WRONG), as("ben"));
    await replyList(bench, { tools: [OPEN] });
    await start(bench, call(3, "pay", WRONG), as("ann"));
    expect(bench.told).toEqual([unfit(1), unfit(3)]);
    expect(reached(bench)).toEqual([call(2, "pay", WRONG)]);
    expect(ownRequests(bench)).toHaveLength(2);
  });

  test("are asked for in the name of who calls, and a client sends nothing of how its call is sent", async () => {
    const raw = new RawTransport();
    const server = wrapServer(new RawServer(), { policy: parsePolicy(HELD), grant });
    await server.connect(raw);
    raw.onmessage?.(call(1, "pay", RIGHT), as("ann"));
    await drained();
    expect(server.extras).toEqual([as("ann")]);
    const client = await openHeld("client");
    await start(client, call(1, "pay", RIGHT), { relatedRequestId: 7, headers: { "mcp-name": "pay" } });
    expect(client.raw.options).toEqual([undefined]);
  });

  test("a list that one of them asked for tells nothing of another's", async () => {
    const bench = await openHeld("server", { grant });
    await bench.ask(request(1, "tools/list"), as("ben"));
    await bench.reply(answer(1, { tools: [OPEN] }));
    await start(bench, call(2, "pay", WRONG), as("ann"));
    await replyList(bench, { tools: [PAY] });
    expect(bench.told.at(-1)).toEqual(unfit(2));
  });

  test("without a policy ask nothing, and their lists are forgotten", async () => {
    const policies = new Map([
      ["ann", parsePolicy({ version: "1", default: "deny", tools: { pay: { args: "tool" } } })],
    ]);
    const bench = await openHeld("server", { grant, policy: (name: string) => policies.get(name) });
    await start(bench, call(1, "pay", RIGHT), as("ben"));
    await bench.ask(request(2, "tools/list"), as("ben"));
    await bench.reply(toolList(2, "pay"));
    expect(ownRequests(bench)).toEqual([]);
    expect(bench.told).toEqual([notPermitted(1), answer(2, { tools: [] })]);
  });

  test("a thousand and one of them on one connection cost a bounded memory, and each is still served", async () => {
    const bench = await openHeld("server", { grant });
    for (let n = 0; n < 2_500; n++) {
      await bench.ask(request(n, "tools/list"), as(`g${n}`));
      await bench.reply(answer(n, { tools: [PAY] }));
    }
    await start(bench, call("a", "pay", WRONG), as("g2499"));
    expect(bench.told.at(-1)).toEqual({ ...unfit(0), id: "a" });
  });
});

describe.each(SIDES)("a hostile schema, %s side", (side) => {
  const doubling = (levels: number) => ({
    $defs: Object.fromEntries(
      Array.from({ length: levels }, (_, n) => [
        `l${n}`,
        n === 0 ? { type: "object" } : { allOf: [{ $ref: `#/$defs/l${n - 1}` }, { $ref: `#/$defs/l${n - 1}` }] },
      ]),
    ),
    $ref: `#/$defs/l${levels - 1}`,
  });
  const nested = (levels: number): object => (levels === 0 ? {} : { properties: { a: nested(levels - 1) } });
  const wide = {
    type: "object",
    properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`p${n}`, {}])),
  };
  const UNUSABLE = "the tool's schema cannot be used, so the arguments cannot be judged";
  const TOO_MUCH = "the arguments do not fit the schema: judging them would take too much work";

  test.each<[string, unknown, "passes" | string, object?]>([
    ["E14: none", undefined, NOT_KNOWN],
    ["E14: `true`", true, "passes"],
    ["E14: the empty schema", {}, "passes"],
    ["`false`", false, "the arguments do not fit the schema: the whole is not allowed"],
    ["null", null, UNUSABLE],
    ["text", '{"type":"object"}', UNUSABLE],
    ["a list", [{ type: "object" }], UNUSABLE],
    ["E14: an unknown dialect", { $schema: "http://json-schema.org/draft-04/schema#" }, UNUSABLE],
    ["a dialect that is no text", { $schema: { $ref: "#" } }, UNUSABLE],
    ["draft-07", { $schema: "http://json-schema.org/draft-07/schema#", required: ["amount"] }, "passes"],
    ["a reference that leads out", { $ref: "https://evil.example/schema.json" }, UNUSABLE],
    ["a reference to a file", { properties: { a: { $ref: "file:///etc/passwd" } } }, UNUSABLE],
    ["a reference to nowhere", { $ref: "#/$defs/none" }, UNUSABLE],
    ["a reference to itself", { $ref: "#" }, TOO_MUCH],
    ["E13: forty levels that double", doubling(40), TOO_MUCH],
    ["a keyword of the wrong type", { type: 7 }, UNUSABLE],
    ["an unknown keyword", { "x-vendor": { deep: [1] }, optional: true }, "passes"],
    ["nested 100 deep", nested(50), UNUSABLE],
    ["of 20,000 properties", wide, UNUSABLE],
    [
      "E13: a pattern that backtracks",
      { properties: { text: { pattern: "^(a+)+$" } } },
      "the arguments do not fit the schema: `/text` does not match its pattern",
      { text: `${"a".repeat(50_000)}!` },
    ],
    ["a pattern with a look-behind", { properties: { text: { pattern: "(?<=a)b" } } }, UNUSABLE],
    ["a pattern that repeats without end", { properties: { text: { pattern: "((a{1000}){1000}){1000}" } } }, UNUSABLE],
    [
      "keys of a prototype",
      JSON.parse('{"properties":{"__proto__":{"type":"number"},"constructor":{"type":"number"}}}'),
      "passes",
    ],
    [
      "`required` of what a prototype has",
      { required: ["toString"] },
      "the arguments do not fit the schema: `/toString` is missing",
    ],
    [
      "a default",
      { properties: { account: { type: "string", default: "mine" } }, required: ["account"] },
      "the arguments do not fit the schema: `/account` is missing",
    ],
  ])("%s", { timeout: 2_000 }, async (_, inputSchema, expected, args = RIGHT) => {
    const bench = await openHeld(side);
    await start(bench, call(1, "pay", args));
    await replyList(bench, { tools: [inputSchema === undefined ? { name: "pay" } : { name: "pay", inputSchema }] });
    const code = expected === NOT_KNOWN || expected === UNUSABLE ? "unavailable" : "invalid_arguments";
    expect(bench.told).toEqual(expected === "passes" ? [] : [denied(1, code, expected)]);
    expect(reached(bench)).toEqual(expected === "passes" ? [call(1, "pay", args)] : []);
  });

  test("one of a tool does not keep another tool from being called", async () => {
    const bench = await openHeld(side);
    await start(bench, call(1, "pay", RIGHT));
    await replyList(bench, { tools: [{ name: "look", inputSchema: doubling(40) }, PAY] });
    expect(reached(bench)).toEqual([call(1, "pay", RIGHT)]);
  });

  test("E04, in bounded work: one large definition, and a hundred thousand small ones of the same name", {
    timeout: 5_000,
  }, async () => {
    const bench = await openHeld(side);
    const large = { name: "pay", inputSchema: { enum: Array.from({ length: 300_000 }, (_, n) => n) } };
    const tools = [large, ...Array.from({ length: 100_000 }, () => ({ name: "pay" }))];
    await bench.ask(request(1, "tools/list"));
    await bench.reply(answer(1, { tools }));
    await start(bench, call(2, "look", {}));
    await replyList(bench, { tools });
    expect(bench.told[0]).toEqual(answer(1, { tools: [] }));
    expect(bench.told.at(-1)).toEqual(unknown(2));
  });
});

describe("gate.run", () => {
  const POLICY: PolicyDocument = { version: "1", default: "deny", tools: { pay: { args: "tool" } } };
  const gate = createGate({ policy: parsePolicy(POLICY) });
  const run = async (args: Record<string, unknown>, tool?: { inputSchema?: unknown }) => {
    const result = await gate.run({ name: "pay", arguments: args }, { tool }, () => "paid");
    return result.allowed ? result.value : result.decision.code;
  };

  test("holds a call to the tool that its context brings, and denies where it brings none", async () => {
    expect(await run(RIGHT, { inputSchema: AMOUNT })).toBe("paid");
    expect(await run(WRONG, { inputSchema: AMOUNT })).toBe("invalid_arguments");
    expect(await run(RIGHT, {})).toBe("unavailable");
    expect(await run(RIGHT)).toBe("unavailable");
  });

  test("O13: a tool on a prototype is nobody's", async () => {
    Object.defineProperty(Object.prototype, "tool", { value: { inputSchema: true }, configurable: true });
    try {
      expect(await run(WRONG)).toBe("unavailable");
    } finally {
      Reflect.deleteProperty(Object.prototype, "tool");
    }
  });
});

test.each(SIDES)("O13: on the wire too, %s side", async (side) => {
  const bench = await openHeld(side);
  Object.defineProperty(Object.prototype, "tool", { value: { inputSchema: true }, configurable: true });
  try {
    await start(bench, call(1, "pay", WRONG));
    await replyList(bench, { tools: [PAY] });
    await start(bench, call(2, "look", {}));
  } finally {
    Reflect.deleteProperty(Object.prototype, "tool");
  }
  expect(bench.told).toEqual([unfit(1), unknown(2)]);
});

function boom(message: string): never {
  throw new Error(message);
}
