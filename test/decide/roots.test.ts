import { type CallContext, type ConditionDocument, decide, type JsonValue, type Operator, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Arguments, decideBy, type Verdict, verdictOf } from "./verdict.js";

const NOON = Date.UTC(2026, 0, 1, 12, 34, 56, 789);

function verdict(path: string, op: Operator, value: JsonValue, context: CallContext, args: Arguments = {}): Verdict {
  return verdictOf({ path, op, value }, args, undefined, context);
}

describe("what a rule sees beside the arguments", () => {
  test.each<[path: string, op: Operator, value: JsonValue, context: CallContext, Verdict]>([
    ["tool", "eq", "t", {}, "true"],
    ["tool", "eq", "T", {}, "false"],
    ["tool", "in", ["s", "t"], {}, "true"],
    ["tool", "regex", "^[st]$", {}, "true"],
    ["tool", "contains", "t", {}, "true"],
    ["tool", "exists", true, {}, "true"],
    ["tool", "exists", false, {}, "false"],
    ["tool", "eq", 5, {}, "error"],
    ["grant.id", "eq", "default", {}, "true"],
    ["grant.id", "eq", "a", { grant: "a" }, "true"],
    ["grant.id", "eq", "a", { grant: "b" }, "false"],
    ["grant.id", "exists", true, {}, "true"],
    ["grant.id", "eq", "a", { grant: 5 as never }, "error"],
    ["grant.id.name", "eq", "a", { grant: "a" }, "error"],
    ["grant.labels.team", "eq", "red", { labels: { team: "red" } }, "true"],
    ["grant.labels.team", "eq", "red", { labels: { team: "blue" } }, "false"],
    ["grant.labels.team", "eq", "red", { labels: { Team: "red" } }, "false"],
    ["grant.labels.team", "eq", "red", { labels: {} }, "false"],
    ["grant.labels.team", "eq", "red", {}, "false"],
    ["grant.labels.team", "exists", false, {}, "true"],
    ["grant.labels.team", "eq", "red", { labels: ["red"] as never }, "error"],
    ["grant.labels.team", "eq", "red", { labels: "team=red" as never }, "error"],
    ["grant.labels.length", "exists", true, { labels: [1] as never }, "error"],
    ["grant.labels", "eq", { team: "red" }, { labels: { team: "red" } }, "true"],
    ["grant.labels", "eq", {}, {}, "true"],
    ['grant.labels["cost centre"].id', "gte", 5, { labels: { "cost centre": { id: 5 } } }, "true"],
    ["grant.labels.roles[*]", "eq", "admin", { labels: { roles: ["admin", "admin"] } }, "true"],
    ["session.id", "eq", "s", { session: "s" }, "true"],
    ["session.id", "eq", "s", { session: "x" }, "false"],
    ["session.id", "eq", "s", {}, "false"],
    ["session.id", "exists", true, {}, "false"],
    ["session.id", "exists", false, {}, "true"],
    ["server", "eq", "billing", { server: "billing" }, "true"],
    ["server", "eq", "billing", { server: "other" }, "false"],
    ["server", "eq", "billing", {}, "false"],
    ["server", "exists", true, {}, "false"],
    ["server", "exists", false, {}, "true"],
    ["server", "exists", true, { server: "s" }, "true"],
    ["context.role", "eq", "admin", { facts: { role: "admin" } }, "true"],
    ["context.role", "eq", "admin", { facts: {} }, "false"],
    ["context.role", "eq", "admin", {}, "false"],
  ])("%s %s %j of %j is %s", (path, op, value, context, expected) => {
    expect(verdict(path, op, value, context)).toBe(expected);
  });

  test.each<[path: string, context: CallContext]>([
    ["grant.labels.team", { labels: null as never }],
    ["session.id", { session: null as never }],
    ["server", { server: null as never }],
    ["context.role", { facts: null as never }],
  ])("%s of %j is null, which is there and is no text: it cannot be judged", (path, context) => {
    expect(verdict(path, "eq", "s", context)).toBe("error");
  });

  test("P08: a role is compared whole, and a list of roles is not one role", () => {
    const admin = (role: unknown): Verdict => verdict("grant.labels.role", "eq", "admin", { labels: { role } });
    expect(["admin", "administrator", "Admin", ["admin"], { admin: true }, null].map(admin)).toEqual([
      ...["true", "false", "false", "error", "error", "error"],
    ]);
  });

  test.each([
    ["tool", "evil"],
    ["server", "evil"],
    ["grant.id", "evil"],
    ["session.id", "evil"],
    ["grant.labels.team", "evil"],
    ["context.role", "evil"],
  ])("%s is never read from the arguments, whatever keys they have", (path, value) => {
    const args = {
      tool: value,
      server: value,
      grant: { id: value, labels: { team: value } },
      session: { id: value },
      context: { role: value },
      labels: { team: value },
      time: { hour: 0 },
    };
    expect(verdict(path, "eq", value, {}, args)).toBe("false");
    expect(verdict("time.hour", "eq", 0, { now: NOON }, args)).toBe("false");
    expect(verdict("time.hour", "eq", 0, {}, args)).toBe("error");
  });

  test.each(["grant.labels.__proto__", "grant.labels.constructor", "grant.labels.toString", "context.valueOf"])(
    "C17: %s is nothing that a label or fact has by itself",
    (path) => {
      expect(verdict(path, "exists", true, { labels: {}, facts: {} })).toBe("false");
    },
  );

  test("`tool` is the name that was called, not the pattern that matched it", () => {
    const deny_if = [{ conditions: [{ path: "tool", op: "in" as const, value: ["repo/delete", "repo/*"] }] }];
    const policy = parsePolicy({ version: "1", default: "allow", all_tools: { deny_if }, tools: { "repo/*": {} } });
    const outcomes = ["repo/delete", "repo/list", "repo/*", "other"].map((name) => decide(policy, { name }).outcome);
    expect(outcomes).toEqual(["deny", "allow", "deny", "allow"]);
  });

  test("a counter may be fed by a fact or a label, and a label that is no amount denies", () => {
    const limits = [{ counter: "c", window: "day" as const, increment_from: "grant.labels.cost" }];
    const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { limits } } });
    expect(decide(policy, { name: "t" }, { labels: { cost: 2.5 } }).charges.map(({ amount }) => amount)).toEqual([2.5]);
    for (const labels of [undefined, {}, { cost: "2" }, { cost: -1 }, []]) {
      expect(decide(policy, { name: "t" }, { labels: labels as never }).outcome).toBe("deny");
    }
  });
});

describe("time", () => {
  const at = (text: string): number => Date.parse(text);

  test.each<[moment: string, hour: number, minute: number, weekday: number, date: string]>([
    ["2026-01-01T00:00:00.000Z", 0, 0, 4, "2026-01-01"],
    ["2026-01-01T23:59:59.999Z", 23, 59, 4, "2026-01-01"],
    ["2026-01-05T09:05:00Z", 9, 5, 1, "2026-01-05"],
    ["2026-01-11T12:30:00Z", 12, 30, 7, "2026-01-11"],
    ["2024-02-29T06:00:00Z", 6, 0, 4, "2024-02-29"],
    ["2026-03-29T01:30:00Z", 1, 30, 7, "2026-03-29"],
    ["1970-01-01T00:00:00Z", 0, 0, 4, "1970-01-01"],
    ["1969-12-31T23:59:59.999Z", 23, 59, 3, "1969-12-31"],
    ["1969-12-28T00:00:00Z", 0, 0, 7, "1969-12-28"],
  ])("G05: at %s it is hour %d, minute %d, weekday %d and %s, in UTC", (moment, hour, minute, weekday, date) => {
    const now = at(moment);
    expect(verdict("time.hour", "eq", hour, { now })).toBe("true");
    expect(verdict("time.minute", "eq", minute, { now })).toBe("true");
    expect(verdict("time.weekday", "eq", weekday, { now })).toBe("true");
    expect(verdict("time.date", "eq", date, { now })).toBe("true");
  });

  test("at any moment they are what the calendar of the platform says", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (now) => {
        const date = new Date(now);
        const conditions: ConditionDocument[] = [
          { path: "time.hour", op: "eq", value: date.getUTCHours() },
          { path: "time.minute", op: "eq", value: date.getUTCMinutes() },
          { path: "time.weekday", op: "eq", value: ((date.getUTCDay() + 6) % 7) + 1 },
          { path: "time.date", op: "eq", value: date.toISOString().slice(0, 10) },
        ];
        expect(decideBy("require", [{ conditions }], {}, undefined, { now }).outcome).toBe("allow");
      }),
      { numRuns: 1_000 },
    );
  });

  const PATHS = ["time.hour", "time.minute", "time.weekday", "time.date"];
  const OPERATIONS: readonly (readonly [Operator, JsonValue])[] = [
    ["eq", 1],
    ["neq", 1],
    ["lt", 24],
    ["lte", 24],
    ["gt", -1],
    ["gte", 0],
    ["in", [1]],
    ["not_in", [1]],
    ["exists", true],
    ["exists", false],
    ["regex", ""],
    ["contains", ""],
  ];

  test.each<[string, CallContext]>([
    ["no clock", {}],
    ["a clock that says NaN", { now: Number.NaN }],
    ["a clock that says Infinity", { now: Number.POSITIVE_INFINITY }],
    ["a clock that says text", { now: "2026-01-01" as never }],
    ["a clock that says null", { now: null as never }],
    ["a Date for a clock", { now: new Date(NOON) as never }],
    ["a time that no calendar has", { now: 8.64e15 + 1 }],
    ["a time far beyond calendars", { now: 1e300 }],
  ])("with %s every condition on time is an error, exists too", (_what, context) => {
    for (const path of PATHS) {
      for (const [op, value] of OPERATIONS) {
        for (const list of ["require", "deny_if"] as const) {
          expect(decideBy(list, [{ conditions: [{ path, op, value }] }], {}, undefined, context).outcome).toBe("deny");
        }
      }
      const optional: ConditionDocument = { path, op: "neq", value: "", if_present: true };
      expect(decideBy("require", [{ conditions: [optional] }], {}, undefined, context).outcome).toBe("deny");
    }
  });

  test("without a clock an approval by the hour is owed", () => {
    const rules = [{ conditions: [{ path: "time.hour", op: "gte" as const, value: 18 }] }];
    expect(decideBy("require_approval_if", rules, {}).outcome).toBe("require_approval");
    expect(decideBy("require_approval_if", rules, {}, undefined, { now: NOON }).outcome).toBe("allow");
  });

  test("office hours: a requirement of two conditions holds inside and fails at every edge", () => {
    const conditions: ConditionDocument[] = [
      { path: "time.hour", op: "gte", value: 9 },
      { path: "time.hour", op: "lt", value: 17 },
      { path: "time.weekday", op: "lte", value: 5 },
    ];
    const open = (moment: string) =>
      decideBy("require", [{ conditions }], {}, undefined, { now: at(moment) }).outcome === "allow";
    expect(open("2026-01-02T09:00:00.000Z")).toBe(true);
    expect(open("2026-01-02T16:59:59.999Z")).toBe(true);
    expect(open("2026-01-02T08:59:59.999Z")).toBe(false);
    expect(open("2026-01-02T17:00:00.000Z")).toBe(false);
    expect(open("2026-01-03T12:00:00.000Z")).toBe(false);
  });
});
