import { type AllToolsRules, type Decision, decide, parsePolicy, type ToolRules } from "callgate";
import { describe, expect, test } from "vitest";
import { allowed, denied, hidden, NOT_LISTED } from "./expected.js";

const over = { path: "args.amount", op: "gt", value: 100 } as const;
const known = { path: "args.amount", op: "exists", value: true } as const;
const DENIES: AllToolsRules = { deny_if: [{ conditions: [over], on_deny: "too much" }] };
const REQUIRES: AllToolsRules = { require: [{ conditions: [known] }] };

function ask(all_tools: AllToolsRules, name: string, args: object = {}, rest: object = {}): Decision {
  const policy = parsePolicy({ version: "1", default: "deny", tools: { t: {}, "p*": {} }, all_tools, ...rest });
  return decide(policy, { name, arguments: { ...args } });
}

describe("what holds for all tools", () => {
  test.each(["t", "pay"])("Q01: its prohibition denies a call of %s, whose entry says nothing", (name) => {
    expect(ask(DENIES, name, { amount: 101 })).toMatchObject({
      outcome: "deny",
      code: "denied",
      rule: "/all_tools/deny_if/args.amount-gt",
      pointer: "/all_tools/deny_if/0",
      message: "too much",
    });
    expect(ask(DENIES, name, { amount: "101" }).pointer).toBe("/all_tools/deny_if/0/conditions/0");
    expect(ask(DENIES, name, { amount: 100 }).outcome).toBe("allow");
    expect(ask(DENIES, name).outcome).toBe("allow");
  });

  test("its requirement must hold for every tool that is listed", () => {
    expect(ask(REQUIRES, "t")).toMatchObject({
      code: "denied",
      rule: "/all_tools/require/args.amount-exists",
      pointer: "/all_tools/require/0/conditions/0",
      message: "this call does not meet a requirement of the policy",
    });
    expect(ask(REQUIRES, "t", { amount: 1 }).outcome).toBe("allow");
  });

  test("Q01: no entry undoes it, not even by action allow", () => {
    const tools = { t: { action: "allow", require: [], deny_if: [] }, "*": { action: "allow" } };
    expect(ask(DENIES, "t", { amount: 101 }, { tools }).outcome).toBe("deny");
    expect(ask(REQUIRES, "t", {}, { tools }).outcome).toBe("deny");
  });

  test.each<[string, AllToolsRules]>([
    ["rules", { ...DENIES, ...REQUIRES }],
    ["limits", { limits: [{ counter: "c", window: "day" }] }],
    ["approvals", { require_approval_if: [{ conditions: [] }] }],
    ["nothing", {}],
  ])("it lists nothing, with %s", (_what, all_tools) => {
    const policy = parsePolicy({ version: "1", default: "deny", all_tools, tools: { t: {} } });
    expect(decide(policy, { name: "u", arguments: { amount: 1 } })).toEqual(denied(policy, NOT_LISTED));
  });

  test("it hides nothing and unhides nothing", () => {
    const policy = parsePolicy({
      version: "1",
      default: "allow",
      hide: ["t"],
      all_tools: { require: [], deny_if: [] },
    });
    expect(decide(policy, { name: "t" })).toEqual(denied(policy, hidden(0)));
    expect(decide(policy, { name: "u" })).toEqual(allowed(policy));
  });

  test("under default allow it holds for tools that no entry lists", () => {
    const rest = { default: "allow", tools: {} };
    expect(ask(DENIES, "anything", { amount: 101 }, rest).outcome).toBe("deny");
    expect(ask(DENIES, "anything", { amount: 100 }, rest).outcome).toBe("allow");
    expect(ask(REQUIRES, "anything", {}, rest).outcome).toBe("deny");
  });

  test.each(["__proto__", "constructor", "toString"])("Q13: it holds for a tool named %s", (name) => {
    for (const rest of [{ default: "allow", tools: {} }, { tools: { [name]: {} } }, { tools: { "*": {} } }]) {
      expect(ask(DENIES, name, { amount: 101 }, rest).outcome).toBe("deny");
      expect(ask(DENIES, name, { amount: 1 }, rest).outcome).toBe("allow");
    }
  });

  test("it is for tools: resources, prompts and methods are not judged by it", () => {
    const policy = parsePolicy({ version: "1", default: "allow", all_tools: REQUIRES });
    for (const kind of ["resource", "prompt", "method"] as const) {
      expect(decide(policy, { name: "x", kind })).toEqual(allowed(policy));
    }
  });

  const deny: ToolRules = { deny_if: [{ conditions: [] }] };

  test.each<[string, object, string]>([
    [
      "the entry's requirement comes before its requirement",
      { require: [{ conditions: [known] }] },
      "/tools/t/require/0/conditions/0",
    ],
    ["its requirement comes before the entry's prohibition", deny, "/all_tools/require/0/conditions/0"],
    ["the entry's action comes before all of it", { action: "deny" }, "/tools/t/action"],
  ])("%s", (_rule, rules, pointer) => {
    expect(ask({ ...REQUIRES, ...DENIES }, "t", {}, { tools: { t: rules } }).pointer).toBe(pointer);
  });

  test("[*] means all in its requirements and any in its prohibitions", () => {
    const each = { path: "args.to[*]", op: "eq", value: "a" } as const;
    expect(ask({ require: [{ conditions: [each] }] }, "t", { to: ["a", "b"] }).outcome).toBe("deny");
    expect(ask({ require: [{ conditions: [each] }] }, "t", { to: ["a", "a"] }).outcome).toBe("allow");
    expect(ask({ deny_if: [{ conditions: [each] }] }, "t", { to: ["a", "b"] }).outcome).toBe("deny");
    expect(ask({ deny_if: [{ conditions: [each] }] }, "t", { to: ["b"] }).outcome).toBe("allow");
  });

  test("the message of its denials is no entry's reason", () => {
    const tools = { t: { reason: "entry's" } };
    expect(ask({ deny_if: [{ conditions: [] }] }, "t", {}, { tools }).message).toBe("the policy forbids this call");
    expect(ask(REQUIRES, "t", {}, { tools }).message).toBe("this call does not meet a requirement of the policy");
  });
});
