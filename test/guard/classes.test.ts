import type { PolicyDocument } from "callgate";
import { describe, expect, test } from "vitest";
import { answer, call, decisions, failure, notices, request } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const POLICY: PolicyDocument = {
  version: "1",
  default: "deny",
  tools: { ok: {} },
  resources: {
    default: "deny",
    hide: ["file:///notes/secret.md"],
    entries: { "file:///notes/*": {}, "file:///logs/today": { rate_limit: { max: 1, window: 60 } } },
  },
  prompts: { default: "allow", hide: ["draft_*"], entries: { pay: { action: "deny", reason: "Not from here." } } },
  methods: { allow: ["vendor/ping"], deny: ["completion/complete", "sampling/*", "elicitation/create", "roots/list"] },
};

const denied = (id: number, message: string, code = "not_permitted") =>
  failure(id, -32602, `[POLICY DENIED] ${message}`, { "callgate/denial": { code, retryable: false } });
const NO_RESOURCE = "this resource is not permitted by policy";

describe.each(SIDES)("resources, prompts and methods, %s side", (side) => {
  const open = () => openBench(side, { policy: POLICY });

  test.each([
    ["listed by a pattern", "file:///notes/a.md", true],
    ["hidden", "file:///notes/secret.md", false],
    ["not listed", "file:///etc/passwd", false],
    ["D10: out of the pattern by `..`", "file:///notes/../etc/passwd", false],
    ["with an encoded dot", "file:///notes/%2e%2e/etc/passwd", false],
    ["with an encoded slash", "file:///notes/..%2fetc", false],
    ["with a backslash", "file:///notes/..\\etc", false],
    ["another spelling of a listed one", "FILE:///notes/a.md", false],
    ["with userinfo", "https://file:///notes/@evil.example/", false],
  ])("a resource that is %s is read only if it is listed", async (_what, uri, passes) => {
    const bench = await open();
    const message = request(1, "resources/read", { uri });
    await bench.ask(message);
    expect(bench.asked).toEqual(passes ? [message] : []);
    expect(bench.told).toEqual(passes ? [] : [denied(1, NO_RESOURCE)]);
    expect(decisions(bench)).toMatchObject([{ kind: "resource", name: uri, outcome: passes ? "allow" : "deny" }]);
  });

  test("a resource is subscribed to by the same rules, and its limits count", async () => {
    const bench = await open();
    await bench.ask(request(1, "resources/subscribe", { uri: "file:///etc/passwd" }));
    await bench.ask(request(2, "resources/read", { uri: "file:///logs/today" }));
    await bench.ask(request(3, "resources/subscribe", { uri: "file:///logs/today" }));
    expect(bench.asked).toEqual([request(2, "resources/read", { uri: "file:///logs/today" })]);
    expect(decisions(bench).map(({ code, rule }) => [code, rule])).toEqual([
      ["not_permitted", "(default deny)"],
      ["allowed", ""],
      ["rate_limited", "/resources/entries/file:~1~1~1logs~1today/rate_limit"],
    ]);
  });

  test("prompts are ruled by their own default, entries and hiding", async () => {
    const bench = await open();
    for (const [id, name] of [
      [1, "help"],
      [2, "draft_a"],
      [3, "pay"],
    ] as const) {
      await bench.ask(request(id, "prompts/get", { name }));
    }
    expect(bench.asked).toEqual([request(1, "prompts/get", { name: "help" })]);
    expect(bench.told).toEqual([denied(2, "this prompt is not permitted by policy"), denied(3, "Not from here.")]);
  });

  test.each([
    ["resources/list", "resources", "uri", ["file:///notes/a.md", "file:///notes/secret.md"], ["file:///notes/a.md"]],
    ["prompts/list", "prompts", "name", ["help", "draft_a", "pay"], ["help", "pay"]],
    ["ping", "prompts", "name", ["help", "draft_a"], ["help"]],
  ])("what is hidden is gone from the answer to %s", async (method, member, key, names, left) => {
    const bench = await open();
    const items = (list: readonly string[]) => list.map((name) => ({ [key]: name, title: "t" }));
    await bench.ask(request(1, method));
    await bench.reply(answer(1, { [member]: items(names), nextCursor: "n", cacheScope: "public" }));
    expect(bench.told).toEqual([answer(1, { [member]: items(left), nextCursor: "n", cacheScope: "private" })]);
    expect(notices(bench)).toMatchObject([{ code: "names_removed" }]);
  });

  test("with `listing: callable` what could never be called is gone too", async () => {
    const bench = await openBench(side, { policy: POLICY, listing: "callable" });
    await bench.ask(request(1, "prompts/list"));
    await bench.reply(answer(1, { prompts: [{ name: "help" }, { name: "pay" }] }));
    await bench.ask(request(2, "resources/list"));
    await bench.reply(answer(2, { resources: [{ uri: "file:///notes/a" }, { uri: "file:///etc/passwd" }] }));
    expect(bench.told).toEqual([
      answer(1, { prompts: [{ name: "help" }] }),
      answer(2, { resources: [{ uri: "file:///notes/a" }] }),
    ]);
  });

  test("a method is denied by name, known to MCP or not, and an unknown one is allowed by name", async () => {
    const bench = await open();
    await bench.ask(request(1, "completion/complete", {}));
    await bench.ask(request(2, "vendor/run", {}));
    await bench.ask(request(3, "vendor/ping", {}));
    await bench.ask(request(4, "ping"));
    expect(bench.told).toEqual([failure(1, -32601, "Method not found"), failure(2, -32601, "Method not found")]);
    expect(bench.asked).toEqual([request(3, "vendor/ping", {}), request(4, "ping")]);
    expect(decisions(bench).map(({ name, rule, outcome }) => [name, rule, outcome])).toEqual([
      ["completion/complete", "(method denied)", "deny"],
      ["vendor/run", "(default deny)", "deny"],
      ["vendor/ping", "", "allow"],
    ]);
  });

  test("hazard 17: what the called wants of the caller is refused as a person would, and never reaches it", async () => {
    const bench = await open();
    await bench.reply(request("s", "sampling/createMessage", { messages: [] }));
    await bench.reply(request("e", "elicitation/create", {}));
    await bench.reply(request("r", "roots/list"));
    expect(bench.told).toEqual([]);
    expect(bench.asked).toEqual([
      failure("s", -1, "User rejected sampling request"),
      answer("e", { action: "decline" }),
      failure("r", -32601, "Method not found"),
    ]);
  });

  test("hazard 17: a result that wants what is denied is replaced by a denial, and any other passes", async () => {
    const bench = await open();
    const wanting = (method: string) => ({
      resultType: "input_required",
      inputRequests: { a: { method, params: {} } },
    });
    for (const id of [1, 2, 3]) await bench.ask(call(id, "ok"));
    await bench.reply(answer(1, wanting("sampling/createMessage")));
    await bench.reply(answer(2, wanting("vendor/ping")));
    await bench.reply(answer(3, wanting("vendor/run")));
    expect(bench.told.slice(1, 2)).toEqual([answer(2, wanting("vendor/ping"))]);
    expect(bench.told[2]).toMatchObject({ id: 3, result: { isError: true } });
    expect(bench.told.slice(0, 1)).toEqual([
      answer(1, {
        isError: true,
        content: [{ type: "text", text: "[POLICY DENIED] this method is not permitted by policy" }],
        _meta: { "callgate/denial": { code: "not_permitted", retryable: false } },
        resultType: "complete",
      }),
    ]);
  });

  test("hazard 17: what is wanted after something that is nothing is found too", async () => {
    const bench = await open();
    await bench.ask(call(1, "ok"));
    const inputRequests = { a: undefined, b: null, c: 7, d: { method: "sampling/createMessage", params: {} } };
    await bench.reply(answer(1, { resultType: "input_required", inputRequests }));
    expect(bench.told).toMatchObject([{ id: 1, result: { isError: true, resultType: "complete" } }]);
  });

  test("hazard 17: a list in the same result does not hide what is wanted", async () => {
    const bench = await open();
    const wanted = { inputRequests: { a: { method: "sampling/createMessage", params: {} } } };
    for (const id of [1, 2]) await bench.ask(call(id, "ok"));
    await bench.reply(answer(1, { tools: [{ name: "ok" }], ...wanted }));
    await bench.reply(answer(2, { prompts: [{ name: "help" }], ...wanted }));
    expect(JSON.stringify(bench.told)).not.toContain("sampling/createMessage");
    expect(bench.told).toMatchObject([{ result: { isError: true } }, { result: { isError: true } }]);
  });

  test("hazard 9: a list of tools beside another list leaves neither unfiltered", async () => {
    const bench = await open();
    await bench.ask(request(1, "prompts/list"));
    await bench.reply(answer(1, { tools: [{ name: "ok" }], prompts: [{ name: "help" }, { name: "draft_a" }] }));
    expect(bench.told).toEqual([answer(1, { tools: [{ name: "ok" }], prompts: [{ name: "help" }] })]);
  });

  test("hazard 32: under a policy that fails nothing is wanted of the caller, and the connection stands", async () => {
    const failing = () => {
      throw new Error("down");
    };
    const bench = await openBench(side, { policy: failing });
    await bench.reply(request("s", "sampling/createMessage", {}));
    expect(bench.told).toEqual([]);
    expect(bench.asked).toEqual([failure("s", -1, "User rejected sampling request")]);
    await bench.ask(request(1, "ping"));
    expect(bench.asked.at(-1)).toEqual(request(1, "ping"));
  });

  test("list and call agree on a URI that can be read in several ways", async () => {
    const bench = await openBench(side, { policy: POLICY, listing: "callable" });
    await bench.ask(request(1, "resources/list"));
    await bench.reply(answer(1, { resources: [{ uri: "file:///notes/../x" }, { uri: "file:///notes/a" }] }));
    expect(bench.told).toEqual([answer(1, { resources: [{ uri: "file:///notes/a" }] })]);
  });

  test("D10: without these sections everything of them passes", async () => {
    const bench = await openBench(side);
    const messages = [
      request(1, "resources/read", { uri: "file:///notes/../x" }),
      request(2, "prompts/get", { name: "draft_a" }),
      request(3, "completion/complete", {}),
    ];
    for (const message of messages) await bench.ask(message);
    expect(bench.asked).toEqual(messages);
    await bench.reply(request("s", "sampling/createMessage", {}));
    expect(bench.told).toEqual([request("s", "sampling/createMessage", {})]);
  });
});
