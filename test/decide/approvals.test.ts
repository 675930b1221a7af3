import {
  type ConditionDocument,
  createGate,
  type Decision,
  decide,
  parsePolicy,
  type RuleDocument,
  type ToolRules,
} from "callgate";
import { describe, expect, test } from "vitest";
import { allowed } from "./expected.js";
import { decideBy, type Verdict } from "./verdict.js";

const ARGS = { t: 1, f: 2, e: "x" };
const SAYS: { readonly [verdict in Verdict]: ConditionDocument } = {
  true: { path: "args.t", op: "eq", value: 1 },
  false: { path: "args.f", op: "eq", value: 1 },
  error: { path: "args.e", op: "eq", value: 1 },
};
const VERDICTS = ["true", "false", "error"] as const;
const ruleOf = (verdicts: readonly Verdict[], on_deny?: string): RuleDocument => ({
  conditions: verdicts.map((says) => SAYS[says]),
  ...(on_deny === undefined ? {} : { on_deny }),
});

const LISTS = [
  [],
  ...VERDICTS.map((a) => [a]),
  ...VERDICTS.flatMap((a) => VERDICTS.map((b) => [a, b])),
  ...VERDICTS.flatMap((a) => VERDICTS.flatMap((b) => VERDICTS.map((c) => [a, b, c]))),
];

function on(rules: ToolRules, rest: object = {}): Decision {
  return decide(parsePolicy({ version: "1", default: "deny", tools: { t: rules }, ...rest }), {
    name: "t",
    arguments: ARGS,
  });
}

describe("require_approval_if", () => {
  test("the table covers every combination of up to three conditions", () => {
    expect(LISTS).toHaveLength(1 + 3 + 9 + 27);
  });

  test.each(LISTS.map((verdicts) => ({ verdicts, owed: !verdicts.includes("false") })))(
    "$verdicts owes an approval: $owed",
    ({ verdicts, owed }) => {
      const { outcome, code } = decideBy("require_approval_if", [ruleOf(verdicts)], ARGS);
      expect([outcome, code]).toEqual(owed ? ["require_approval", "approval_required"] : ["allow", "allowed"]);
    },
  );

  test.each<[string, Verdict[], string, string]>([
    ["the rule, by its first condition, when it fires", ["true", "true"], "args.t-eq", "/0"],
    ["the condition that could not be judged", ["true", "error"], "args.e-eq", "/0/conditions/1"],
    ["the first of them", ["error", "error"], "args.e-eq", "/0/conditions/0"],
    ["a rule without conditions, by its index", [], "0", "/0"],
  ])("what is reported is %s", (_what, verdicts, rule, pointer) => {
    const place = { rule: `/tools/t/require_approval_if/${rule}`, pointer: `/tools/t/require_approval_if${pointer}` };
    const reason = "this call needs a person's approval";
    expect(on({ require_approval_if: [ruleOf(verdicts)] })).toEqual({
      outcome: "require_approval",
      code: "approval_required",
      ...place,
      message: reason,
      charges: [],
      approvals: [{ ...place, reason }],
      shadow: [],
      revision: expect.any(String),
    });
  });

  test.each([
    ["its on_deny", { require_approval_if: [ruleOf([], "ask Ann")], reason: "entry's" }, "ask Ann"],
    ["an on_deny that is empty", { require_approval_if: [ruleOf([], "")], reason: "entry's" }, ""],
    ["the entry's reason", { require_approval_if: [ruleOf([])], reason: "entry's" }, "entry's"],
    ["an engine text", { require_approval_if: [ruleOf([])] }, "this call needs a person's approval"],
  ])("the reason is %s", (_what, rules, reason) => {
    const { message, approvals } = on(rules);
    expect([message, approvals.map((owed) => owed.reason)]).toEqual([reason, [reason]]);
  });

  test("each rule that fires or cannot be judged owes one, and action owes its own", () => {
    const rules: ToolRules = {
      action: "require_approval",
      reason: "action",
      require_approval_if: [
        ruleOf(["true"], "one"),
        ruleOf(["false"], "two"),
        ruleOf(["error"], "three"),
        ruleOf([], "four"),
      ],
    };
    const { approvals, message, pointer } = on(rules);
    expect(approvals.map((owed) => owed.reason)).toEqual(["action", "one", "three", "four"]);
    expect([message, pointer]).toEqual(["action", "/tools/t/action"]);
  });

  test("the approvals of a name, of every pattern that matches and of all tools are all owed", () => {
    const owing = (reason: string): ToolRules => ({ require_approval_if: [ruleOf(["true"], reason)] });
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      all_tools: owing("all"),
      tools: {
        "*": owing("star"),
        t: owing("name"),
        "?": { action: "require_approval", reason: "mark" },
        "x*": owing("other"),
      },
    });
    const { approvals } = decide(policy, { name: "t", arguments: ARGS });
    expect(approvals.map((owed) => owed.reason).sort()).toEqual(["all", "mark", "name", "star"]);
    expect(decide(policy, { name: "zz", arguments: ARGS }).approvals.map((owed) => owed.reason)).toEqual([
      "star",
      "all",
    ]);
  });

  test("under default allow it is owed by a tool that no entry lists", () => {
    const all_tools = { require_approval_if: [ruleOf(["true"])] };
    const policy = parsePolicy({ version: "1", default: "allow", all_tools });
    expect(decide(policy, { name: "x", arguments: ARGS }).outcome).toBe("require_approval");
    expect(decide(policy, { name: "x", arguments: { t: 2 } })).toEqual(allowed(policy));
    expect(decide(policy, { name: "x" })).toEqual(allowed(policy));
  });

  test("[*] is one element that is enough, and an element that cannot be judged owes", () => {
    const conditions: ConditionDocument[] = [{ path: "args.to[*]", op: "eq", value: "ceo" }];
    const outcome = (to: unknown) => decideBy("require_approval_if", [{ conditions }], { to }).outcome;
    expect(outcome(["a", "ceo"])).toBe("require_approval");
    expect(outcome(["a", 5])).toBe("require_approval");
    expect(outcome("ceo")).toBe("require_approval");
    expect(outcome(["a", "b"])).toBe("allow");
    expect(outcome([])).toBe("allow");
  });

  test.each<[string, ToolRules, string]>([
    ["action deny", { action: "deny" }, "not_permitted"],
    ["a requirement", { require: [ruleOf(["false"])] }, "denied"],
    ["a prohibition", { deny_if: [ruleOf(["true"])] }, "denied"],
    ["a limit without an owner", { limits: [{ counter: "c", window: "day", scope: "session" }] }, "unavailable"],
    [
      "an amount that cannot be counted",
      { limits: [{ counter: "c", window: "day", increment_from: "args.e" }] },
      "denied",
    ],
  ])("what %s refuses, no approval can allow, and none is asked for", (_what, rules, code) => {
    expect(on({ ...rules, require_approval_if: [ruleOf([])] })).toMatchObject({ outcome: "deny", code, approvals: [] });
  });

  test("what a call would be charged is told with the approval it owes", () => {
    const decision = on({ require_approval_if: [ruleOf(["true"])], limits: [{ counter: "c", window: "day", max: 1 }] });
    expect(decision).toMatchObject({ outcome: "require_approval", charges: [{ counter: "c", amount: 1, max: 1 }] });
    expect(Object.isFrozen(decision.approvals) && decision.approvals.every(Object.isFrozen)).toBe(true);
  });

  test("a rule that owes in one call owes nothing in the next", () => {
    const policy = parsePolicy({
      version: "1",
      default: "deny",
      tools: { t: { require_approval_if: [ruleOf(["true"])] } },
    });
    for (let round = 0; round < 3; round++) {
      expect(decide(policy, { name: "t", arguments: { t: 1 } }).approvals).toHaveLength(1);
      expect(decide(policy, { name: "t", arguments: { t: 2 } })).toEqual(allowed(policy));
    }
  });

  test("a gate denies what owes an approval that nobody can give, runs nothing and charges nothing", async () => {
    const tools = {
      t: {
        require_approval_if: [ruleOf(["true"], "Ask Ann.")],
        limits: [{ counter: "c", window: "day" as const, max: 1 }],
      },
    };
    const gate = createGate({ policy: parsePolicy({ version: "1", default: "deny", tools }), clock: { now: () => 0 } });
    let ran = 0;
    const run = (args: object) => gate.run({ name: "t", arguments: { ...args } }, {}, () => ++ran);
    for (const args of [ARGS, { t: "x" }]) {
      expect(await run(args)).toMatchObject({
        allowed: false,
        denial: {
          isError: true,
          content: [{ type: "text", text: "[POLICY DENIED] Ask Ann." }],
          _meta: { "callgate/denial": { code: "approval_required", retryable: false } },
        },
        decision: { outcome: "deny", code: "approval_required", message: "Ask Ann." },
      });
    }
    expect(await run({ t: 2 })).toMatchObject({ allowed: true, value: 1 });
    expect(await run({ t: 2 })).toMatchObject({ allowed: false, decision: { code: "rate_limited" } });
    expect(ran).toBe(1);
  });
});
