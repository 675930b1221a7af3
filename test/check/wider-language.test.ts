import { type Policy, type PolicyIssue, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { checkLimits } from "../../src/check/limits.js";
import { readOffer } from "../../src/check/offer.js";
import { checkOptional } from "../../src/check/optional.js";
import { readSubject, type Subject } from "../../src/check/subject.js";
import { forPay, payWith } from "./check-case.js";

/** A policy about one tool with rules that `parsePolicy` need not accept. */
function subjectOf(rules: object, tools = payWith({})): Subject {
  const policy = { ...parsePolicy(forPay({})), tools: { pay: rules } } as unknown as Policy;
  return readSubject(policy, readOffer(tools));
}

function limitCodes(...limits: readonly object[]): readonly PolicyIssue["code"][] {
  return checkLimits(subjectOf({ limits })).map(({ code }) => code);
}

const spend = { counter: "spend", window: "day", max: 100 };
const byTo = { ...spend, by: ["args.to"] };

describe("limits that belong to values", () => {
  test.each<[string, readonly object[], readonly string[]]>([
    ["a max for each value that a caller chooses", [byTo], ["unbounded_by"]],
    ["beside one over all values", [byTo, { ...spend, counter: "all", max: 5_000 }], []],
    [
      "beside one for each session",
      [byTo, { ...spend, counter: "s", scope: "session" }],
      ["unbounded_by", "session_limit"],
    ],
    ["values that the schema enumerates", [{ ...spend, by: ["args.mode"] }], []],
    ["values that no caller chooses", [{ ...spend, by: ["grant.labels.team"] }], []],
    ["values of both kinds", [{ ...spend, by: ["args.mode", "grant.id"] }], []],
    [
      "without a max",
      [
        { counter: "spend", window: "day", by: ["args.to"] },
        { ...byTo, increment: 0 },
      ],
      [],
    ],
  ])("%s", (_name, limits, codes) => {
    expect(limitCodes(...limits)).toEqual(codes);
  });

  test("values that a requirement pins", () => {
    const pinned = { conditions: [{ path: "args.to", op: "in", value: ["a", "b"] }] };
    expect(checkLimits(subjectOf({ require: [pinned], limits: [byTo] }))).toEqual([]);
  });
});

describe("limits from below", () => {
  test.each<[string, readonly object[], readonly string[]]>([
    [
      "a min that nothing counts towards",
      [{ counter: "quote", window: "day", increment: 0, min: 1 }],
      ["limit_always_refuses"],
    ],
    [
      "that only the refused call itself counts towards",
      [{ counter: "quote", window: "day", min: 1 }],
      ["limit_always_refuses"],
    ],
    [
      "that another limit counts towards",
      [
        { counter: "q", window: "day", increment: 0, min: 1 },
        { counter: "q", window: "day" },
      ],
      [],
    ],
    ["a min of 0", [{ counter: "quote", window: "day", increment: 0, min: 0 }], []],
  ])("%s", (_name, limits, codes) => {
    expect(limitCodes(...limits)).toEqual(codes);
  });
});

describe("windows and manners", () => {
  const quarter = { counter: "q", window: "15m", max: 5 };
  test.each<[string, readonly object[], readonly string[]]>([
    ["15m is reached before a day", [quarter, { ...spend, max: 1_000 }], ["limit_never_binds"]],
    [
      "60s is a minute",
      [
        { ...quarter, window: "60s" },
        { ...spend, window: "minute" },
      ],
      ["limit_never_binds"],
    ],
    ["a month has no one length", [quarter, { ...spend, window: "month", max: 1_000_000 }], []],
    [
      "what is in flight is no count of calls",
      [
        { ...quarter, window: "in_flight" },
        { ...spend, max: 1_000_000 },
      ],
      [],
    ],
    [
      "what is given back differently is not compared",
      [
        { ...quarter, refund: "error" },
        { ...spend, max: 1_000 },
      ],
      [],
    ],
    [
      "what slides is not compared with what does not",
      [
        { ...quarter, algorithm: "sliding" },
        { ...spend, max: 1_000 },
      ],
      [],
    ],
    [
      "what only watches holds nothing back",
      [
        { ...quarter, mode: "shadow" },
        { ...spend, max: 1_000 },
      ],
      [],
    ],
    ["what only watches need not bind", [quarter, { ...spend, max: 1_000, mode: "shadow" }], []],
    ["a window of a session", [{ ...spend, window: "session" }], ["session_limit"]],
    ["beside one for the grant", [{ ...spend, window: "session" }, quarter], []],
  ])("%s", (_name, limits, codes) => {
    expect(limitCodes(...limits)).toEqual(codes);
  });

  test("a rate that is written as text", () => {
    const rules = { rate_limit: "5/minute", limits: [{ ...spend, max: 1_000_000 }] };
    expect(checkLimits(subjectOf(rules)).map(({ code }) => code)).toEqual(["limit_never_binds"]);
  });
});

describe("what is not made of conditions", () => {
  const tools = payWith({ inputSchema: { properties: { to: { type: "string" } } } });
  const evil = { conditions: [{ path: "args.to", op: "eq", value: "eve" }] };
  test.each<[string, object, readonly string[]]>([
    ["nothing asks for the argument", { deny_if: [evil] }, ["optional_argument"]],
    ["an expression may", { deny_if: [evil], require: [{ logic: { "!!": [{ var: "args.to" }] } }] }, []],
    ["a schema may", { deny_if: [evil], args: "tool" }, []],
    ["a counter that belongs to it does", { deny_if: [evil], limits: [byTo] }, []],
  ])("%s", (_name, rules, codes) => {
    expect(checkOptional(subjectOf(rules, tools)).map(({ code }) => code)).toEqual(codes);
  });
});
