import type { Call, CallContext, Decision, DenyDecision } from "../evaluate/decision.js";
import { explain } from "../explain/explain.js";
import type { Policy } from "../policy/document.js";

/** A decision that a test of a policy did not expect; the message explains it. */
export class UnexpectedDecision extends Error {
  override readonly name = "UnexpectedDecision";
  readonly decision: Decision;

  constructor(expected: string, decision: Decision, explanation: string) {
    super(`expected ${expected}, but\n${explanation}`);
    this.decision = decision;
  }
}

/**
 * Holds a policy to allowing a call, if its charges can be reserved. Returns the decision.
 *
 * @throws UnexpectedDecision when the call is denied or owes an approval; the message explains why.
 */
export function expectAllowed(policy: Policy, call: Call, context: CallContext = {}): Decision {
  return expectOutcome(policy, call, context, "the call to be allowed", ({ outcome }) => outcome === "allow");
}

/**
 * Holds a policy to denying a call, with this code where one is given. Returns the decision. A call that owes an
 * approval is denied only with the code `approval_required`, because a person may allow it.
 *
 * @throws UnexpectedDecision when the call is allowed, or denied with another code; the message explains why.
 */
export function expectDenied(
  policy: Policy,
  call: Call,
  code?: DenyDecision["code"],
  context: CallContext = {},
): Decision {
  const expected = code === undefined ? "the call to be denied" : `the call to be denied with \`${code}\``;
  return expectOutcome(policy, call, context, expected, (decision) =>
    code === undefined ? decision.outcome === "deny" : decision.outcome !== "allow" && decision.code === code,
  );
}

function expectOutcome(
  policy: Policy,
  call: Call,
  context: CallContext,
  expected: string,
  holds: (decision: Decision) => boolean,
): Decision {
  const explanation = explain(policy, call, context, { values: true });
  if (holds(explanation.decision)) return explanation.decision;
  throw new UnexpectedDecision(expected, explanation.decision, explanation.toString());
}
