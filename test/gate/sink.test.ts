import type { AuditEvent, GateOptions } from "callgate";
import { createGate, createMemoryStore, parsePolicy } from "callgate";
import { describe, expect, test, vi } from "vitest";
import { boom, clock, effect, POLICY } from "./gate-policy.ts";

const never = (): Promise<never> => new Promise(() => undefined);

/** A sink that fails on one kind of event and lets the others pass. */
function failingOn(type: "allow" | "outcome" | "deny", fail: () => unknown): NonNullable<GateOptions["audit"]> {
  return (event) => {
    const kind = event.type === "decision" ? event.outcome : event.type;
    return (kind === type ? fail() : undefined) as undefined;
  };
}

describe("a sink that fails", () => {
  const faults: [string, () => unknown][] = [
    ["throws", boom],
    ["rejects", async () => boom()],
    ["rejects with nothing", () => Promise.reject()],
    ["never answers", never],
  ];

  test.each(faults)(
    "M01, O10, O11: %s on an allowed call: denied, not executed, the charge given back",
    async (_, fail) => {
      let broken = true;
      const sink = failingOn("allow", () => (broken ? fail() : undefined));
      const gate = createGate({ policy: parsePolicy(POLICY), clock, audit: sink });
      const run = effect();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const running = gate.run({ name: "once" }, {}, run);
      await vi.advanceTimersByTimeAsync(1_000);
      vi.useRealTimers();
      const result = await running;
      expect(result).toMatchObject({
        allowed: false,
        decision: { code: "unavailable", rule: "(no record)", message: "the policy cannot be consulted now" },
        denial: { _meta: { "callgate/denial": { code: "unavailable", retryable: true } } },
      });
      expect(run.times).toBe(0);
      broken = false;
      expect((await gate.run({ name: "once" }, {}, run)).allowed).toBe(true);
      expect(run.times).toBe(1);
    },
  );

  test.each(faults)("M01: %s on an outcome changes nothing", async (_, fail) => {
    const gate = createGate({ policy: parsePolicy(POLICY), clock, audit: failingOn("outcome", fail) });
    const run = effect();
    expect(await gate.run({ name: "once" }, {}, run)).toMatchObject({ allowed: true, value: "ran 1" });
    await expect(gate.run({ name: "ok" }, {}, boom)).rejects.toThrow("boom");
    expect((await gate.run({ name: "once" }, {}, run)).decision.code).toBe("rate_limited");
  });

  test.each(faults)("M01: %s on a denial changes nothing", async (_, fail) => {
    const gate = createGate({ policy: parsePolicy(POLICY), clock, audit: failingOn("deny", fail) });
    expect((await gate.run({ name: "secret" }, {}, effect())).decision).toMatchObject({ rule: "(hidden)" });
  });

  test("M01: with the store failing too, the call is denied all the same", async () => {
    const store = { ...createMemoryStoreMembers(), release: boom };
    const gate = createGate({ policy: parsePolicy(POLICY), clock, store, audit: failingOn("allow", boom) });
    const run = effect();
    expect((await gate.run({ name: "once" }, {}, run)).decision.code).toBe("unavailable");
    expect(run.times).toBe(0);
  });

  test.each([
    ["a number, as `push` does", (event: AuditEvent) => [event].push(event)],
    ["true, as a stream's `write` does", () => true],
    ["an object", () => ({})],
    ["a promise of a value", async () => 7],
  ])("a sink that returns %s has recorded", async (_, audit) => {
    const gate = createGate({ policy: parsePolicy(POLICY), clock, audit: audit as never });
    expect((await gate.run({ name: "ok" }, {}, effect())).allowed).toBe(true);
  });

  test("M10: a sink that changes the event it is given changes no decision", async () => {
    const gate = createGate({
      policy: parsePolicy(POLICY),
      clock,
      audit: (event) => {
        for (const [key, value] of [
          ["outcome", "allow"],
          ["code", "allowed"],
          ["charges", []],
        ]) {
          Reflect.set(event, key as string, value);
        }
        if (event.type === "decision") Reflect.set(event.charges, 0, undefined);
      },
    });
    const run = effect();
    expect((await gate.run({ name: "once" }, {}, run)).decision.charges).toHaveLength(1);
    expect((await gate.run({ name: "once" }, {}, run)).allowed).toBe(false);
    expect((await gate.run({ name: "secret" }, {}, run)).allowed).toBe(false);
    expect(run.times).toBe(1);
  });

  test("a sink that waits holds the effect until it has recorded", async () => {
    let recorded: () => void = () => undefined;
    const audit = failingOn(
      "allow",
      () =>
        new Promise<void>((resolve) => {
          recorded = resolve;
        }),
    );
    const gate = createGate({ policy: parsePolicy(POLICY), clock, audit });
    const run = effect();
    const running = gate.run({ name: "ok" }, {}, run);
    await new Promise(setImmediate);
    expect(run.times).toBe(0);
    recorded();
    expect((await running).allowed).toBe(true);
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
