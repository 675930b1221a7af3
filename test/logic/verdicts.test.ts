import { type Decision, decide, type JsonValue, type PolicyDocument, parsePolicy, type RuleDocument } from "callgate";
import { describe, expect, test } from "vitest";
import { planOf } from "../../src/compile/decide.js";
import { isCallable } from "../../src/evaluate/reach.js";
import { CONTEXT, type Says } from "./judged.js";

const LOGIC: { readonly [says in Says]: JsonValue } = {
  true: { "==": [{ var: "args.n" }, 1] },
  false: { "==": [{ var: "args.n" }, 2] },
  error: { "==": [{ var: "args.n" }, "1"] },
};
const call = { name: "t", arguments: { n: 1 } };
const policyOf = (rules: object): PolicyDocument => ({ version: "1", default: "deny", tools: { t: rules } });
const decided = (rules: object): Decision => decide(parsePolicy(policyOf(rules)), call, CONTEXT);

describe("what a rule of logic says has the effect it has for conditions", () => {
  test.each([
    ["require", "true", "allow", ""],
    ["require", "false", "deny", "/logic"],
    ["require", "error", "deny", "/logic"],
    ["deny_if", "true", "deny", ""],
    ["deny_if", "false", "allow", ""],
    ["deny_if", "error", "deny", "/logic"],
    ["require_approval_if", "true", "require_approval", ""],
    ["require_approval_if", "false", "allow", ""],
    ["require_approval_if", "error", "require_approval", "/logic"],
  ] as const)("%s that is %s: %s", (list, says, outcome, below) => {
    const base = `/tools/t/${list}/1`;
    // The rule before it says nothing in any list.
    const first: RuleDocument = { logic: list === "require" };
    const decision = decided({ [list]: [first, { logic: LOGIC[says] }] });
    const place = outcome === "allow" ? { rule: "", pointer: "" } : { rule: base, pointer: `${base}${below}` };
    expect(decision).toMatchObject({ outcome, ...place });
  });

  test("the denial says `on_deny`, else the entry's reason, else what the list says", () => {
    const rule = { logic: LOGIC.true };
    expect(decided({ deny_if: [{ ...rule, on_deny: "Not one." }], reason: "No." }).message).toBe("Not one.");
    expect(decided({ deny_if: [rule], reason: "No." }).message).toBe("No.");
    expect(decided({ deny_if: [rule] }).message).toBe("the policy forbids this call");
  });

  test("it stands beside conditions, in entries, patterns, all_tools, resources and prompts", () => {
    const fires: RuleDocument = { logic: LOGIC.true };
    const condition: RuleDocument = { conditions: [{ path: "args.n", op: "eq", value: 1 }] };
    const tool = (document: object): string =>
      decide(parsePolicy({ version: "1", default: "deny", tools: { t: {} }, ...document }), call).pointer;
    expect(tool({ tools: { t: { require: [condition], deny_if: [fires] } } })).toBe("/tools/t/deny_if/0");
    expect(tool({ tools: { t: {}, "*": { deny_if: [fires] } } })).toBe("/tools/*/deny_if/0");
    expect(tool({ all_tools: { deny_if: [fires] } })).toBe("/all_tools/deny_if/0");
    const named = { default: "allow", entries: { "t*": { deny_if: [fires] } } };
    const policy = parsePolicy({ version: "1", default: "deny", resources: named, prompts: named });
    for (const kind of ["resource", "prompt"] as const) {
      expect(decide(policy, { ...call, kind }).pointer).toBe(`/${kind}s/entries/t*/deny_if/0`);
    }
  });

  test("whatever throws while a value is read is an error", () => {
    const args = {
      get n(): never {
        throw new Error("read");
      },
    };
    const deny = parsePolicy(policyOf({ deny_if: [{ logic: LOGIC.false }] }));
    expect(decide(deny, { name: "t", arguments: args })).toMatchObject({ outcome: "deny", code: "denied" });
  });
});

describe("a document with logic", () => {
  test("is given back as it was written, and its revision depends on the logic", () => {
    const one = parsePolicy(JSON.stringify(policyOf({ require: [{ logic: LOGIC.true, on_deny: "x" }] })));
    const other = parsePolicy(JSON.stringify(policyOf({ require: [{ logic: LOGIC.false, on_deny: "x" }] })));
    expect(JSON.parse(JSON.stringify(one))).toEqual(policyOf({ require: [{ logic: LOGIC.true, on_deny: "x" }] }));
    expect(one.revision).not.toBe(other.revision);
  });
});

describe("what no call could pass", () => {
  const callable = (rules: object): boolean => isCallable(planOf(parsePolicy(policyOf(rules))), "tool", "t");

  test("a rule that is the literal true is unconditional, and no other logic is", () => {
    for (const list of ["deny_if", "require_approval_if"]) {
      expect(callable({ [list]: [{ logic: true }] })).toBe(false);
      expect(callable({ [list]: [{ logic: false }] })).toBe(true);
      expect(callable({ [list]: [{ logic: { "!": false } }] })).toBe(true);
      expect(callable({ [list]: [{ logic: LOGIC.true }] })).toBe(true);
    }
    expect(callable({ require: [{ logic: false }] })).toBe(true);
  });

  test("the literals true and false decide as what they are", () => {
    expect(decided({ require: [{ logic: true }], deny_if: [{ logic: false }] }).outcome).toBe("allow");
    expect(decided({ require: [{ logic: false }] })).toMatchObject({ pointer: "/tools/t/require/0/logic" });
    expect(decided({ deny_if: [{ logic: true }] })).toMatchObject({ pointer: "/tools/t/deny_if/0" });
  });
});
