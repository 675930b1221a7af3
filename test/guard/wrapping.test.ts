import { CallgateError, createGate, OptionsError, parsePolicy, wrapServer, wrapTransport } from "callgate";
import { describe, expect, test } from "vitest";
import { call, notPermitted } from "./messages.ts";
import { OK_ONLY, openBench, RawServer, RawTransport } from "./raw-transport.ts";

const policy = parsePolicy(OK_ONLY);
const gate = () => createGate({ policy });

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return "nothing thrown";
}

const already = (what: "wrapped" | "connected", message: string) =>
  new CallgateError(what === "wrapped" ? "already_wrapped" : "already_connected", message);

describe("wrapping a client transport", () => {
  test("O01: twice is refused, under the same gate, another gate, or by what the first wrap gave", () => {
    const raw = new RawTransport();
    const shared = gate();
    const wrapped = wrapTransport(raw, shared, { server: "a" });
    const error = already("wrapped", "this transport is wrapped already");
    expect(thrown(() => wrapTransport(raw, shared, { server: "a" }))).toEqual(error);
    expect(thrown(() => wrapTransport(raw, { policy }))).toEqual(error);
    expect(thrown(() => wrapTransport(wrapped, { policy }))).toEqual(error);
  });

  test("hazard 5: one that has a message handler is connected, and refused", () => {
    const raw = new RawTransport();
    raw.onmessage = () => undefined;
    expect(thrown(() => wrapTransport(raw, { policy }))).toEqual(
      already("connected", "this transport is connected: wrap it first, then connect"),
    );
  });

  test("O01: a wrap that is refused leaves the transport as it was, to be wrapped by another", () => {
    const raw = new RawTransport();
    const taken = gate();
    wrapTransport(new RawTransport(), taken);
    expect(() => wrapTransport(raw, taken)).toThrow(OptionsError);
    expect(() => wrapTransport(raw, { policy, polcy: 1 } as never)).toThrow(OptionsError);
    expect(raw.onclose).toBeUndefined();
    expect(wrapTransport(raw, taken, { server: "b" })).toBeInstanceOf(RawTransport);
  });

  test.each([[null], [undefined], ["transport"], [{}], [() => undefined], [{ send: 1 }]])(
    "%o is no transport",
    (value) => {
      const error = new OptionsError("wrapTransport takes a transport, as SDK clients connect to");
      expect(thrown(() => wrapTransport(value as never, { policy }))).toEqual(error);
    },
  );

  test("O02, hazard 3: whoever holds the transport itself goes around the guard: documented, not prevented", async () => {
    const bench = await openBench("client");
    await bench.raw.send(call(1, "secret"));
    expect(bench.asked).toEqual([call(1, "secret")]);
    expect(bench.events).toEqual([]);
  });

  test("O04: a message handler that is replaced after the wrap is guarded like the first", async () => {
    const bench = await openBench("client");
    const late: unknown[] = [];
    bench.guarded.onmessage = (message) => void late.push(message);
    await bench.ask(call(1, "secret"));
    bench.raw.onmessage?.({ jsonrpc: "2.0", id: 9, result: { tools: [{ name: "secret" }] } });
    expect(late).toEqual([notPermitted(1)]);
    expect(bench.told).toEqual([]);
  });
});

describe("wrapping a server", () => {
  test("O01: twice is refused, through the high-level server or the low-level one inside", () => {
    const low = new RawServer();
    const high = { server: low, connect: (transport: RawTransport) => low.connect(transport) };
    expect(wrapServer(high, { policy })).toBe(high);
    const error = already("wrapped", "this server is wrapped already");
    expect(thrown(() => wrapServer(high, { policy }))).toEqual(error);
    expect(thrown(() => wrapServer(low, { policy }))).toEqual(error);
  });

  test("hazard 5: one that has a transport is connected, and refused", async () => {
    const server = new RawServer();
    await server.connect(new RawTransport());
    expect(thrown(() => wrapServer(server, { policy }))).toEqual(
      already("connected", "this server is connected: wrap it first, then connect"),
    );
  });

  test("a server that is changed in place is the same object", () => {
    const server = new RawServer();
    expect(wrapServer(server, { policy })).toBe(server);
  });

  test.each([[null], [undefined], ["server"], [{}], [{ connect: 1 }], [{ server: {} }]])("%o is no server", (value) => {
    const error = new OptionsError("wrapServer takes a server of an MCP SDK");
    expect(thrown(() => wrapServer(value as never, { policy }))).toEqual(error);
  });

  test("hazard 1, O04: whatever it is connected to, then and later, is guarded", async () => {
    const server = wrapServer(new RawServer(), { policy });
    for (const transport of [new RawTransport(), new RawTransport()]) {
      await server.connect(transport);
      transport.onmessage?.(call(1, "secret"));
      transport.onmessage?.(call(2, "ok"));
      expect(transport.sent).toEqual([notPermitted(1)]);
    }
    expect(server.received).toEqual([call(2, "ok"), call(2, "ok")]);
  });

  test("O04: a message handler that is replaced after the connect is guarded like the first", async () => {
    const bench = await openBench("server");
    const late: unknown[] = [];
    bench.guarded.onmessage = (message) => void late.push(message);
    bench.raw.onmessage?.(call(1, "secret"));
    bench.raw.onmessage?.(call(2, "ok"));
    expect(late).toEqual([call(2, "ok")]);
  });
});

describe("one gate for several targets", () => {
  test.each([
    ["two clients", () => wrapTransport(new RawTransport(), shared), () => wrapTransport(new RawTransport(), shared)],
    [
      "a client and a server",
      () => wrapTransport(new RawTransport(), shared),
      () => wrapServer(new RawServer(), shared),
    ],
    [
      "a server and a client",
      () => wrapServer(new RawServer(), shared),
      () => wrapTransport(new RawTransport(), shared),
    ],
  ])("B11, hazard 28: %s without names are refused", (_, one, two) => {
    shared = gate();
    one();
    expect(two).toThrow("this gate guards another target: name each");
  });

  test("hazard 30: servers may share a gate without names, because a host makes one for each request", () => {
    shared = gate();
    wrapServer(new RawServer(), shared);
    expect(wrapServer(new RawServer(), shared)).toBeInstanceOf(RawServer);
  });

  test("targets that have names share a gate, and the gate's own name is one", () => {
    shared = gate();
    wrapTransport(new RawTransport(), shared, { server: "a" });
    wrapTransport(new RawTransport(), shared, { server: "b" });
    wrapServer(new RawServer(), shared, { server: "c" });
    const named = createGate({ policy, server: "all" });
    wrapTransport(new RawTransport(), named);
    expect(wrapTransport(new RawTransport(), named)).toBeInstanceOf(RawTransport);
  });

  test.each([[""], ["x".repeat(257)], [7], [null]])(
    "a target's name that is %j is refused like the gate's own",
    (server) => {
      expect(() => wrapTransport(new RawTransport(), gate(), { server: server as never })).toThrow(OptionsError);
      expect(() => wrapServer(new RawServer(), gate(), { server: server as never })).toThrow(OptionsError);
    },
  );

  test("an unknown option of a target is refused like the gate's own", () => {
    expect(() => wrapTransport(new RawTransport(), gate(), { sever: "a" } as never)).toThrow(OptionsError);
  });
});

let shared = gate();
