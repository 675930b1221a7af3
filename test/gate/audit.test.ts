import type { AuditEvent, DecisionEvent } from "callgate";
import { createGate, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { clock, effect, keptGate, MIDNIGHT, NOON, NOT_PERMITTED, POLICY } from "./gate-policy.ts";

const { revision } = parsePolicy(POLICY);
const SECRET = "sk-live-4242";

describe("the record of a call", () => {
  test("an allowed call has one decision before its effect and one outcome after, joined by id", async () => {
    const order: string[] = [];
    const events: AuditEvent[] = [];
    const gate = createGate({
      policy: parsePolicy(POLICY),
      clock,
      ids: () => "id-1",
      server: "s",
      audit: (event) => {
        events.push(event);
        order.push(event.type);
      },
    });
    await gate.run({ name: "once", arguments: { b: SECRET, a: 1 } }, { session: "n" }, () => void order.push("effect"));
    expect(order).toEqual(["decision", "effect", "outcome"]);
    expect(events).toEqual([
      {
        schema: 1,
        seq: 1,
        type: "decision",
        time: NOON,
        elapsed: 0,
        side: "direct",
        server: "s",
        id: "id-1",
        requestId: undefined,
        grant: "default",
        session: "n",
        kind: "tool",
        name: "once",
        argumentKeys: ["a", "b"],
        argumentsDigest: undefined,
        recorded: undefined,
        outcome: "allow",
        code: "allowed",
        rule: "",
        pointer: "",
        message: "",
        charges: [
          {
            counter: "n",
            scope: "grant",
            rule: "/tools/once/limits/n",
            amount: 1,
            max: 1,
            left: 0,
            resetsAt: MIDNIGHT,
          },
        ],
        revision,
        cause: undefined,
        latencyMs: 0,
      },
      {
        schema: 1,
        seq: 2,
        type: "outcome",
        time: NOON,
        elapsed: 0,
        side: "direct",
        server: "s",
        id: "id-1",
        result: "ok",
        refunded: false,
        upstreamMs: 0,
      },
    ]);
  });

  test("a denied call has one decision and no outcome", async () => {
    const { gate, events } = keptGate({ ids: () => "id-1" });
    await gate.run({ name: "secret", arguments: { a: SECRET } }, {}, effect());
    expect(events).toEqual([
      {
        schema: 1,
        seq: 1,
        type: "decision",
        time: NOON,
        elapsed: 0,
        side: "direct",
        server: "",
        id: "id-1",
        requestId: undefined,
        grant: "default",
        session: undefined,
        kind: "tool",
        name: "secret",
        argumentKeys: ["a"],
        argumentsDigest: undefined,
        recorded: undefined,
        outcome: "deny",
        code: "not_permitted",
        rule: "(hidden)",
        pointer: "/hide/0",
        message: NOT_PERMITTED,
        charges: [],
        revision,
        cause: undefined,
        latencyMs: 0,
      },
    ]);
  });

  test("a refused limit shows what was asked for and what is left", async () => {
    const { gate, events } = keptGate();
    await gate.run({ name: "once" }, {}, effect());
    await gate.run({ name: "once" }, {}, effect());
    expect(events.at(-1)).toMatchObject({
      outcome: "deny",
      code: "rate_limited",
      rule: "/tools/once/limits/n",
      charges: [{ counter: "n", amount: 1, max: 1, left: 0, resetsAt: MIDNIGHT }],
    });
  });

  test("M10: every event is frozen through and through", async () => {
    const { gate, events } = keptGate();
    await gate.run({ name: "once", arguments: { a: 1 } }, {}, effect());
    await gate.run({ name: 7 } as never, {}, effect());
    const parts: unknown[] = [...events];
    for (const part of parts) if (part !== null && typeof part === "object") parts.push(...Object.values(part));
    const objects = parts.filter((part) => part !== null && typeof part === "object");
    expect(objects.length).toBeGreaterThan(5);
    expect(objects.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  test("M04: no value of an argument is in any event, wherever it stands", async () => {
    const { gate, events } = keptGate();
    const args = { amount: SECRET, list: [SECRET, { deep: SECRET }], "": SECRET };
    for (const name of ["ok", "pay", "once", "once", "secret", "nobody", "asked", "role"]) {
      await gate.run(
        { name, arguments: args },
        { authInfo: SECRET, headers: { a: SECRET }, facts: { x: SECRET } },
        effect(),
      );
    }
    await gate.run({ name: "ok", arguments: { a: SECRET, b: Number.NaN } }, {}, effect());
    await gate.run({ name: "ok", arguments: SECRET as never }, {}, effect());
    await gate.run({ name: "ok" }, {}, () => Promise.reject(new Error(SECRET))).catch(() => undefined);
    expect(events.length).toBeGreaterThan(10);
    expect(JSON.stringify(events)).not.toContain(SECRET);
  });

  test("M05: keys of arguments are sorted, at most 64, each cut at 128 characters", async () => {
    const { gate, events } = keptGate();
    const keys = Array.from({ length: 100 }, (_, index) => `k${String(index).padStart(3, "0")}${"x".repeat(200)}`);
    await gate.run(
      { name: "ok", arguments: Object.fromEntries(keys.toReversed().map((key) => [key, 1])) },
      {},
      effect(),
    );
    expect((events[0] as DecisionEvent).argumentKeys).toEqual(keys.slice(0, 64).map((key) => key.slice(0, 128)));
  });

  test("every call has an id of its own, unguessable", async () => {
    const { gate, events } = keptGate();
    for (let call = 0; call < 1_000; call++) await gate.run({ name: "ok" }, {}, effect());
    const ids = events.flatMap((event) => (event.type === "decision" ? [event.id] : []));
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
