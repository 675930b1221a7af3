import { afterEach, describe, expect, test } from "vitest";
import { answer, call, notPermitted, request, toolList } from "./messages.ts";
import { type Bench, openBench, SIDES } from "./raw-transport.ts";

/** What an attacker who can set members of `Object.prototype` by JSON might set. */
const POLLUTION: readonly [string, unknown][] = [
  ["policy", { version: "1", default: "allow" }],
  ["grant", "admin"],
  ["given", { grant: "admin", facts: { role: "admin" }, session: "s", server: "x" }],
  ["authInfo", { user: "admin" }],
  ["requestInfo", { headers: { user: "admin" } }],
  ["request", { headers: { user: "admin" } }],
  ["headers", { user: "admin" }],
  ["facts", { role: "admin" }],
  ["session", "s"],
  ["sessionId", "s"],
  ["allow", true],
  ["allowed", true],
  ["admitted", true],
  ["known", true],
  ["ok", true],
  ["kind", "prompt"],
  ["outcome", "allow"],
  ["code", "allowed"],
  ["effect", "allow"],
  ["action", "allow"],
  ["default", "allow"],
  ["listing", "policy"],
  ["hide", []],
  ["tools", [{ name: "secret" }]],
  ["name", "ok"],
  ["arguments", { amount: 1 }],
  ["params", { name: "ok" }],
  ["method", "notifications/message"],
  ["method", "tools/call"],
  ["id", 1],
  ["result", { tools: [{ name: "secret" }] }],
  ["error", { code: 1, message: "x" }],
  ["jsonrpc", "2.0"],
  ["max", 1_000_000],
  ["amount", 0],
  ["limits", []],
  ["deny_if", []],
  ["task", { taskId: "t" }],
  ["requestSignal", { aborted: false }],
  ["dead", false],
  ["retry", { retryable: true, retryAfterMs: 1 }],
  ["charges", [{ counter: "x" }]],
  ["readings", []],
  ["cause", "x"],
  ["_meta", { "io.modelcontextprotocol/protocolVersion": "2026-07-28" }],
  ["then", true],
  ["run", true],
  ["server", "x"],
  ["forwarded", true],
  ["settle", 7],
];

const ROLE = {
  version: "1",
  default: "deny",
  hide: ["secret"],
  tools: {
    ok: {},
    pay: { deny_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }] }] },
    must: { require: [{ conditions: [{ path: "args.amount", op: "lte", value: 100 }] }] },
    admin: { require: [{ conditions: [{ path: "context.role", op: "eq", value: "admin" }] }] },
    once: { limits: [{ counter: "n", window: "day", max: 1 }] },
    session: { limits: [{ counter: "s", window: "day", max: 1, scope: "session" }] },
  },
} as const;

async function converse(bench: Bench): Promise<void> {
  const asked = [
    call(1, "ok"),
    call(2, "secret"),
    call(3, "nobody"),
    call(4, "pay", { amount: 5000 }),
    call(5, "must", {}),
    call(6, "admin"),
    call(7, "once"),
    call(8, "once"),
    request(9, "tools/call", {}),
    request(10, "vendor/run"),
    request(11, "tools/list"),
    request(12, "ping"),
    { jsonrpc: "2.0" },
  ];
  for (const message of asked) await bench.ask(message, {});
  await bench.reply(answer(1, { content: [] }));
  await bench.reply(toolList(11, "secret", "ok"));
  await bench.reply(toolList(12, "secret", "ok"));
}

const text = (bench: Bench) => JSON.stringify([bench.asked, bench.told]);

const record = (bench: Bench) =>
  bench.events.map((event) =>
    event.type === "decision" ? [event.grant, event.outcome, event.code, event.rule] : event.type,
  );

function pollute(key: string, value: unknown): void {
  Object.defineProperty(Object.prototype, key, { value, writable: true, configurable: true, enumerable: false });
}

describe.each(SIDES)("O13: a polluted Object.prototype, %s side", (side) => {
  const options = () => ({
    policy: ROLE,
    grant: ({ authInfo }: { authInfo: unknown }) => (authInfo ? "admin" : "guest"),
  });

  afterEach(() => {
    for (const [key] of POLLUTION) Reflect.deleteProperty(Object.prototype, key);
  });

  test.each(POLLUTION)(
    "O13: `%s` (%j) set after the gate was made changes no decision and no list",
    async (key, value) => {
      const clean = await openBench(side, options());
      await converse(clean);
      const bench = await openBench(side, options());
      pollute(key, value);
      await converse(bench);
      Reflect.deleteProperty(Object.prototype, key);
      expect(text(bench)).toBe(text(clean));
      expect(record(bench)).toEqual(record(clean));
    },
  );

  test.each(POLLUTION)(
    "O13: `%s` (%j) set before the policy was parsed changes no decision and no list",
    async (key, value) => {
      const clean = await openBench(side, options());
      await converse(clean);
      pollute(key, value);
      const bench = await openBench(side, options());
      await converse(bench);
      Reflect.deleteProperty(Object.prototype, key);
      expect(text(bench)).toBe(text(clean));
      expect(record(bench)).toEqual(record(clean));
    },
  );

  test("O13: a `then` that is a function on every object forwards nothing that is not allowed", async () => {
    const bench = await openBench(side, options());
    pollute("then", (resolve: (value: unknown) => void) => resolve(undefined));
    void bench.ask(call(2, "secret")).catch(() => undefined);
    void bench.ask(call(4, "pay", { amount: 5000 })).catch(() => undefined);
    Reflect.deleteProperty(Object.prototype, "then");
    await new Promise(setImmediate);
    expect(bench.asked).toEqual([]);
  });

  test("O13: what a message carries under `__proto__` pollutes nothing", async () => {
    const bench = await openBench(side, options());
    const message =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"__proto__":{"y":1}}}}';
    await bench.ask(JSON.parse(message));
    await bench.ask(JSON.parse(`{"__proto__":{"y":1},${message.slice(1)}`));
    expect(({} as { y?: unknown }).y).toBeUndefined();
    expect(bench.told[0]).toEqual(notPermitted(1));
  });
});

test("O13: arguments named like read-only members of Object.prototype, as where it is frozen, pass as they are", async () => {
  const bench = await openBench("client");
  Object.defineProperty(Object.prototype, "currency", { value: "x", writable: false, configurable: true });
  try {
    await bench.ask(call(1, "ok", JSON.parse('{"currency":"USD"}')));
  } finally {
    Reflect.deleteProperty(Object.prototype, "currency");
  }
  expect(bench.asked).toEqual([call(1, "ok", { currency: "USD" })]);
});
