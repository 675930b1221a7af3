import { checkArguments } from "../evaluate/arguments.js";
import type { Call, CallContext, Decision, DenyDecision, Place } from "../evaluate/decision.js";
import type { Environment } from "../evaluate/environment.js";
import { attemptCharge, PROBLEMS } from "../evaluate/evaluate.js";
import { checkPin } from "../evaluate/pin.js";
import type { ArgumentSchema, ChargePlan, Entry, Pin } from "../evaluate/plan.js";
import { evaluateRule, type Rule } from "../evaluate/rule.js";
import { ERROR, FALSE, TRUE, type Verdict } from "../evaluate/verdict.js";
import { readPath } from "../internal/path.js";
import { valueAt } from "../internal/value-at.js";
import type { ConditionDocument, Policy } from "../policy/document.js";
import type {
  ArgumentStep,
  ExplainedCondition,
  ExplainedEffect,
  ExplainedStep,
  ExplainedVerdict,
  ExplainOptions,
  LimitStep,
  NameStep,
  PinStep,
  RuleStep,
} from "./explanation.js";
import { findValues } from "./found.js";

const VERDICTS: ReadonlyMap<Verdict, ExplainedVerdict> = new Map([
  [TRUE, "true"],
  [FALSE, "false"],
  [ERROR, "error"],
]);

/** What a list of rules makes of a verdict. */
const EFFECTS: { readonly [stage in RuleStep["stage"]]: (verdict: Verdict) => ExplainedEffect } = {
  require: (verdict) => (verdict === TRUE ? "passes" : "denies"),
  deny_if: (verdict) => (verdict === FALSE ? "passes" : "denies"),
  require_approval_if: (verdict) => (verdict === FALSE ? "passes" : "asks"),
};

/** What the steps of one call are made from. */
export interface Judged {
  readonly policy: Policy;
  readonly call: Call;
  readonly decision: Decision;
  readonly environment: Environment;
  readonly context: CallContext;
  readonly options: ExplainOptions;
}

/** Every step of an entry, in the order of evaluation. */
export function stepsOf(entry: Entry, judged: Judged): readonly ExplainedStep[] {
  const rules = (stage: RuleStep["stage"], list: readonly Rule[]): readonly RuleStep[] =>
    list.map((rule) => ruleStep(stage, rule, judged));
  return [
    ...(entry.pin === undefined ? [] : [pinStep(entry.pin, judged)]),
    ...(entry.denied === undefined ? [] : [nameStep("action", entry.denied, judged.decision)]),
    ...entry.args.map((schema) => argumentStep(schema, judged)),
    ...rules("require", entry.require),
    ...rules("deny_if", entry.denyIf),
    ...entry.charges.map((plan) => limitStep(plan, judged)),
    ...entry.approvals.map(({ rule, pointer, reason }) => ({
      ...nameStep("action", { rule, pointer, message: reason }, judged.decision),
      effect: "asks" as const,
    })),
    ...rules("require_approval_if", entry.approvalIf),
  ];
}

/** A step that denies by the name of the call alone. */
export function nameStep(
  stage: NameStep["stage"],
  { rule, pointer, message }: Pick<DenyDecision, "rule" | "pointer" | "message">,
  decision: Decision,
): NameStep {
  return { stage, rule, pointer, message, effect: "denies", decided: decision.pointer === pointer };
}

function pinStep(pin: Pin, { context, decision }: Judged): PinStep {
  const { rule, pointer } = pin.differs;
  const denied = checkPin(pin, context);
  return {
    stage: "pin",
    rule,
    pointer,
    effect: denied === undefined ? "passes" : "denies",
    decided: denied !== undefined && decision.pointer === pointer,
    message: denied?.message ?? "",
  };
}

function argumentStep(schema: ArgumentSchema, { call, context, decision }: Judged): ArgumentStep {
  const { rule, pointer } = schema.place;
  const denied = checkArguments([schema], call, context, decision.revision);
  return {
    stage: "args",
    rule,
    pointer,
    effect: denied === undefined ? "passes" : "denies",
    decided: denied !== undefined && decision.pointer === pointer,
    message: denied?.message ?? "",
  };
}

function ruleStep(stage: RuleStep["stage"], rule: Rule, judged: Judged): RuleStep {
  const { environment, decision } = judged;
  const verdict = evaluateRule(rule, environment);
  const effect = EFFECTS[stage](verdict);
  const conditions = rule.conditions.flatMap((_, index) => conditionOf(rule, index, judged));
  const places = [rule.place, ...rule.places];
  return {
    stage,
    ...rule.place,
    verdict: verdictName(verdict),
    effect,
    decided: effect !== "passes" && places.some(({ pointer }) => pointer === decision.pointer),
    message: effect === "passes" ? "" : rule.message,
    conditions,
  };
}

function conditionOf(rule: Rule, index: number, { policy, environment, options }: Judged): ExplainedCondition[] {
  const place = rule.places[index] as Place;
  const document = valueAt(policy, place.pointer);
  const condition = rule.conditions[index];
  if (condition === undefined || !isCondition(document)) return [];
  const verdict = evaluateRule({ ...rule, conditions: [condition], places: [place] }, environment);
  const { path, op, value: operand } = document;
  const found = findValues(readPath(path), environment, options);
  return [{ ...place, path, op, operand, verdict: verdictName(verdict), found }];
}

function isCondition(document: unknown): document is ConditionDocument {
  return document !== null && typeof document === "object" && Object.hasOwn(document, "path");
}

function limitStep(plan: ChargePlan, { environment, context, decision }: Judged): LimitStep {
  const charged = attemptCharge(plan, environment, context);
  const { rule, pointer } = charged.ok ? charged.charge : charged.limit;
  const decided = plan.limits.some((limit) => limit.pointer === decision.pointer);
  return {
    stage: "limit",
    rule,
    pointer,
    effect: charged.ok ? "counts" : "denies",
    decided,
    message: charged.ok ? charged.charge.message : PROBLEMS[charged.problem].text,
    charge: charged.ok ? charged.charge : undefined,
  };
}

function verdictName(verdict: Verdict): ExplainedVerdict {
  return VERDICTS.get(verdict) ?? "error";
}
