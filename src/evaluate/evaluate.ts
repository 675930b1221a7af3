import { MAX_REGEX_WORK } from "../internal/linear-regex.js";
import { chargeFor } from "./charge.js";
import {
  allow,
  type Call,
  type CallContext,
  type Charge,
  type Decision,
  deny,
  type Place,
  requireApproval,
} from "./decision.js";
import type { Environment } from "./environment.js";
import { jsonType } from "./json-type.js";
import type { Entry, Plan } from "./plan.js";
import { decidingPlace, evaluateRule } from "./rule.js";
import { FALSE, TRUE } from "./verdict.js";

const NO_VALUES: { readonly [name: string]: unknown } = Object.freeze(Object.create(null));
const KINDS: ReadonlySet<string> = new Set(["tool", "resource", "prompt", "method"]);
const MALFORMED: Place = { rule: "(malformed call)", pointer: "" };

/**
 * Decides one call by a plan. The order of the stages decides only which reason is reported: every stage that
 * objects denies, and no stage can undo another's denial.
 */
export function evaluate(plan: Plan, call: Call, context: CallContext): Decision {
  const fault = callFault(call);
  if (fault !== undefined) return deny("invalid_arguments", MALFORMED, fault, plan.revision);
  if (call.kind === "resource" || call.kind === "prompt") return plan.allowed;
  if (call.kind === "method") return plan.unlisted === undefined ? plan.notListed : plan.allowed;
  const hidden = plan.hiddenAll ?? plan.hidden.get(call.name);
  if (hidden !== undefined) return hidden;
  const entry = plan.entries.get(call.name) ?? plan.unlisted;
  if (entry === undefined) return plan.notListed;
  return entry.denied ?? evaluateEntry(plan, entry, call.arguments ?? NO_VALUES, context);
}

function evaluateEntry(
  plan: Plan,
  entry: Entry,
  args: { readonly [name: string]: unknown },
  context: CallContext,
): Decision {
  if (entry.require.length > 0 || entry.denyIf.length > 0) {
    const budget = { left: MAX_REGEX_WORK };
    const environment: Environment = { args, context: context.facts ?? NO_VALUES, budget, decidedBy: -1 };
    for (const rule of entry.require) {
      if (evaluateRule(rule, environment) !== TRUE) {
        return deny("denied", decidingPlace(rule, environment), rule.message, plan.revision);
      }
    }
    for (const rule of entry.denyIf) {
      if (evaluateRule(rule, environment) !== FALSE) {
        return deny("denied", decidingPlace(rule, environment), rule.message, plan.revision);
      }
    }
  }
  if (entry.charges.length === 0 && entry.approval === undefined) return plan.allowed;
  return owe(plan, entry, args, context);
}

/** The call passes its rules; what it still owes is counted up. */
function owe(plan: Plan, entry: Entry, args: object, context: CallContext): Decision {
  const charges: Charge[] = [];
  for (const chargePlan of entry.charges) {
    const charged = attemptCharge(chargePlan, args, context);
    if (!charged.ok) {
      if (charged.problem === "no_session") return deny("unavailable", charged.limit, NO_SESSION, plan.revision);
      return deny("denied", charged.limit, NO_AMOUNT, plan.revision);
    }
    charges.push(charged.charge);
  }
  Object.freeze(charges);
  if (entry.approval !== undefined) return requireApproval(entry.approval, charges, plan.revision);
  return allow(plan.revision, charges);
}

const NO_SESSION = "this tool is limited by session, and this connection has none";
const NO_AMOUNT = "the amount that a limit of this tool counts is missing, or not a number it can count";

function attemptCharge(
  plan: Entry["charges"][number],
  args: object,
  context: CallContext,
): ReturnType<typeof chargeFor> {
  try {
    return chargeFor(plan, args, context);
  } catch {
    return { ok: false, limit: plan.limits[0] as (typeof plan.limits)[number], problem: "amount" };
  }
}

function callFault(call: Call): string | undefined {
  if (call.kind !== undefined && !KINDS.has(call.kind))
    return "the kind of a call must be tool, resource, prompt or method";
  if (typeof call.name !== "string" || call.name === "") return "the name of a tool must be a string that is not empty";
  if (call.arguments === undefined || jsonType(call.arguments) === "object") return undefined;
  return "the arguments of a call must be an object";
}
