import { type AuditEvent, type AuditSummary, type ChargeRecord, summarizeAudit } from "callgate";
import { describe, expect, test } from "vitest";
import { decision, MORNING, recordMorning } from "./recorded.js";

const none = { calls: 0, allowed: 0, denied: 0, limited: 0, waiting: 0, unavailable: 0 };

describe("what a real gate recorded", () => {
  test("is counted by outcome, name, grant, rule, limit and end", async () => {
    const tools = ["read", "pay", "archive", "archive", "drop_table"].map((name) => ({ name }));
    const summary = summarizeAudit(await recordMorning(), { tools });
    expect({ ...summary, series: undefined }).toEqual({
      events: 17,
      from: MORNING,
      to: MORNING + 9_000,
      total: { calls: 10, allowed: 6, denied: 2, limited: 1, waiting: 1, unavailable: 0 },
      series: undefined,
      names: [
        { server: "desk", kind: "tool", name: "send", ...none, calls: 4, allowed: 2, denied: 1, limited: 1 },
        { server: "desk", kind: "tool", name: "read", ...none, calls: 3, allowed: 3 },
        { server: "desk", kind: "tool", name: "pay", ...none, calls: 2, allowed: 1, waiting: 1 },
        { server: "desk", kind: "tool", name: "drop_table", ...none, calls: 1, denied: 1 },
      ],
      grants: [
        { grant: "ann", ...none, calls: 6, allowed: 4, denied: 1, waiting: 1, names: 3 },
        { grant: "bob", ...none, calls: 4, allowed: 2, denied: 1, limited: 1, names: 1 },
      ],
      rules: [
        { rule: "/tools/send/rate_limit", outcome: "limited", calls: 1, names: ["send"] },
        { rule: "/tools/send/deny_if/args.to-eq", outcome: "denied", calls: 1, names: ["send"] },
        { rule: "/tools/pay/require_approval_if/args.amount-gt", outcome: "waiting", calls: 1, names: ["pay"] },
        { rule: "(hidden)", outcome: "denied", calls: 1, names: ["drop_table"] },
      ],
      limits: [
        {
          ...{
            server: "desk",
            rule: "/tools/send/rate_limit",
            counter: "(rate_limit) send",
            scope: "grant",
            owner: "bob",
          },
          ...{ max: 2, left: 0, used: 1, time: MORNING + 4_000, refused: 1 },
        },
        {
          ...{ server: "desk", rule: "/tools/pay/limits/spend", counter: "spend", scope: "grant", owner: "ann" },
          ...{ max: 100, left: 5, used: 0.95, time: MORNING + 6_000, refused: 0 },
        },
      ],
      shadow: [],
      unused: ["archive"],
      results: [
        { result: "ok", calls: 5 },
        { result: "not_executed", calls: 1 },
      ],
      incidents: [
        {
          type: "refusal",
          code: "malformed",
          events: 1,
          message: "the name of a call must be a string",
        },
      ],
    } satisfies Record<keyof AuditSummary, unknown>);
  });

  test("says the same in any order", async () => {
    const events = await recordMorning();
    const { total, series, results } = summarizeAudit(events);
    expect(summarizeAudit([...events].reverse())).toMatchObject({ total, series, results });
  });
});

describe("calls over time", () => {
  const at = (...times: number[]) => summarizeAudit(times.map((time) => decision({ time }))).series;

  test("nothing recorded has no spans", () => {
    expect(summarizeAudit([]).series).toEqual({ spanMs: 0, spans: [] });
  });

  test("spans follow each other without gaps, those without calls included", () => {
    expect(at(MORNING + 500, MORNING + 2_999)).toEqual({
      spanMs: 1_000,
      spans: [
        { time: MORNING, ...none, calls: 1, allowed: 1 },
        { time: MORNING + 1_000, ...none },
        { time: MORNING + 2_000, ...none, calls: 1, allowed: 1 },
      ],
    });
  });

  test.each([
    ["a minute", 59_000, 1_000, 60],
    ["an hour", 3_599_000, 60_000, 60],
    ["a day", 86_400_000 - 1, 1_800_000, 48],
    ["thirty days", 30 * 86_400_000 - 1, 86_400_000, 31],
    ["a hundred years", 36_525 * 86_400_000, 896 * 86_400_000, 42],
  ])("%s is shown in at most sixty spans of a round length", (_name, length, spanMs, spans) => {
    const series = at(MORNING, MORNING + length);
    expect([series.spanMs, series.spans.length]).toEqual([spanMs, spans]);
  });

  test("a call whose time is not known is counted, and not placed", () => {
    const events = [Number.NaN, Number.POSITIVE_INFINITY, 9e15, MORNING].map((time) => decision({ time }));
    const { total, series, from, to } = summarizeAudit(events);
    expect([total.calls, series.spans.length, from, to]).toEqual([4, 1, MORNING, MORNING]);
  });

  test("all of time fits", () => {
    expect(at(-8.64e15, 8.64e15).spans.length).toBeLessThanOrEqual(60);
  });
});

describe("limits", () => {
  const charge = (charged: Partial<ChargeRecord>): ChargeRecord => ({
    ...{ counter: "c", scope: "grant", rule: "/r", amount: 1, max: 10, left: 5, resetsAt: MORNING + 60_000 },
    ...charged,
  });
  const used = (...charges: ChargeRecord[]) =>
    summarizeAudit(charges.map((one) => decision({ charges: [one], session: "s1" }))).limits.map(
      ({ counter, owner, used }) => [counter, owner, used],
    );

  test("the nearest to its end comes first", () => {
    expect(used(charge({ counter: "far", left: 9 }), charge({ counter: "near", left: 1 }))).toEqual([
      ["near", "default", 0.9],
      ["far", "default", 0.1],
    ]);
  });

  test("of one counter the least that was left counts", () => {
    expect(used(charge({ left: 4 }), charge({ left: 2 }), charge({ left: 9 }))).toEqual([["c", "default", 0.8]]);
  });

  test("a counter belongs to its grant, its session or everybody", () => {
    expect(used(charge({}), charge({ scope: "session" }), charge({ scope: "global" }))).toEqual([
      ["c", "default", 0.5],
      ["c", "s1", 0.5],
      ["c", "", 0.5],
    ]);
  });

  test("a plain count, and a limit that no store answered for, are no limits to be near to", () => {
    expect(used(charge({ max: undefined, left: undefined }), charge({ left: undefined }))).toEqual([]);
  });

  test("of a limit that allows nothing, nothing is used", () => {
    expect(used(charge({ max: 0, left: 0 }))).toEqual([["c", "default", 0]]);
  });
});

describe("records of other versions", () => {
  test("findings of rules in shadow mode are counted by rule", () => {
    const shadow = [{ rule: "/tools/read/deny_if/x", code: "denied" }];
    const events = [1, 2].map(() => ({ ...decision(), shadow }) as AuditEvent);
    expect(summarizeAudit(events).shadow).toEqual([
      { rule: "/tools/read/deny_if/x", code: "denied", calls: 2, names: ["read"] },
    ]);
  });

  test("unknown types and members are passed over", () => {
    const events = [
      { type: "start", seq: 0 },
      { ...decision(), seq: 1, latencyMs: 2, shadow: [null, 1, {}] },
    ];
    expect(summarizeAudit(events as unknown as AuditEvent[])).toMatchObject({
      events: 2,
      total: { calls: 1 },
      shadow: [],
    });
  });

  test("names that are names of members of objects are names", () => {
    const names = ["__proto__", "constructor", "toString"];
    const summary = summarizeAudit(names.map((name) => decision({ name, grant: name })));
    expect(summary.names.map(({ name }) => name)).toEqual(names);
    expect(summary.grants.map(({ grant }) => grant)).toEqual(names);
  });
});
