import { nameFault } from "../internal/tool-name.js";
import { type Charged, chargeFor } from "./charge.js";
import {
  allow,
  type Call,
  type CallContext,
  type Charge,
  type Decision,
  deny,
  malformedCall,
  requireApproval,
} from "./decision.js";
import type { Environment } from "./environment.js";
import { jsonType } from "./json-type.js";
import type { ChargePlan, Entry, LimitPlan, Plan } from "./plan.js";
import { decidingPlace, evaluateRule } from "./rule.js";
import { FALSE, TRUE } from "./verdict.js";
import { isTooMuchWork } from "./work.js";

const NO_VALUES: { readonly [name: string]: unknown } = Object.freeze(Object.create(null));
const KINDS: ReadonlySet<string> = new Set(["tool", "resource", "prompt", "method"]);

/**
 * Decides one call by a plan. The order of the stages decides only which reason is reported: every stage that
 * objects denies, and no stage can undo another's denial.
 */
export function evaluate(plan: Plan, call: Call, context: CallContext): Decision {
  const fault = callFault(call);
  if (fault !== undefined) return malformedCall(fault, plan.revision);
  if (call.kind === "resource" || call.kind === "prompt") return plan.allowed;
  if (call.kind === "method") return plan.unlisted === undefined ? plan.notListed : plan.allowed;
  const hidden = plan.hiddenAll ?? plan.hidden.get(call.name);
  if (hidden !== undefined) return hidden;
  const entry = plan.entries.get(call.name);
  if (entry !== undefined) return entry.denied ?? evaluateEntry(plan, entry, call, context);
  if (plan.unlisted === undefined) return plan.notListed;
  // A name that no policy may hold; entries and `hide` hold none.
  const unnamed = nameFault(call.name);
  if (unnamed !== undefined) return malformedCall(`the name of a tool ${unnamed}`, plan.revision);
  return evaluateEntry(plan, plan.unlisted, call, context);
}

function evaluateEntry(plan: Plan, entry: Entry, call: Call, context: CallContext): Decision {
  const { require, denyIf, matches, charges, approval } = entry;
  if (require.length + denyIf.length + charges.length === 0 && approval === undefined) return plan.allowed;
  const environment: Environment = {
    args: call.arguments ?? NO_VALUES,
    context: factsOf(context),
    tooMuchWork: false,
    decidedBy: -1,
  };
  if (matches.length > 0) environment.tooMuchWork = isTooMuchWork(matches, environment);
  for (const rule of require) {
    if (evaluateRule(rule, environment) !== TRUE) {
      return deny("denied", decidingPlace(rule, environment), rule.message, plan.revision);
    }
  }
  for (const rule of denyIf) {
    if (evaluateRule(rule, environment) !== FALSE) {
      return deny("denied", decidingPlace(rule, environment), rule.message, plan.revision);
    }
  }
  if (charges.length === 0 && approval === undefined) return plan.allowed;
  return owe(plan, entry, environment, context);
}

/** The call passes its rules; what it still owes is counted up. */
function owe(plan: Plan, entry: Entry, environment: Environment, context: CallContext): Decision {
  const charges: Charge[] = [];
  for (const chargePlan of entry.charges) {
    const charged = attemptCharge(chargePlan, environment, context);
    if (!charged.ok) {
      if (charged.problem === "no_owner") return deny("unavailable", charged.limit, NO_OWNER, plan.revision);
      return deny("denied", charged.limit, NO_AMOUNT, plan.revision);
    }
    charges.push(charged.charge);
  }
  Object.freeze(charges);
  if (entry.approval !== undefined) return requireApproval(entry.approval, charges, plan.revision);
  return allow(plan.revision, charges);
}

const NO_OWNER = "this tool is limited by session, and this connection has none";
const NO_AMOUNT = "the amount that a limit of this tool counts is missing, or not a number it can count";

function attemptCharge(plan: ChargePlan, environment: Environment, context: CallContext): Charged {
  try {
    return chargeFor(plan, environment, context);
  } catch {
    return { ok: false, limit: plan.limits[0] as LimitPlan, problem: "amount" };
  }
}

function factsOf({ facts }: CallContext): Environment["context"] {
  if (facts === undefined) return NO_VALUES;
  return jsonType(facts) === "object" ? facts : undefined;
}

function callFault(call: Call): string | undefined {
  if (call.kind !== undefined && !KINDS.has(call.kind))
    return "the kind of a call must be tool, resource, prompt or method";
  if (typeof call.name !== "string" || call.name === "") return "the name of a tool must be a string that is not empty";
  if (call.arguments === undefined || jsonType(call.arguments) === "object") return undefined;
  return "the arguments of a call must be an object";
}
