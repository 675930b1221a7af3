import { type Call, type CallKind, type Charge, decide, type PolicyDocument, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import {
  allowed,
  COUNTED,
  denied,
  every,
  hidden,
  NOT_LISTED,
  NOT_LISTED_METHOD,
  owing,
  type StatedDenial,
} from "./expected.js";

const MALFORMED = { code: "invalid_arguments", rule: "(malformed call)", pointer: "" } as const;
const NO_NAME = { ...MALFORMED, message: "the name of a tool must be a string that is not empty" };
const NO_OBJECT = { ...MALFORMED, message: "the arguments of a call must be an object" };
const NO_KIND = { ...MALFORMED, message: "the kind of a call must be tool, resource, prompt or method" };

function expectDecision(
  document: Omit<PolicyDocument, "version">,
  call: Call,
  verdict: "allowed" | StatedDenial,
): void {
  const policy = parsePolicy({ version: "1", ...document });
  expect(decide(policy, call)).toEqual(verdict === "allowed" ? allowed(policy) : denied(policy, verdict));
}

describe("what applies to a tool", () => {
  test.each<[string, Omit<PolicyDocument, "version">, string, "allowed" | StatedDenial]>([
    ["default deny denies what no entry lists", { default: "deny" }, "t", NOT_LISTED],
    ["default deny denies all when there are no tools", { default: "deny", tools: {} }, "t", NOT_LISTED],
    ["an empty entry lists its tool", { default: "deny", tools: { t: {} } }, "t", "allowed"],
    [
      "default allow allows what no entry lists",
      { default: "allow", tools: { t: { action: "deny" } } },
      "u",
      "allowed",
    ],
    ["a hidden tool is denied under default allow", { default: "allow", hide: ["u", "t"] }, "t", hidden(1)],
    ["hide beats the tool's own entry", { default: "deny", hide: ["t"], tools: { t: {} } }, "t", hidden(0)],
    ["a name that is hidden twice is hidden at the first", { default: "allow", hide: ["t", "t"] }, "t", hidden(0)],
    ["hiding `*` hides every tool", { default: "allow", hide: ["a", "*"], tools: { t: {} } }, "t", hidden(1)],
    [
      "a name that is hidden by name and by pattern is hidden by name",
      { default: "allow", hide: ["*", "a"] },
      "a",
      hidden(1),
    ],
    ["all_tools lists nothing", { default: "deny", all_tools: { limits: [] } }, "t", NOT_LISTED],
    ["action allow allows", { default: "deny", tools: { t: { action: "allow" } } }, "t", "allowed"],
    ["B01: names are case-sensitive", { default: "deny", tools: { delete_repo: {} } }, "Delete_Repo", NOT_LISTED],
    ["B01: hiding is case-sensitive", { default: "allow", hide: ["delete_repo"] }, "Delete_Repo", "allowed"],
    [
      "B02: a composed and a decomposed letter are two names",
      { default: "deny", tools: { ["é".normalize("NFC")]: {} } },
      "é".normalize("NFD"),
      NOT_LISTED,
    ],
    ["B05: a space after a name is part of it", { default: "deny", tools: { tool: {} } }, "tool ", NOT_LISTED],
    ["B05: a space before a name is part of it", { default: "deny", tools: { tool: {} } }, " tool", NOT_LISTED],
    ["a star in a call is a name", { default: "deny", tools: { t: {} } }, "*", NOT_LISTED],
  ])("%s", (_rule, document, name, verdict) => {
    expectDecision(document, { name }, verdict);
  });

  test.each(["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "length"])(
    "B08: a tool named %s is not listed by being a property of every object",
    (name) => {
      expectDecision({ default: "deny", tools: { t: {} } }, { name }, NOT_LISTED);
      expectDecision({ default: "allow", hide: ["t"] }, { name }, "allowed");
      expectDecision({ default: "deny", tools: { [name]: {} } }, { name }, "allowed");
      expectDecision({ default: "allow", hide: [name] }, { name }, hidden(0));
    },
  );

  test.each([
    ["B04: a zero-width space", "pay\u200b"],
    ["B04: a right-to-left override", "pay\u202e"],
    ["B04: a tag character", "pay\u{e0041}"],
    ["B04: NUL", "pay\0"],
    ["B04: a line feed", "pay\n"],
    ["B04: an ANSI escape", "\u001b[2Jpay"],
    ["B04: a soft hyphen", "p\u00aday"],
    ["B13: a lone surrogate", "pay\ud800"],
    ["B04: length of 513 characters", "p".repeat(513)],
  ])("%s in the name of a call is refused, under default allow too", (_what, name) => {
    for (const fallback of ["allow", "deny"] as const) {
      const policy = parsePolicy({ version: "1", default: fallback, hide: ["pay"] });
      expect(decide(policy, { name }).outcome).toBe("deny");
    }
  });
});

describe("calls that are none", () => {
  test.each<[string, unknown, StatedDenial]>([
    ["no name", {}, NO_NAME],
    ["an empty name", { name: "" }, NO_NAME],
    ["B07: a number", { name: 5 }, NO_NAME],
    ["B07: null", { name: null }, NO_NAME],
    ["B07: an array that prints as the name", { name: ["t"] }, NO_NAME],
    ["B07: an object with toString", { name: { toString: () => "t" } }, NO_NAME],
    ["B07: a boxed string", { name: Object("t") }, NO_NAME],
    ["an inherited name", Object.create({ name: "t" }), NO_NAME],
    ["D05: arguments that are null", { name: "t", arguments: null }, NO_OBJECT],
    ["D05: arguments that are an array", { name: "t", arguments: [] }, NO_OBJECT],
    ["D05: arguments that are text", { name: "t", arguments: "{}" }, NO_OBJECT],
    ["D05: arguments that are a number", { name: "t", arguments: 0 }, NO_OBJECT],
    ["arguments that are a function", { name: "t", arguments: () => ({}) }, NO_OBJECT],
    ["an unknown kind", { name: "t", kind: "tools" }, NO_KIND],
    ["a kind of every object", { name: "t", kind: "constructor" }, NO_KIND],
    ["a kind that is null", { name: "t", kind: null }, NO_KIND],
  ])("%s is denied as malformed, under default allow too", (_what, call, stated) => {
    expectDecision({ default: "allow", tools: { t: {} } }, call as Call, stated);
  });

  test("a call without arguments is a call with none", () => {
    const require = [{ conditions: [{ path: "args.a", op: "exists" as const, value: false }] }];
    expectDecision({ default: "deny", tools: { t: { require } } }, { name: "t" }, "allowed");
    expectDecision({ default: "deny", tools: { t: { require } } }, { name: "t", arguments: undefined }, "allowed");
  });
});

describe("kinds of calls", () => {
  test.each<[CallKind, "allow" | "deny", "allowed" | StatedDenial]>([
    ["tool", "deny", NOT_LISTED],
    ["tool", "allow", "allowed"],
    ["method", "deny", NOT_LISTED_METHOD],
    ["method", "allow", "allowed"],
    ["resource", "deny", "allowed"],
    ["resource", "allow", "allowed"],
    ["prompt", "deny", "allowed"],
    ["prompt", "allow", "allowed"],
  ])("a %s under default %s", (kind, fallback, verdict) => {
    expectDecision({ default: fallback }, { name: "x", kind }, verdict);
  });

  test("a tools entry does not list a method, and a tool's limits are not a resource's", () => {
    const limits = [{ counter: "c", window: "day" as const, max: 1 }];
    const document = { default: "deny" as const, all_tools: { limits }, tools: { x: { limits } } };
    expectDecision(document, { name: "x", kind: "method" }, NOT_LISTED_METHOD);
    expectDecision(document, { name: "x", kind: "resource" }, "allowed");
  });
});

describe("limits of all tools, and rate_limit", () => {
  const charge: Charge = {
    rule: "/all_tools/limits/calls-per-minute",
    pointer: "/all_tools/limits/0",
    counter: "calls-per-minute",
    scope: "grant",
    owner: "default",
    window: every(60_000),
    ...COUNTED,
    amount: 1,
    max: 60,
    message: "a limit of the policy is reached",
  };
  const all_tools = { limits: [{ counter: "calls-per-minute", window: "minute" as const, max: 60 }] };
  const rateCharge: Charge = {
    ...charge,
    rule: "/tools/a~1b/rate_limit",
    pointer: "/tools/a~1b/rate_limit",
    counter: "(rate_limit) a/b",
    window: every(7_000),
    ...COUNTED,
    max: 2.5,
  };

  test("limits of all tools apply to a listed tool, and to an unlisted one under default allow", () => {
    for (const fallback of ["allow", "deny"] as const) {
      const policy = parsePolicy({ version: "1", default: fallback, all_tools, tools: { t: {} } });
      expect(decide(policy, { name: "t" })).toEqual(allowed(policy, [charge]));
      expect(decide(policy, { name: "u" })).toEqual(
        fallback === "allow" ? allowed(policy, [charge]) : denied(policy, NOT_LISTED),
      );
    }
  });

  test("Q17: the limits of an entry, its rate_limit and those of all tools are charged together", () => {
    const limits = [{ counter: "spend", window: "day" as const, increment_from: "args.n" }];
    const rules = { limits, rate_limit: { max: 2.5, window: 7 }, action: "require_approval" as const };
    const policy = parsePolicy({ version: "1", default: "deny", all_tools, tools: { "a/b": rules } });
    const spend: Charge = {
      rule: "/tools/a~1b/limits/spend",
      pointer: "/tools/a~1b/limits/0",
      counter: "spend",
      scope: "grant",
      owner: "default",
      window: every(86_400_000),
      ...COUNTED,
      amount: 0.1,
      max: undefined,
      message: charge.message,
    };
    const owed = {
      rule: "/tools/a~1b/action",
      pointer: "/tools/a~1b/action",
      reason: "this tool needs a person's approval",
    };
    expect(decide(policy, { name: "a/b", arguments: { n: 0.1 } })).toEqual(
      owing(policy, owed, [spend, rateCharge, charge]),
    );
  });

  test("the message of a rate_limit is the entry's reason", () => {
    const rules = { rate_limit: { max: 2.5, window: 7 }, reason: "slowly" };
    const policy = parsePolicy({ version: "1", default: "deny", tools: { "a/b": rules } });
    expect(decide(policy, { name: "a/b" }).charges).toEqual([{ ...rateCharge, message: "slowly" }]);
  });

  test("a counter named by an entry and by all tools is charged once, at the smaller max", () => {
    const limits = [{ counter: "calls-per-minute", window: "minute" as const, max: 5, increment: 2 }];
    const policy = parsePolicy({ version: "1", default: "deny", all_tools, tools: { t: { limits } } });
    expect(decide(policy, { name: "t" }).charges).toEqual([
      {
        ...charge,
        rule: "/tools/t/limits/calls-per-minute",
        pointer: "/tools/t/limits/0",
        max: 5,
        amount: 2,
      },
    ]);
  });
});
