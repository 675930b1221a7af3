import { parsePolicy } from "callgate";
import { expectAllowed, expectDenied, UnexpectedDecision } from "callgate/testing";
import { describe, expect, test } from "vitest";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: {
    pay: { deny_if: [{ conditions: [{ path: "args.amount", op: "gt", value: 100 }] }] },
    deploy: { action: "require_approval" },
  },
});
const pay = (amount: unknown) => ({ name: "pay", arguments: { amount } });

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UnexpectedDecision) return error.message;
    throw error;
  }
  return "nothing was thrown";
}

describe("expectations of a policy", () => {
  test("hold where the decision is the expected one, and return it", () => {
    expect(expectAllowed(policy, pay(100)).outcome).toBe("allow");
    expect(expectDenied(policy, pay(101)).code).toBe("denied");
    expect(expectDenied(policy, pay("1"), "denied").outcome).toBe("deny");
    expect(expectDenied(policy, { name: "other" }, "not_permitted").rule).toBe("(default deny)");
    expect(expectDenied(policy, { name: "deploy" }, "approval_required").outcome).toBe("require_approval");
  });

  test.each([
    ["expected the call to be allowed", () => expectAllowed(policy, pay(101))],
    ["expected the call to be allowed", () => expectAllowed(policy, { name: "deploy" })],
    ["expected the call to be denied", () => expectDenied(policy, pay(1))],
    ["expected the call to be denied", () => expectDenied(policy, { name: "deploy" })],
    ["expected the call to be denied with `denied`", () => expectDenied(policy, { name: "other" }, "denied")],
    ["expected the call to be denied with `denied`", () => expectDenied(policy, pay(1), "denied")],
  ])("%s, but it is not: the message explains", (expected, work) => {
    const [first, second] = messageOf(work).split("\n");
    expect(first).toBe(`${expected}, but`);
    expect(second).toMatch(/^`tool \w+`: (allow|deny|require_approval)/);
  });

  test("the explanation shows the value, because it is the author's own test", () => {
    expect(messageOf(() => expectAllowed(policy, pay(4_711)))).toContain(
      "true   args.amount gt 100  (/args/amount: number `4711`)",
    );
  });
});
