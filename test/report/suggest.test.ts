import {
  type AuditEvent,
  createGate,
  NotExecutedError,
  OptionsError,
  type PolicyDocument,
  parsePolicy,
  suggestPolicy,
} from "callgate";
import { createRecordingSink, createSettableClock } from "callgate/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decision, MORNING, recordMorning } from "./recorded.js";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A call at `at` milliseconds after the first. */
interface Recorded {
  readonly at: number;
  readonly grant: string;
  readonly kind: "tool" | "resource" | "prompt" | "method";
  readonly name: string;
}

const ALLOW_ALL: PolicyDocument = { version: "1", default: "allow" };

/** Runs the calls at their times through a gate and keeps what it recorded. */
async function run(
  document: PolicyDocument,
  calls: readonly Recorded[],
  start: number,
): Promise<readonly AuditEvent[]> {
  const clock = createSettableClock(start);
  const audit = createRecordingSink();
  const gate = createGate({ policy: parsePolicy(JSON.stringify(document, null, 2)), clock, audit, server: "desk" });
  for (const { at, grant, kind, name } of calls) {
    clock.set(start + at);
    await gate.run({ kind, name }, { grant }, () => undefined);
  }
  await gate.close();
  return audit.events;
}

const outcomes = (events: readonly AuditEvent[]) =>
  events.flatMap((event) => (event.type === "decision" ? [event.outcome] : []));

const names = {
  tool: ["read", "send_mail", "__proto__", "constructor", "a b", "größe", "tool:read:minute"],
  resource: ["file:///notes/a.md", "https://example.com/x", "memo://7"],
  prompt: ["read", "greet"],
  method: ["acme/ping", "completion/complete"],
} as const;

const recorded = (["tool", "resource", "prompt", "method"] as const).map((kind) =>
  fc.record({
    wait: fc.oneof(fc.nat(500), fc.nat(2 * MINUTE), fc.nat(DAY)),
    grant: fc.constantFrom("ann", "bob"),
    kind: fc.constant(kind),
    name: fc.constantFrom(...names[kind]),
  }),
);

const runs = fc.array(fc.oneof(...recorded), { minLength: 1, maxLength: 40 }).map((steps) => {
  let at = 0;
  return steps.map(({ wait, ...call }): Recorded => {
    at += wait;
    return { at, ...call };
  });
});

describe("a suggested policy", () => {
  test("allows every recorded call again, at any time of day, and nothing that was not recorded", async () => {
    await fc.assert(
      fc.asyncProperty(runs, fc.nat(DAY), fc.constantFrom(0, 0.1, 0.5), async (calls, later, headRoom) => {
        const events = await run(ALLOW_ALL, calls, MORNING);
        const { policy } = suggestPolicy(events, [], { headRoom });
        expect(outcomes(await run(policy, calls, MORNING + later))).toEqual(calls.map(() => "allow"));
        const called = new Set(calls.map(({ kind, name }) => `${kind} ${name}`));
        const others = Object.entries(names).flatMap(([kind, all]) =>
          all
            .filter((name) => !called.has(`${kind} ${name}`) && name !== "completion/complete")
            .map((name) => ({ at: 0, grant: "ann", kind, name }) as Recorded),
        );
        expect(outcomes(await run(policy, others, MORNING))).toEqual(others.map(() => "deny"));
      }),
      { numRuns: 150 },
    );
  });

  test("has an entry with its reason for what ran, limited over the peak of one grant in a minute", async () => {
    const suggestion = suggestPolicy(
      await recordMorning(),
      ["send", "read", "archive"].map((name) => ({ name })),
    );
    const read = "3 calls by 1 grant; at most 3 in a minute by one grant, and 50 % more";
    const send = "2 calls by 1 grant; at most 2 in a minute by one grant, and 50 % more";
    const pay =
      "1 call by 1 grant; at most 1 in a minute by one grant, and 50 % more; not among the tools that are offered now";
    const entry = (name: string, description: string, max: number) => ({
      description,
      limits: [{ counter: `tool:${name}:minute`, window: "minute", max }],
    });
    expect(JSON.parse(JSON.stringify(suggestion))).toEqual({
      policy: {
        version: "1",
        description: "Suggested from 6 allowed calls, of 2026-03-02: what was used, with limits 50 % over the peaks.",
        default: "deny",
        tools: { read: entry("read", read, 5), send: entry("send", send, 3), pay: entry("pay", pay, 2) },
        resources: { default: "deny", entries: {} },
        prompts: { default: "deny", entries: {} },
      },
      entries: [
        { kind: "tool", name: "read", calls: 3, rules: entry("read", read, 5), reason: read },
        { kind: "tool", name: "send", calls: 2, rules: entry("send", send, 3), reason: send },
        { kind: "tool", name: "pay", calls: 1, rules: entry("pay", pay, 2), reason: pay },
      ],
      omitted: [],
      unused: ["archive"],
      summary: "3 allowed, 1 offered and not used (denied); from 6 allowed calls, of 2026-03-02",
    });
  });

  test("limits a day too where the record is a day long or more", () => {
    const limitsOf = (last: number) => {
      const events = [0, 10, 20, last].map((at) => decision({ time: MORNING + at }));
      return suggestPolicy(events, []).policy.tools?.read?.limits?.map(({ window, max }) => [window, max]);
    };
    expect(limitsOf(DAY - 1)).toEqual([["minute", 5]]);
    expect(limitsOf(DAY)).toEqual([
      ["minute", 5],
      ["day", 5],
    ]);
  });

  test("counts the peak over spans that begin anywhere, of each grant and server by itself", () => {
    const at = (seconds: number, grant: string, server = "") =>
      decision({ time: MORNING + seconds * 1_000, grant, server });
    const events = [at(50, "ann"), at(59, "ann"), at(70, "ann"), at(110, "ann"), at(60, "bob"), at(60, "ann", "other")];
    expect(suggestPolicy(events, [], { headRoom: 0 }).policy.tools?.read?.limits?.[0]?.max).toBe(3);
  });

  test("counts calls of unknown time towards every peak", () => {
    const events = [decision(), decision({ time: Number.NaN })];
    expect(suggestPolicy(events, [], { headRoom: 0 }).policy.tools?.read?.limits?.[0]?.max).toBe(2);
  });

  test("a head-room is a share of the peak, to whole calls", () => {
    const events = Array.from({ length: 10 }, () => decision());
    const max = (headRoom: number) => suggestPolicy(events, [], { headRoom }).policy.tools?.read?.limits?.[0]?.max;
    expect([0, 0.1, 0.11, 1].map(max)).toEqual([10, 11, 12, 20]);
  });
});

describe("what a policy cannot list is left out with the reason", () => {
  test.each([
    ["tool", "*", "the name would be a pattern in a policy"],
    ["tool", "", "the name must not be empty"],
    ["tool", "a\u202eb", "the name must not hold control, invisible or unpaired characters"],
    ["resource", "file:///a/../b", "the URI can be read in more than one way"],
    ["resource", "https://example.com/?q=1", "the name would be a pattern in a policy"],
    ["method", "tools/invent", "no policy allows a method of that name"],
  ] as const)("%s %j", (kind, name, reason) => {
    const { policy, entries, omitted } = suggestPolicy([decision({ kind, name })], []);
    expect([entries, omitted]).toEqual([[], [{ kind, name, calls: 1, reason }]]);
    expect(parsePolicy(JSON.stringify(policy)).default).toBe("deny");
  });

  test("a tool of which no call was handed on was not used", async () => {
    const audit = createRecordingSink();
    const gate = createGate({ policy: parsePolicy(ALLOW_ALL), audit });
    const offline = gate.run({ name: "read" }, {}, () => {
      throw new NotExecutedError("offline");
    });
    await expect(offline).rejects.toThrow("offline");
    await gate.close();
    expect(suggestPolicy(audit.events, []).omitted).toEqual([
      { kind: "tool", name: "read", calls: 1, reason: "none of its calls was handed on" },
    ]);
  });

  test("what would not fit into a policy, the rarest first; the rest parses as text", () => {
    const often = [decision({ name: "often" }), decision({ name: "often" })];
    const many = Array.from({ length: 10_001 }, (_, index) => decision({ name: `${index}`.padEnd(500, "ü") }));
    const { policy, entries, omitted, summary } = suggestPolicy([...many, ...often], []);
    expect(entries[0]?.name).toBe("often");
    expect(entries.length + omitted.length).toBe(10_002);
    expect(omitted.at(-1)?.reason).toBe("the policy would be too large");
    expect(summary).toContain(`${omitted.length} left out (denied)`);
    expect(Object.keys(parsePolicy(JSON.stringify(policy, null, 2)).tools ?? {})).toHaveLength(entries.length);
  });
});

test("a record of nothing suggests to allow nothing", () => {
  const { policy, summary } = suggestPolicy([], [{ name: "read" }]);
  expect(parsePolicy(policy).tools).toEqual({});
  expect(summary).toBe("0 allowed, 1 offered and not used (denied); from 0 allowed calls");
});

test("options that are none are refused", () => {
  expect(() => suggestPolicy([], undefined as never)).toThrow(new OptionsError("`tools` must be an array of tools"));
  for (const headRoom of [-0.1, Number.NaN, 1_001, "1"]) {
    expect(() => suggestPolicy([], [], { headRoom: headRoom as number })).toThrow(OptionsError);
  }
});
