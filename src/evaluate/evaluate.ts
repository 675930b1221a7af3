import { isMcpMethod, isRuledAsMethod } from "../internal/mcp-methods.js";
import { MAX_NAME_LENGTH, MAX_URI_LENGTH, nameFault } from "../internal/name.js";

import { checkArguments } from "./arguments.js";

import { addCharge, type Charged, chargeFor } from "./charge.js";

import {
  type ApprovalOwed,
  allow,
  type Call,
  type CallContext,
  type Charge,
  type Decision,
  deny,
  malformedCall,
  requireApproval,
} from "./decision.js";
import { Environment } from "./environment.js";
import { jsonType } from "./json-type.js";
import { checkPin } from "./pin.js";
import type { ChargePlan, ClassPlan, Entry, LimitPlan, Plan } from "./plan.js";
import { entryOf } from "./reach.js";
import { decidingPlace, evaluateRule } from "./rule.js";
import { FALSE, TRUE } from "./verdict.js";
import { workOf } from "./work.js";

/**
 * Decides one call by a plan. The order of the stages decides only which reason is reported: every stage that
 * objects denies, and no stage can undo another's denial.
 */
export function evaluate(plan: Plan, call: Call, context: CallContext): Decision {
  const fault = callFault(call);
  if (fault !== undefined) return malformedCall(fault, plan.revision);
  switch (call.kind) {
    case undefined:
    case "tool":
      return evaluateNamed(plan, plan.tools, call, context, MAX_NAME_LENGTH);
    case "resource":
      return plan.resources === undefined
        ? plan.allowed
        : evaluateNamed(plan, plan.resources, call, context, MAX_URI_LENGTH);
    case "prompt":
      return plan.prompts === undefined
        ? plan.allowed
        : evaluateNamed(plan, plan.prompts, call, context, MAX_NAME_LENGTH);
    case "method":
      return evaluateMethod(plan, call.name);
    default:
      return malformedCall("the kind of a call must be tool, resource, prompt or method", plan.revision);
  }
}

function evaluateMethod({ methods, allowed }: Plan, method: string): Decision {
  const denied = isRuledAsMethod(method) ? methods.deniedBy(method) : undefined;
  if (denied !== undefined || isMcpMethod(method)) return denied ?? allowed;
  return methods.unknownDeniedBy(method) ?? allowed;
}

function evaluateNamed(plan: Plan, rules: ClassPlan, call: Call, context: CallContext, longest: number): Decision {
  const { name } = call;
  // Patterns are not tried on a name of any length, nor is it remembered.
  if (name.length > longest) return malformedName(plan, call, longest);
  const hidden = rules.hiddenBy(name);
  if (hidden !== undefined) return hidden;
  const entry = entryOf(rules, call.kind ?? "tool", name);
  if (entry === undefined) return rules.notListed;
  // A pattern, or a default that allows, may match what is no name at all.
  if (nameFault(name, longest) !== undefined) return malformedName(plan, call, longest);
  const changed = entry.pin === undefined ? undefined : checkPin(entry.pin, context);
  return changed ?? entry.denied ?? evaluateEntry(plan, entry, call, context);
}

function malformedName({ revision }: Plan, { kind = "tool", name }: Call, longest: number): Decision {
  return malformedCall(`the name of a ${kind} ${nameFault(name, longest)}`, revision);
}

function evaluateEntry(plan: Plan, entry: Entry, call: Call, context: CallContext): Decision {
  if (objectsToNothing(entry)) return plan.allowed;
  const unfit = entry.args.length === 0 ? undefined : checkArguments(entry.args, call, context, plan.revision);
  if (unfit !== undefined) return unfit;
  const environment = environmentFor(entry, call, context);
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
  return owe(plan, entry, environment, context);
}

/** What the rules of an entry are judged in. */
export function environmentFor({ matches }: Entry, call: Call, context: CallContext): Environment {
  const environment = new Environment(call, context);
  if (matches.length > 0) environment.work = workOf(matches, environment);
  return environment;
}

function objectsToNothing({ args, require, denyIf, approvalIf, charges, approvals }: Entry): boolean {
  return args.length + require.length + denyIf.length + approvalIf.length + charges.length + approvals.length === 0;
}

/** The call passes its rules; what it still owes is counted up. */
function owe(plan: Plan, entry: Entry, environment: Environment, context: CallContext): Decision {
  const charges: Charge[] = [];
  for (const chargePlan of entry.charges) {
    const charged = attemptCharge(chargePlan, environment, context);
    if (!charged.ok) {
      const { code, text } = PROBLEMS[charged.problem];
      return deny(code, charged.limit, text, plan.revision);
    }
    addCharge(charges, charged.charge);
  }
  const approvals = approvalsOwed(entry, environment);
  if (approvals.length > 0) return requireApproval(approvals, Object.freeze(charges), plan.revision);
  return charges.length === 0 ? plan.allowed : allow(plan.revision, Object.freeze(charges));
}

/** Why a charge cannot be told, and the denial that follows. */
export const PROBLEMS = {
  no_owner: { code: "unavailable", text: "this tool is limited by session, and this connection has none" },
  amount: {
    code: "denied",
    text: "the amount that a limit of this tool counts is missing, or not a number it can count",
  },
  value: {
    code: "denied",
    text: "an argument that a limit of this tool is kept by is missing, or no text, number or truth value",
  },
} as const;

/** What `action` asks for, and what every rule asks for that does not clearly not fire. */
function approvalsOwed({ approvals, approvalIf }: Entry, environment: Environment): readonly ApprovalOwed[] {
  if (approvalIf.length === 0) return approvals;
  const owed = [...approvals];
  for (const rule of approvalIf) {
    if (evaluateRule(rule, environment) === FALSE) continue;
    const { rule: name, pointer } = decidingPlace(rule, environment);
    owed.push(Object.freeze({ rule: name, pointer, reason: rule.message }));
  }
  return owed;
}

/** As `chargeFor`; what throws is an amount that cannot be told. */
export function attemptCharge(plan: ChargePlan, environment: Environment, context: CallContext): Charged {
  try {
    return chargeFor(plan, environment, context);
  } catch {
    return { ok: false, limit: plan.limits[0] as LimitPlan, problem: "amount" };
  }
}

function callFault(call: Call): string | undefined {
  if (typeof call.name !== "string" || call.name === "") return "the name of a tool must be a string that is not empty";
  if (call.arguments === undefined || jsonType(call.arguments) === "object") return undefined;
  return "the arguments of a call must be an object";
}
