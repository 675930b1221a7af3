import { type ConditionDocument, type Decision, decide, parsePolicy, type RuleDocument } from "callgate";
import { describe, expect, test } from "vitest";
import { decideBy, type Verdict } from "./verdict.js";

const ARGS = { t: 1, f: 2, e: "x" };
const SAYS: { readonly [verdict in Verdict]: ConditionDocument } = {
  true: { path: "args.t", op: "eq", value: 1 },
  false: { path: "args.f", op: "eq", value: 1 },
  error: { path: "args.e", op: "eq", value: 1 },
};
const VERDICTS = ["true", "false", "error"] as const;

/** Every list of up to `length` verdicts. */
function listsOf(length: number): readonly (readonly Verdict[])[] {
  if (length === 0) return [[]];
  const shorter = listsOf(length - 1);
  const longest = shorter.filter((list) => list.length === length - 1);
  return [...shorter, ...longest.flatMap((list) => VERDICTS.map((verdict) => [...list, verdict]))];
}

const ruleOf = (verdicts: readonly Verdict[]): RuleDocument => ({ conditions: verdicts.map((says) => SAYS[says]) });
const isAllowed = ({ outcome }: Decision): boolean => outcome === "allow";

/** The table of DESIGN §3. */
function ruleVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("false")) return "false";
  return verdicts.includes("error") ? "error" : "true";
}

describe("conditions of one rule", () => {
  const lists = listsOf(3);

  test("the table covers every combination of up to three conditions", () => {
    expect(lists).toHaveLength(1 + 3 + 9 + 27);
  });

  test.each(lists.map((verdicts) => ({ verdicts, together: ruleVerdict(verdicts) })))(
    "$verdicts together are $together",
    ({ verdicts, together }) => {
      expect(isAllowed(decideBy("require", [ruleOf(verdicts)], ARGS))).toBe(together === "true");
      expect(isAllowed(decideBy("deny_if", [ruleOf(verdicts)], ARGS))).toBe(together === "false");
    },
  );

  test.each<[string, "require" | "deny_if", Verdict[], string, string]>([
    ["the false condition of a requirement", "require", ["true", "error", "false"], "args.f-eq", "/0/conditions/2"],
    ["the first error where none is false", "require", ["true", "error", "error"], "args.e-eq", "/0/conditions/1"],
    ["a prohibition's rule, by its first condition", "deny_if", ["true", "true"], "args.t-eq", "/0"],
    ["the error that made a prohibition fire", "deny_if", ["true", "error"], "args.e-eq", "/0/conditions/1"],
    ["a rule without conditions, by its index", "deny_if", [], "0", "/0"],
  ])("what is reported is %s", (_what, list, verdicts, rule, pointer) => {
    expect(decideBy(list, [ruleOf(verdicts)], ARGS)).toMatchObject({
      outcome: "deny",
      code: "denied",
      rule: `/tools/t/${list}/${rule}`,
      pointer: `/tools/t/${list}${pointer}`,
    });
  });
});

describe("rules of one list", () => {
  const pairs = VERDICTS.flatMap((a) => VERDICTS.map((b) => [a, b] as const));

  test.each(pairs)("require [%s, %s]: every rule must hold", (a, b) => {
    const decision = decideBy("require", [ruleOf([a]), ruleOf([b])], ARGS);
    expect(isAllowed(decision)).toBe(a === "true" && b === "true");
  });

  test.each(pairs)("deny_if [%s, %s]: no rule may fire, and an error fires", (a, b) => {
    const decision = decideBy("deny_if", [ruleOf([a]), ruleOf([b])], ARGS);
    expect(isAllowed(decision)).toBe(a === "false" && b === "false");
  });

  test("Q01: a requirement that fails denies, whatever stands after it or beside it", () => {
    const tools = { t: { require: [ruleOf(["false"]), ruleOf([])], deny_if: [ruleOf(["false"])], action: "allow" } };
    for (const fallback of ["allow", "deny"]) {
      const policy = parsePolicy({ version: "1", default: fallback, tools });
      expect(decide(policy, { name: "t", arguments: ARGS })).toMatchObject({
        outcome: "deny",
        code: "denied",
        rule: "/tools/t/require/args.f-eq",
        pointer: "/tools/t/require/0/conditions/0",
      });
    }
  });
});

describe("messages and names", () => {
  const on = (rules: object, name = "t", args: object = ARGS): Decision =>
    decide(parsePolicy({ version: "1", default: "deny", tools: { [name]: rules } }), {
      name,
      arguments: args as Record<string, unknown>,
    });
  const fires = { conditions: [SAYS.true] };
  const fails = { conditions: [SAYS.false] };

  test.each([
    ["its on_deny", { deny_if: [{ ...fires, on_deny: "own" }], reason: "entry's" }, "own"],
    ["the entry's reason", { deny_if: [fires], reason: "entry's" }, "entry's"],
    ["an engine text in deny_if", { deny_if: [fires] }, "the policy forbids this call"],
    ["an engine text in require", { require: [fails] }, "this call does not meet a requirement of the policy"],
    ["an on_deny that is empty", { deny_if: [{ ...fires, on_deny: "" }], reason: "entry's" }, ""],
    ["the reason of action deny", { action: "deny", reason: "not you" }, "not you"],
    ["an engine text for action deny", { action: "deny" }, "this tool is not permitted by policy"],
    ["the reason of action require_approval", { action: "require_approval", reason: "ask first" }, "ask first"],
    [
      "an engine text for action require_approval",
      { action: "require_approval" },
      "this tool needs a person's approval",
    ],
  ])("the message is %s", (_what, rules, message) => {
    expect(on(rules).message).toBe(message);
  });

  test("N01: no engine text holds a value, a rule or a number of the policy", () => {
    const texts = [on({ deny_if: [fires] }), on({ require: [fails] }), on({ action: "deny" })];
    for (const { message } of texts) expect(message).not.toMatch(/[0-9/_]|args/);
  });

  test("tool names and paths in rule names and pointers are escaped by RFC 6901", () => {
    const conditions = [{ path: 'args["a/b~c"]', op: "exists", value: true }];
    expect(on({ deny_if: [{ conditions }] }, "repo/delete~1", { "a/b~c": 1 })).toMatchObject({
      rule: '/tools/repo~1delete~01/deny_if/args["a~1b~0c"]-exists',
      pointer: "/tools/repo~1delete~01/deny_if/0",
    });
  });

  test("action: require_approval allows only once approved, and owes the approval", () => {
    const decision = on({ action: "require_approval", reason: "ask", limits: [{ counter: "c", window: "day" }] });
    const place = { rule: "/tools/t/action", pointer: "/tools/t/action" };
    expect(decision).toMatchObject({
      outcome: "require_approval",
      code: "approval_required",
      ...place,
      approvals: [{ ...place, reason: "ask" }],
      charges: [{ counter: "c", amount: 1 }],
    });
  });

  test.each<[string, object, string, string]>([
    ["action deny", { action: "deny", require: [fails], deny_if: [fires] }, "not_permitted", "/tools/t/action"],
    ["a requirement", { require: [fails], deny_if: [fires] }, "denied", "/tools/t/require/0/conditions/0"],
    ["a prohibition", { deny_if: [fires], action: "require_approval" }, "denied", "/tools/t/deny_if/0"],
    [
      "a limit that cannot be counted",
      { limits: [{ counter: "c", window: "day", increment_from: "args.e" }], action: "require_approval" },
      "denied",
      "/tools/t/limits/0",
    ],
  ])("of several objections the first is reported: %s", (_what, rules, code, pointer) => {
    expect(on(rules)).toMatchObject({ outcome: "deny", code, pointer, charges: [], approvals: [] });
  });
});
