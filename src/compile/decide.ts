import { type Call, type CallContext, type Decision, malformedCall } from "../evaluate/decision.js";
import { evaluate } from "../evaluate/evaluate.js";
import type { Plan } from "../evaluate/plan.js";
import { own } from "../internal/own.js";
import type { Policy } from "../policy/document.js";
import { isAccepted, parsePolicy } from "../policy/parse.js";
import { compile } from "./compile.js";

const plans = new WeakMap<Policy, Plan>();

/**
 * Says what a policy makes of a call: an allow means allowed if its charges can be reserved, because deciding is pure
 * and touches no counter. Synchronous; `gate.run` is what enforces.
 *
 * @param policy the result of `parsePolicy`.
 * @throws PolicyError when `policy` is a document that `parsePolicy` refuses.
 */
export function decide(policy: Policy, call: Call, context: CallContext = {}): Decision {
  const plan = planOf(policy);
  try {
    return evaluate(plan, readCall(call), readContext(context));
  } catch {
    return malformedCall("the call cannot be read", plan.revision);
  }
}

/** Own properties only: what somebody put on Object.prototype must not decide. */
export function readCall(call: Call): Call {
  return { name: own(call, "name") as string, arguments: own(call, "arguments"), kind: own(call, "kind") };
}

export function readContext(context: CallContext): CallContext {
  return {
    grant: own(context, "grant"),
    session: own(context, "session"),
    server: own(context, "server"),
    labels: own(context, "labels"),
    now: own(context, "now"),
    facts: own(context, "facts"),
    tool: own(context, "tool"),
  };
}

/**
 * The plan of a policy, compiled on first use. A policy that another copy of this library parsed is parsed again.
 *
 * @throws PolicyError when `policy` is not a policy.
 */
export function planOf(policy: Policy): Plan {
  const known = plans.get(policy);
  if (known !== undefined) return known;
  const plan = compile(isAccepted(policy) ? policy : parsePolicy(policy));
  // Only what can never change may be remembered by its identity.
  if (Object.isFrozen(policy) && Object.hasOwn(policy, "revision")) plans.set(policy, plan);
  return plan;
}
