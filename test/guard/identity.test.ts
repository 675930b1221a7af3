import type { CallerInfo } from "callgate";
import { createGate, parsePolicy, wrapServer } from "callgate";
import { describe, expect, test } from "vitest";
import { dailyLimit, overLimit } from "./limited.ts";
import { call, decisions, denied, notices, notPermitted, request, unavailable } from "./messages.ts";
import { clock, openBench, RawServer, RawTransport, SIDES } from "./raw-transport.ts";

const HTTP = { requestInfo: { headers: {} } };
const NO_SESSION = "this tool is limited by session, and this connection has none";

/** Keeps what resolvers were told. */
function listening(): { grant: (caller: CallerInfo) => string; told: CallerInfo[] } {
  const told: CallerInfo[] = [];
  return { told, grant: (caller) => `g${told.push(caller)}` };
}

describe("who asks a server", () => {
  test("hazard 29, D16: what authentication put beside the message is told; what the message says is not", async () => {
    const { grant, told } = listening();
    const bench = await openBench("server", { grant, server: "files" });
    bench.raw.sessionId = "s1";
    const claims = { user: "root", authInfo: { user: "root" }, sessionId: "s9" };
    const _meta = { ...claims, "io.modelcontextprotocol/clientInfo": { name: "root" } };
    const message = request(1, "tools/call", { name: "ok", ...claims, _meta });
    await bench.ask(message, { authInfo: { user: "ann" }, requestInfo: { headers: { "X-Team": "a" } } });
    expect(told).toEqual([
      {
        side: "server",
        authInfo: { user: "ann" },
        headers: Object.assign(Object.create(null), { "x-team": "a" }),
        sessionId: "s1",
        server: "files",
        request: { kind: "tool", name: "ok" },
      },
    ]);
  });

  test("hazard 29: headers of a Fetch request are told too, in lower case", async () => {
    const { grant, told } = listening();
    const bench = await openBench("server", { grant });
    await bench.ask(call(1, "ok"), { request: new Request("http://x/", { headers: { "X-Team": "a" } }) });
    expect({ ...told[0]?.headers }).toEqual({ "x-team": "a" });
  });

  test.each([[undefined], [null], [7], ["authInfo"], [{}], [{ requestInfo: null }], [{ request: { headers: 7 } }]])(
    "hazard 29: beside a message may stand %j, and nobody is authenticated by it",
    async (extra) => {
      const { grant, told } = listening();
      const bench = await openBench("server", { grant });
      await bench.ask(call(1, "ok"), extra);
      expect(told).toMatchObject([{ authInfo: undefined, headers: undefined }]);
      expect(bench.asked).toEqual([call(1, "ok")]);
    },
  );

  test("P01: without a grant every caller is `default`; with authentication a notice says so, once", async () => {
    const bench = await openBench("server");
    await bench.ask(call(1, "ok"), { authInfo: { user: "ann" } });
    await bench.ask(call(2, "ok"), { authInfo: { user: "bob" } });
    expect(decisions(bench).map(({ grant }) => grant)).toEqual(["default", "default"]);
    expect(notices(bench)).toMatchObject([{ code: "grant_not_resolved" }]);
    expect(notices(bench)).toHaveLength(1);
  });

  test("P01: without authentication, and on a client, there is no such notice", async () => {
    for (const side of SIDES) {
      const bench = await openBench(side);
      await bench.ask(call(1, "ok"), side === "client" ? { authInfo: {} } : undefined);
      expect(notices(bench)).toEqual([]);
    }
  });
});

test("hazard 29: on a client nobody is authenticated, whatever the sender puts beside the message", async () => {
  const { grant, told } = listening();
  const bench = await openBench("client", { grant });
  await bench.ask(call(1, "ok"), {
    authInfo: { user: "root" },
    requestInfo: { headers: { a: "b" } },
    headers: { c: "d" },
  });
  expect(told).toMatchObject([{ side: "client", authInfo: undefined, headers: undefined }]);
});

describe("the session of a call", () => {
  test("a client's connection is one session, and the next connection another", async () => {
    const gate = createGate({ policy: parsePolicy(dailyLimit(1, "session")), clock });
    for (const server of ["a", "a"]) {
      const bench = await openBench("client", gate, { server });
      await bench.ask(call(1, "ok"));
      await bench.ask(call(2, "ok"));
      expect(bench.asked).toEqual([call(1, "ok")]);
      expect(bench.told).toEqual([overLimit(2)]);
    }
  });

  test("a server's connection that is no HTTP is one session", async () => {
    const bench = await openBench("server", { policy: dailyLimit(1, "session") });
    await bench.ask(call(1, "ok"));
    await bench.ask(call(2, "ok"));
    expect(bench.told).toEqual([overLimit(2)]);
  });

  test("a stateful HTTP session is the transport's, over any number of connections", async () => {
    const gate = createGate({ policy: parsePolicy(dailyLimit(1, "session")), clock });
    const told: unknown[] = [];
    for (const sessionId of ["s1", "s1", "s2"]) {
      const bench = await openBench("server", gate);
      bench.raw.sessionId = sessionId;
      await bench.ask(call(1, "ok"), HTTP);
      told.push(...bench.told);
    }
    expect(told).toEqual([overLimit(1)]);
  });

  test.each([
    ["stateless HTTP", call(1, "ok"), HTTP],
    ["stateless HTTP of v2", call(1, "ok"), { request: new Request("http://x/") }],
    [
      "2026-07-28",
      request(1, "tools/call", { name: "ok", _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } }),
      undefined,
    ],
  ])("on %s there is none, and a limit by session is unavailable", async (_, message, extra) => {
    const bench = await openBench("server", { policy: dailyLimit(1, "session"), store: undefined });
    await bench.ask(message, extra);
    expect(bench.asked).toEqual([]);
    const { result } = denied(1, "unavailable", NO_SESSION) as { result: object };
    expect(bench.told).toMatchObject([{ id: 1, result }]);
  });

  test("a session resolver gives one where the transport has none", async () => {
    const gate = createGate({ policy: parsePolicy(dailyLimit(1, "session")), clock, session: () => "mine" });
    const bench = await openBench("server", gate);
    await bench.ask(call(1, "ok"), HTTP);
    await bench.ask(call(2, "ok"), HTTP);
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toEqual([overLimit(2)]);
  });

  test("D16: a session that the message names is not its session", async () => {
    const bench = await openBench("server", { policy: dailyLimit(1, "session") });
    bench.raw.sessionId = "s1";
    await bench.ask(request(1, "tools/call", { name: "ok", sessionId: "a", _meta: { sessionId: "a" } }));
    await bench.ask(request(2, "tools/call", { name: "ok", sessionId: "b", _meta: { sessionId: "b" } }));
    expect(bench.told).toEqual([overLimit(2)]);
  });
});

describe("hazard 30: a host that makes a server and a gate for every request", () => {
  test("is refused a limit, because it could never hold, and told why once", async () => {
    const bench = await openBench("server", { policy: dailyLimit(5) });
    await bench.ask(call(1, "ok"), HTTP);
    await bench.ask(call(2, "ok"), HTTP);
    expect(bench.asked).toEqual([]);
    expect(bench.told).toEqual([unavailable(1, false), unavailable(2, false)]);
    expect(notices(bench)).toMatchObject([{ code: "limit_cannot_hold" }]);
    expect(decisions(bench)).toMatchObject([
      { outcome: "deny", cause: expect.stringContaining("call createGate once") },
      {},
    ]);
  });

  test("is served where no limit applies", async () => {
    const bench = await openBench("server");
    await bench.ask(call(1, "ok"), HTTP);
    await bench.ask(call(2, "secret"), HTTP);
    expect(bench.asked).toEqual([call(1, "ok")]);
    expect(bench.told).toEqual([notPermitted(2)]);
  });

  test("may count in a store that outlives the request", async () => {
    const { createMemoryStore } = await import("callgate");
    const store = createMemoryStore();
    const served: unknown[] = [];
    for (let id = 0; id < 3; id++) {
      const server = wrapServer(new RawServer(), { policy: parsePolicy(dailyLimit(2)), store, clock });
      const transport = new RawTransport();
      await server.connect(transport);
      transport.onmessage?.(call(id, "ok"), HTTP);
      served.push(...server.received);
    }
    expect(served).toEqual([call(0, "ok"), call(1, "ok")]);
  });

  test("stdio and stateful HTTP are no such hosts", async () => {
    const bench = await openBench("server", { policy: dailyLimit(2) });
    await bench.ask(call(1, "ok"));
    bench.raw.sessionId = "s";
    await bench.ask(call(2, "ok"), HTTP);
    expect(bench.asked).toHaveLength(2);
  });
});
