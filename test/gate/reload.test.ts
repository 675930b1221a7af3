import { type AuditEvent, type DecisionEvent, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { keptGate } from "./gate-policy.ts";

const OPEN = parsePolicy({ version: "1", default: "deny", tools: { ok: {} } });
const SHUT = parsePolicy({ version: "1", default: "deny", tools: {} });

const isDecision = (event: AuditEvent): event is DecisionEvent => event.type === "decision";

describe("a policy that is another from call to call", () => {
  test("O07: each call is decided by exactly one policy, the one it asked for", async () => {
    let asked = 0;
    const { gate, events } = keptGate({ policy: () => (asked++ % 2 === 0 ? OPEN : SHUT) });
    const ran: number[] = [];
    const call = (n: number) => gate.run({ name: "ok" }, {}, () => ran.push(n));
    const results = await Promise.all(Array.from({ length: 6_000 }, (_, n) => call(n)));
    expect(results.map(({ allowed }) => allowed)).toEqual(results.map((_, n) => n % 2 === 0));
    expect(ran).toHaveLength(3_000);
    for (const decision of events.filter(isDecision)) {
      const { revision } = decision.outcome === "allow" ? OPEN : SHUT;
      expect(decision.revision).toBe(revision);
    }
  });

  test("O07: a policy that changes while a call is held decides the next call, not this one", async () => {
    let policy = OPEN;
    let go: (grant: string) => void = () => {};
    const held = new Promise<string>((resolve) => {
      go = resolve;
    });
    const { gate } = keptGate({ policy: () => policy, grant: () => held });
    const first = gate.run({ name: "ok" }, {}, () => "ran");
    policy = SHUT;
    go("alice");
    expect((await first).allowed).toBe(false);
    policy = OPEN;
    expect((await gate.run({ name: "ok" }, {}, () => "ran")).allowed).toBe(true);
  });
});

describe("a grant that is narrower than the request", () => {
  const policy = parsePolicy({
    version: "1",
    default: "deny",
    tools: { deploy: { require: [{ conditions: [{ path: "context.region", op: "eq", value: "eu" }] }] } },
  });

  test.each([
    ["is absent", undefined],
    ["is null", { region: null }],
    ["is a list that has it", { region: ["eu"] }],
    ["is another", { region: "us" }],
    ["differs in case", { region: "EU" }],
  ])("P05: a fact that %s satisfies no requirement", async (_how, facts) => {
    const { gate } = keptGate({ policy });
    const result = await gate.run({ name: "deploy" }, facts === undefined ? {} : { facts }, () => "ran");
    expect(result).toMatchObject({ allowed: false, decision: { code: "denied" } });
  });

  test("P05: the fact that is required does", async () => {
    const { gate } = keptGate({ policy });
    expect((await gate.run({ name: "deploy" }, { facts: { region: "eu" } }, () => "ran")).allowed).toBe(true);
  });
});
