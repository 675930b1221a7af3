import { parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { answer, decisions, denied, failure, notification, request } from "./messages.ts";
import { openBench, SIDES } from "./raw-transport.ts";

const DENY = { version: "1", default: "deny" } as const;
const ALLOW = { version: "1", default: "allow" } as const;

/** Methods of MCP that no rule judges yet: they pass under any default. */
const PASSING = [
  "completion/complete",
  "elicitation/create",
  "initialize",
  "logging/setLevel",
  "ping",
  "prompts/list",
  "resources/list",
  "resources/templates/list",
  "resources/unsubscribe",
  "roots/list",
  "sampling/createMessage",
  "server/discover",
  "subscriptions/listen",
  "tools/list",
];

const NAMED = [
  ["resources/read", "resource", { uri: "file:///a" }, "file:///a"],
  ["resources/subscribe", "resource", { uri: "file:///a" }, "file:///a"],
  ["prompts/get", "prompt", { name: "p" }, "p"],
] as const;

describe.each(SIDES)("methods other than tools/call, %s side", (side) => {
  test.each(PASSING)("D10: %s passes from the caller under default deny, as it is", async (method) => {
    const bench = await openBench(side, { policy: DENY });
    await bench.ask(request(1, method, { a: [1], _meta: { x: 1 } }));
    expect(bench.asked).toEqual([request(1, method, { a: [1], _meta: { x: 1 } })]);
    expect(bench.told).toEqual([]);
  });

  test.each(PASSING)("D10: %s passes from the called under default deny, as it is", async (method) => {
    const bench = await openBench(side, { policy: DENY });
    await bench.reply(request(1, method, { a: [1] }));
    await bench.ask(answer(1, { done: true }));
    expect(bench.told).toEqual([request(1, method, { a: [1] })]);
    expect(bench.asked).toEqual([answer(1, { done: true })]);
  });

  test.each(NAMED)("D10: %s passes under default deny, recorded as a %s", async (method, kind, params, name) => {
    const bench = await openBench(side, { policy: DENY });
    await bench.ask(request(1, method, params));
    await bench.reply(answer(1, { contents: [] }));
    expect(bench.asked).toEqual([request(1, method, params)]);
    expect(bench.told).toEqual([answer(1, { contents: [] })]);
    expect(bench.events).toMatchObject([
      { type: "decision", kind, name, outcome: "allow" },
      { type: "outcome", result: "ok" },
    ]);
  });

  test.each([
    ["resources/read", "uri", {}],
    ["resources/read", "uri", { uri: "" }],
    ["resources/subscribe", "uri", { uri: ["file:///a"] }],
    ["prompts/get", "name", { name: { toString: "p" } }],
    ["prompts/get", "name", { uri: "p" }],
  ])("D04: %s without a usable `%s` is refused", async (method, member, params) => {
    const bench = await openBench(side, { policy: DENY });
    await bench.ask(request(1, method, params));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32602, `\`${member}\` must be a string that is not empty`)]);
    expect(bench.events).toMatchObject([{ type: "refusal", code: "malformed", method }]);
  });

  test.each(NAMED)("%s of a caller that nobody can tell is denied as an error", async (method, _, params) => {
    const bench = await openBench(side, { grant: () => undefined });
    await bench.ask(request(1, method, params));
    const { result } = denied(1, "not_permitted", "") as { result: { _meta: object } };
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([
      failure(1, -32602, "[POLICY DENIED] this tool is not permitted by policy", result._meta),
    ]);
  });

  test("D10, hazard 2: a method unknown to MCP is denied under default deny, as one that does not exist", async () => {
    const bench = await openBench(side, { policy: DENY });
    await bench.ask(request(1, "vendor/run", { name: "secret" }));
    await bench.ask(notification("vendor/run", { name: "secret" }));
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([failure(1, -32601, "Method not found")]);
    expect(decisions(bench)).toMatchObject([
      { kind: "method", name: "vendor/run", outcome: "deny", rule: "(default deny)", requestId: 1 },
      { kind: "method", name: "vendor/run", outcome: "deny", rule: "(default deny)", requestId: undefined },
    ]);
  });

  test("D10, hazard 2: a method unknown to MCP passes under default allow", async () => {
    const bench = await openBench(side, { policy: ALLOW });
    await bench.ask(request(1, "vendor/run", { a: 1 }));
    await bench.ask(notification("vendor/event", { a: 1 }));
    await bench.reply(answer(1, { done: true }));
    expect(bench.asked).toEqual([request(1, "vendor/run", { a: 1 }), notification("vendor/event", { a: 1 })]);
    expect(bench.told).toEqual([answer(1, { done: true })]);
  });

  test("D10: a method unknown to MCP is denied from the called under default deny, and the called is told", async () => {
    const bench = await openBench(side, { policy: DENY });
    await bench.reply(request(4, "vendor/run"));
    expect(bench.told).toEqual([]);
    expect(bench.asked).toEqual([failure(4, -32601, "Method not found")]);
    expect(decisions(bench)).toMatchObject([{ kind: "method", name: "vendor/run", outcome: "deny" }]);
  });

  test("D10: a method unknown to MCP passes from the called under default allow", async () => {
    const bench = await openBench(side, { policy: ALLOW });
    await bench.reply(request(4, "vendor/run"));
    expect(bench.told).toEqual([request(4, "vendor/run")]);
  });

  test("D10: a method is never looked up as a tool", async () => {
    const bench = await openBench(side, { policy: { version: "1", default: "deny", tools: { "vendor/run": {} } } });
    await bench.ask(request(1, "vendor/run"));
    expect(bench.asked).toEqual([]);
  });

  test("hazard 21: progress passes in both directions", async () => {
    const bench = await openBench(side, { policy: DENY });
    const progress = notification("notifications/progress", { progressToken: 99, progress: 1 });
    await bench.reply(progress);
    await bench.ask(progress);
    expect(bench.told).toEqual([progress]);
    expect(bench.asked).toEqual([progress]);
  });

  test("the name that resolvers are told is the name that is judged", async () => {
    const told: unknown[] = [];
    const grant = ({ request: asked }: { request: unknown }) => {
      told.push(asked);
      return "a";
    };
    const bench = await openBench(side, { policy: parsePolicy(ALLOW), grant });
    await bench.ask(request(1, "resources/read", { uri: "file:///secret", name: "harmless" }));
    await bench.ask(request(2, "prompts/get", { uri: "harmless", name: "secret" }));
    await bench.ask(request(3, "tools/call", { uri: "harmless", name: "secret" }));
    expect(told).toEqual([
      { kind: "resource", name: "file:///secret" },
      { kind: "prompt", name: "secret" },
      { kind: "tool", name: "secret" },
    ]);
  });
});
