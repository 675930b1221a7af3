import type { AuditEvent, AuditOptions, GateOptions, NoticeEvent } from "callgate";
import { createGate, createMemoryStore, OptionsError, parsePolicy } from "callgate";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { boom, clock, effect, NOON, POLICY } from "../gate/gate-policy.ts";

const policy = parsePolicy(POLICY);
const never = (): Promise<never> => new Promise(() => undefined);

function gateWith(audit: AuditOptions, options: Partial<GateOptions> = {}) {
  return createGate({ policy, clock, audit, ...options });
}

function keeping(): { readonly sink: (event: AuditEvent) => void; readonly events: AuditEvent[] } {
  const events: AuditEvent[] = [];
  return { sink: (event) => void events.push(event), events };
}

const dropped = (events: readonly AuditEvent[]) =>
  events.filter((event): event is NoticeEvent => event.type === "notice" && event.code === "events_dropped");

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("the life of a gate", () => {
  test("begins with `start` and ends with `stop`, once, and what still ran comes after it", async () => {
    const { sink, events } = keeping();
    const gate = gateWith({ sink }, { server: "s", ids: () => "id" });
    let finish: () => void = () => undefined;
    const running = gate.run(
      { name: "ok" },
      {},
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await Promise.all([gate.close(), gate.close()]);
    finish();
    await running;
    const base = { schema: 1, time: NOON, elapsed: 0, side: "direct", server: "s" };
    expect([events[0], ...events.slice(2)]).toEqual([
      { ...base, seq: 1, type: "start", revision: policy.revision },
      { ...base, seq: 3, type: "stop", dropped: 0 },
      { ...base, seq: 4, type: "outcome", id: "id", result: "ok", refunded: false, upstreamMs: 0 },
    ]);
  });

  test("a policy by grant has no revision at the start", () => {
    const { sink, events } = keeping();
    gateWith({ sink }, { policy: () => policy });
    expect(events).toMatchObject([{ type: "start", revision: undefined }]);
  });

  test("`close` flushes every sink, and one that fails or hangs keeps neither it nor the others", async () => {
    const flushed: string[] = [];
    const sinks = [
      Object.assign(() => undefined, { flush: boom }),
      Object.assign(() => undefined, { flush: never }),
      Object.assign(() => undefined, { flush: async () => void flushed.push("last") }),
    ];
    const closing = gateWith({ sink: sinks }).close();
    await vi.advanceTimersByTimeAsync(1_000);
    await closing;
    expect(flushed).toEqual(["last"]);
  });
});

describe("numbers and times", () => {
  test("M07: the events of calls that run at once are numbered without a gap, in the order of arrival", async () => {
    const { sink, events } = keeping();
    const gate = gateWith({ sink });
    const other = keeping();
    gateWith({ sink: other.sink });
    const calls = Array.from({ length: 200 }, (_, index) =>
      gate.run({ name: index % 3 === 0 ? "secret" : "ok" }, {}, async () => {
        for (let turn = 0; turn < index % 7; turn++) await undefined;
      }),
    );
    await Promise.all(calls);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(other.events.map(({ seq }) => seq)).toEqual([1]);
  });

  test("durations are by the monotonic clock, whatever the other does", async () => {
    const { sink, events } = keeping();
    let monotonic = 5_000;
    let now = NOON;
    const moving = {
      now: () => {
        now -= 1_000;
        return now;
      },
      monotonic: () => monotonic,
    };
    const grant = (): string => {
      monotonic += 2.0004;
      return "g";
    };
    const gate = gateWith({ sink }, { clock: moving, grant });
    await gate.run({ name: "ok" }, {}, () => {
      monotonic += 30;
    });
    expect(events.map(({ elapsed }) => elapsed)).toEqual([0, 2, 32]);
    expect(events[1]).toMatchObject({ type: "decision", latencyMs: 2 });
    expect(events[2]).toMatchObject({ type: "outcome", upstreamMs: 30 });
  });

  test("a clock without `monotonic` that moves back makes no duration negative", async () => {
    const { sink, events } = keeping();
    let now = NOON;
    const gate = gateWith({ sink }, { clock: { now: () => now } });
    await gate.run({ name: "ok" }, {}, () => {
      now -= 60_000;
    });
    expect(events.at(-1)).toMatchObject({ type: "outcome", upstreamMs: 0, elapsed: 0, time: NOON - 60_000 });
  });

  test("a call that was never handed on has no time upstream", async () => {
    const { sink, events } = keeping();
    const aborter = new AbortController();
    const gate = gateWith({
      sink: (event) => {
        if (event.type === "decision") aborter.abort();
        sink(event);
      },
    });
    await gate.run({ name: "ok" }, { signal: aborter.signal }, effect());
    expect(events.at(-1)).toMatchObject({ type: "outcome", result: "not_executed", upstreamMs: undefined });
  });
});

describe("a store that fails", () => {
  test("has an event of its own, joined to the denial, without the password of its URL", async () => {
    const { sink, events } = keeping();
    const fail = (): never => {
      throw new Error("no answer of postgres://ann:hunter2@db/x");
    };
    const store = { ...createMemoryStoreMembers(), reserve: fail, read: fail, reset: fail };
    const gate = gateWith({ sink }, { store, ids: () => "id" });
    const run = effect();
    await gate.run({ name: "once" }, {}, run);
    await expect(gate.usage("g")).rejects.toThrow();
    await expect(gate.reset("g")).rejects.toThrow();
    const message = "Error: no answer of postgres://[redacted]@db/x";
    expect(events.slice(1)).toMatchObject([
      { type: "store_failure", operation: "reserve", id: "id", message },
      { type: "decision", outcome: "deny", code: "unavailable", id: "id", cause: message },
      { type: "store_failure", operation: "read", id: undefined, message },
      { type: "store_failure", operation: "reset", id: undefined, message },
    ]);
    expect(run.times).toBe(0);
  });
});

describe("mode `strict`", () => {
  test("M01: a call runs when every sink has recorded it, and a sink that fails keeps the event from no other", async () => {
    const [first, last] = [keeping(), keeping()];
    const gate = gateWith({ sink: [first.sink, boom, last.sink] });
    const run = effect();
    expect((await gate.run({ name: "ok" }, {}, run)).decision).toMatchObject({ rule: "(no record)" });
    expect(run.times).toBe(0);
    expect(last.events).toEqual(first.events);
    expect(first.events.some((event) => event.type === "decision" && event.outcome === "allow")).toBe(true);
  });

  test("M02: when as many events wait as may, an allowed call is denied at once: `audit_backpressure`", async () => {
    const kept = keeping();
    const sink = (event: AuditEvent) => {
      kept.sink(event);
      return event.type === "decision" && event.outcome === "allow" ? never() : undefined;
    };
    const gate = gateWith({ sink, queue: 3 });
    const run = effect();
    const held = Array.from({ length: 3 }, () => gate.run({ name: "ok" }, {}, run));
    // Denials cannot be recorded either now, so the cause is read from the fourth by what it did not wait for.
    const fourth = await gate.run({ name: "ok" }, {}, run);
    expect(fourth.decision).toMatchObject({ code: "unavailable", rule: "(no record)" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await Promise.all(held)).map(({ allowed }) => allowed)).toEqual([false, false, false]);
    expect(run.times).toBe(0);
    expect(kept.events.filter(({ type }) => type === "decision")).toHaveLength(3);
  });

  test("what was not recorded is reported when something is again", async () => {
    const { sink, events } = keeping();
    let broken = false;
    const gate = gateWith({ sink: (event) => (broken ? boom() : sink(event)) });
    broken = true;
    await gate.run({ name: "secret" }, {}, effect());
    await gate.run({ name: "secret" }, {}, effect());
    broken = false;
    await gate.run({ name: "secret" }, {}, effect());
    expect(dropped(events).map(({ message }) => message)).toEqual(["2 events were not recorded"]);
    expect(events.map(({ seq }) => seq)).toEqual([1, 4, 5]);
  });
});

describe("mode `best-effort`", () => {
  const faults: [string, () => unknown][] = [
    ["throws", boom],
    ["rejects", async () => boom()],
    ["never answers", never],
  ];

  test.each(faults)("M01: a sink that %s changes no decision and holds no call", async (_, fail) => {
    const gate = gateWith({ sink: fail as () => void, mode: "best-effort" });
    const run = effect();
    for (let call = 0; call < 5; call++) expect((await gate.run({ name: "ok" }, {}, run)).allowed).toBe(true);
    expect((await gate.run({ name: "secret" }, {}, run)).allowed).toBe(false);
    expect(run.times).toBe(5);
  });

  test.each(faults)("M01: what a sink that %s did not record is counted and reported", async (_, fail) => {
    const { sink, events } = keeping();
    let broken = false;
    const faulty = (event: AuditEvent) => (broken ? fail() : sink(event));
    const gate = gateWith({ sink: faulty as () => void, mode: "best-effort" });
    broken = true;
    await gate.run({ name: "ok" }, {}, effect());
    await vi.advanceTimersByTimeAsync(5_000);
    broken = false;
    await gate.run({ name: "secret" }, {}, effect());
    await gate.close();
    expect(dropped(events).map(({ message }) => message)).toEqual(["2 events were not recorded"]);
    expect(events.at(-1)).toMatchObject({ type: "stop", dropped: 2 });
  });

  test("M02: a slow sink gets the events in order; more than `queue` are dropped, and the others are not late", async () => {
    const [slow, quick] = [keeping(), keeping()];
    const lazy = (event: AuditEvent) =>
      new Promise<void>((resolve) => void setTimeout(() => resolve(slow.sink(event)), 10));
    const gate = gateWith({ sink: [lazy, quick.sink], mode: "best-effort", queue: 6 });
    for (let call = 0; call < 10; call++) await gate.run({ name: "secret" }, {}, effect());
    expect(quick.events).toHaveLength(11);
    await vi.advanceTimersByTimeAsync(1_000);
    // One at work and six in the queue. The notice of the four finds the queue full, that of the notice does not.
    expect(slow.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 13]);
    expect(dropped(quick.events).map(({ message }) => message)).toEqual([
      "4 events were not recorded",
      "1 event was not recorded",
    ]);
  });

  test("`close` waits until the queue is recorded", async () => {
    const { sink, events } = keeping();
    const lazy = (event: AuditEvent) => new Promise<void>((resolve) => void setTimeout(() => resolve(sink(event)), 10));
    const gate = gateWith({ sink: lazy, mode: "best-effort" });
    for (let call = 0; call < 20; call++) await gate.run({ name: "secret" }, {}, effect());
    const closing = gate.close();
    await vi.advanceTimersByTimeAsync(500);
    await closing;
    expect(events.at(-1)).toMatchObject({ type: "stop", seq: 22 });
  });

  test("a long queue is worked off with turns for others in between", async () => {
    const { sink, events } = keeping();
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let first = true;
    const gate = gateWith({
      mode: "best-effort",
      sink: (event) => {
        sink(event);
        if (!first) return undefined;
        first = false;
        return opened;
      },
    });
    for (let call = 0; call < 500; call++) await gate.run({ name: "secret" }, {}, effect());
    open();
    for (let turn = 0; turn < 20; turn++) await undefined;
    expect(events).toHaveLength(100);
    await vi.advanceTimersByTimeAsync(10);
    expect(events).toHaveLength(501);
  });
});

describe("options of `audit`", () => {
  const sink = (): undefined => undefined;
  test.each<[string, unknown]>([
    ["unknown option `audit.sinks`, did you mean `sink`?", { sink, sinks: 1 }],
    ["option `audit.sink` must be a function or a list of them", { sink: [] }],
    ["option `audit.sink` must be a function or a list of them", { sink: [sink, 1] }],
    ['option `audit.mode` must be "strict" or "best-effort"', { sink, mode: "lax" }],
    ["option `audit.queue` must be a whole number from 1 to 10,000,000", { sink, queue: 0 }],
    ["option `audit.record` must be a list of paths", { sink, record: "args.a" }],
    ["option `audit.record`: `grant.id` is not under `args`", { sink, record: ["grant.id"] }],
    ["option `audit.digestKey` must be a text or bytes, at least 16 of them", { sink, digestKey: "short" }],
  ])("%s", (message, audit) => {
    expect(() => gateWith(audit as AuditOptions)).toThrow(new OptionsError(message));
  });
});

function createMemoryStoreMembers() {
  const store = createMemoryStore();
  return {
    clock: store.clock,
    reserve: store.reserve.bind(store),
    release: store.release.bind(store),
    read: store.read.bind(store),
    renew: store.renew.bind(store),
    reset: store.reset.bind(store),
  };
}
