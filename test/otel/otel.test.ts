import * as api from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { type AuditEvent, createGate, createMemoryStore, type GateOptions, parsePolicy } from "callgate";
import { createOtelSink } from "callgate/otel";
import { createSettableClock } from "callgate/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decision, MORNING } from "../report/recorded.js";
import { AsyncContexts, telemetry } from "./telemetry.js";

const STAMP = { schema: 1, seq: 1, elapsed: 0, time: MORNING } as const;

const POLICY = parsePolicy({
  version: "1",
  default: "deny",
  tools: { read: {}, send: { limits: [{ counter: "sent", window: "minute", max: 2 }] } },
});
const { revision } = POLICY;

beforeAll(() => {
  api.context.setGlobalContextManager(new AsyncContexts());
  api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterAll(() => {
  api.context.disable();
  api.propagation.disable();
});

function setup(options: Partial<GateOptions> = {}) {
  const otel = telemetry();
  const clock = createSettableClock(MORNING);
  let time = 0;
  let ids = 0;
  const sink = createOtelSink({ ...otel, api, now: () => (time += 250), wallClock: () => clock.now() });
  const gate = createGate({ policy: POLICY, audit: sink, clock, server: "desk", ids: () => `id-${++ids}`, ...options });
  const call = (name: string, execute: () => unknown = () => undefined) => gate.run({ name }, {}, execute);
  return { otel, clock, sink, gate, call };
}

describe("spans", () => {
  test("an allowed call is one span, from its decision to its end", async () => {
    const { otel, call } = setup();
    await call("read", () => expect(otel.spans()).toEqual([]));
    expect(otel.spans()).toEqual([
      {
        name: "execute_tool read",
        kind: api.SpanKind.INTERNAL,
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "read",
          "callgate.server": "desk",
          "callgate.decision.id": "id-1",
          "callgate.grant": "default",
          "callgate.outcome": "allow",
          "callgate.code": "allowed",
          "callgate.policy.revision": revision,
        },
        status: { code: api.SpanStatusCode.UNSET },
      },
    ]);
  });

  test("a denied call is one span that failed, with the rule", async () => {
    const { otel, call } = setup();
    await call("drop");
    expect(otel.spans()).toMatchObject([
      {
        name: "execute_tool drop",
        attributes: {
          "error.type": "not_permitted",
          "callgate.outcome": "deny",
          "callgate.rule": "(default deny)",
          "callgate.pointer": "/default",
        },
        status: { code: api.SpanStatusCode.ERROR, message: "this tool is not permitted by policy" },
      },
    ]);
  });

  test("a span is a child of the span that is active", async () => {
    const { otel, call } = setup();
    const parent = otel.tracer.startSpan("agent");
    await api.context.with(api.trace.setSpan(api.context.active(), parent), () => call("read"));
    const [span] = otel.finished();
    expect(span?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  });

  test.each([
    ["client", "tool", "tools/call read", api.SpanKind.CLIENT, { "gen_ai.tool.name": "read" }],
    ["server", "tool", "tools/call read", api.SpanKind.SERVER, { "gen_ai.operation.name": "execute_tool" }],
    ["server", "prompt", "prompts/get read", api.SpanKind.SERVER, { "gen_ai.prompt.name": "read" }],
    ["client", "resource", "resources/read", api.SpanKind.CLIENT, { "mcp.resource.uri": "read" }],
    ["client", "method", "read", api.SpanKind.CLIENT, { "mcp.method.name": "read" }],
  ] as const)("%s, %s: named as the conventions for MCP say", (side, kind, name, spanKind, attributes) => {
    const { otel, sink } = setup();
    sink(decision({ side, kind, requestId: 7, session: "s-1", outcome: "deny", code: "denied" }));
    const session = side === "server" ? "mcp.session.id" : "callgate.session";
    expect(otel.spans()).toMatchObject([
      { name, kind: spanKind, attributes: { ...attributes, "jsonrpc.request.id": "7", [session]: "s-1" } },
    ]);
  });

  test.each([
    ["ok", undefined],
    ["task", undefined],
    ["tool_error", "tool_error"],
    ["protocol_error", "protocol_error"],
    ["threw", "threw"],
    ["cancelled", "cancelled"],
    ["closed", "closed"],
    ["not_executed", "not_executed"],
  ] as const)("a call that ends with %s has the error %s", async (result, error) => {
    const { otel, sink } = setup();
    sink(decision({ side: "client" }));
    sink({ ...STAMP, type: "outcome", side: "client", server: "", id: "id", result, refunded: false, upstreamMs: 1 });
    const [span] = otel.spans();
    expect(span?.attributes["error.type"]).toBe(error);
    expect(span?.status.code).toBe(error === undefined ? api.SpanStatusCode.UNSET : api.SpanStatusCode.ERROR);
    const [[attributes] = []] = await otel.metric("mcp.client.operation.duration");
    expect(attributes?.["error.type"]).toBe(error);
  });

  test("in MCP the denial of a tool is an error of the tool", () => {
    const { otel, sink } = setup();
    sink(decision({ side: "server", outcome: "deny", code: "rate_limited", rule: "/r" }));
    expect(otel.spans()[0]?.attributes).toMatchObject({ "error.type": "tool_error", "callgate.code": "rate_limited" });
  });

  test("on a server the trace that a message names is the parent, and the active span is linked", () => {
    const { otel, sink } = setup();
    const http = otel.tracer.startSpan("POST /mcp");
    const trace = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
    const event = { ...decision({ side: "server", outcome: "deny", code: "denied" }), trace } as AuditEvent;
    api.context.with(api.trace.setSpan(api.context.active(), http), () => sink(event));
    const [span] = otel.finished();
    expect(span?.parentSpanContext).toMatchObject({ spanId: "00f067aa0ba902b7", isRemote: true });
    expect(span?.spanContext().traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(span?.links.map(({ context }) => context.spanId)).toEqual([http.spanContext().spanId]);
  });

  test.each([null, 7, {}, { traceparent: "no" }, { traceparent: 7 }])(
    "a trace of %j leaves the active span",
    (trace) => {
      const { otel, sink } = setup();
      const parent = otel.tracer.startSpan("POST /mcp");
      const event = {
        ...decision({ side: "server", outcome: "deny", code: "denied" }),
        trace,
      } as unknown as AuditEvent;
      api.context.with(api.trace.setSpan(api.context.active(), parent), () => sink(event));
      expect(otel.finished()[0]?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
      expect(otel.finished()[0]?.links).toEqual([]);
    },
  );

  test("of more than ten thousand open calls the oldest ends", () => {
    const { otel, sink } = setup();
    for (let id = 0; id <= 10_000; id++) sink(decision({ id: `${id}` }));
    expect(otel.finished().map(({ attributes }) => attributes["callgate.decision.id"])).toEqual(["0"]);
  });
});

describe("metrics", () => {
  test("decisions are counted by outcome, rule and tool", async () => {
    const { otel, call } = setup();
    for (const name of ["read", "read", "drop", "send", "send", "send"]) await call(name);
    const tool = (name: string) => ({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name });
    const server = { "callgate.server": "desk" };
    const allowed = { "callgate.outcome": "allow", "callgate.code": "allowed", ...server };
    const denied = { "callgate.outcome": "deny", ...server };
    expect(await otel.metric("callgate.decisions")).toEqual([
      [{ ...tool("read"), ...allowed }, 2],
      [{ ...tool("drop"), ...denied, "callgate.code": "not_permitted", "callgate.rule": "(default deny)" }, 1],
      [{ ...tool("send"), ...allowed }, 2],
      [{ ...tool("send"), ...denied, "callgate.code": "rate_limited", "callgate.rule": "/tools/send/limits/sent" }, 1],
    ]);
  });

  test("the duration of a call is in seconds, from its decision to its end", async () => {
    const { otel, call } = setup();
    await call("read");
    const [[, value] = []] = await otel.metric("gen_ai.execute_tool.duration");
    expect(value).toMatchObject({ count: 1, sum: 0.25 });
  });

  test("the duration of a decision is that of the event, where it has one", async () => {
    const { otel, sink } = setup();
    const { latencyMs: _, ...older } = decision();
    sink(older as AuditEvent);
    sink({ ...decision(), latencyMs: 0.5 } as AuditEvent);
    const [[, value] = []] = await otel.metric("callgate.decision.duration");
    expect(value).toMatchObject({ count: 1, sum: 0.0005 });
  });

  test("what is left of a limit is what the last call left, and all of it when its window has ended", async () => {
    const { otel, call, clock } = setup();
    await call("send");
    const attributes = {
      ...{ "callgate.counter": "sent", "callgate.rule": "/tools/send/limits/sent", "callgate.scope": "grant" },
      ...{ "callgate.grant": "default", "callgate.server": "desk" },
    };
    expect(await otel.metric("callgate.limit.left")).toEqual([[attributes, 1]]);
    await call("send");
    expect(await otel.metric("callgate.limit.left")).toEqual([[attributes, 0]]);
    clock.advance(60_000);
    expect(await otel.metric("callgate.limit.left")).toEqual([[attributes, 2]]);
  });

  test("every answer of an observed store is measured, and the gate decides as it would", async () => {
    const { otel, sink } = setup();
    const broken = Object.assign(createMemoryStore(), { read: () => Promise.reject(new Error("gone")) });
    const gate = createGate({ policy: POLICY, store: sink.observe(broken), audit: sink });
    const results = [1, 2, 3].map(() => gate.run({ name: "send" }, {}, () => undefined));
    expect((await Promise.all(results)).map(({ allowed }) => allowed)).toEqual([true, true, false]);
    await expect(gate.usage("default")).rejects.toThrow();
    expect(await otel.metric("callgate.store.duration")).toMatchObject([
      [{ "callgate.store.operation": "reserve" }, { count: 3, sum: 0.75 }],
      [{ "callgate.store.operation": "read", "error.type": "_OTHER" }, { count: 1 }],
    ]);
  });

  test("who invents names makes no more than five hundred time series of them", async () => {
    const { otel, sink } = setup();
    for (let index = 0; index < 600; index++) sink(decision({ name: `tool-${index}`.padEnd(1_000, "x") }));
    const names = (await otel.metric("callgate.decisions")).map(([attributes]) =>
      String(attributes["gen_ai.tool.name"]),
    );
    expect(names).toHaveLength(501);
    expect(names.at(-1)).toBe("_OTHER");
    expect(Math.max(...names.map(({ length }) => length))).toBe(257);
  });

  test("refused messages and notices are counted by code", async () => {
    const { otel, gate, sink } = setup();
    await gate.run({ name: 7 } as never, {}, () => undefined);
    sink({ ...STAMP, type: "notice", side: "direct", server: "", code: "lease_lost", message: "", tools: [] });
    expect(await otel.metric("callgate.refusals")).toEqual([[{ "callgate.code": "malformed" }, 1]]);
    expect(await otel.metric("callgate.notices")).toEqual([[{ "callgate.code": "lease_lost" }, 1]]);
  });
});

describe("telemetry is no record", () => {
  test("a tracer or a meter that throws denies no call", async () => {
    const fails = (): never => {
      throw new Error("no exporter");
    };
    const counter = { add: fails };
    const histogram = { record: fails };
    const meter = { createCounter: () => counter, createHistogram: () => histogram };
    const gauge = { createObservableGauge: () => ({ addCallback: () => undefined }) };
    const sink = createOtelSink({ tracer: { startSpan: fails }, meter: { ...meter, ...gauge } });
    const gate = createGate({ policy: POLICY, audit: sink, store: sink.observe(createMemoryStore()) });
    expect((await gate.run({ name: "send" }, {}, () => 1)).allowed).toBe(true);
  });

  test("without a tracer and a meter, and of events it does not know, it makes nothing", () => {
    const sink = createOtelSink({});
    expect(() => [decision(), { type: "start", seq: 0 } as never].map(sink)).not.toThrow();
  });
});
