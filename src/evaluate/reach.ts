import type { CallKind } from "./decision.js";
import type { ClassPlan, Plan } from "./plan.js";

/** The classes of things that lists name. */
export type ListedKind = Exclude<CallKind, "method">;

/** Whether the policy hides it: not listed, and denied whatever else applies. */
export function isHidden(plan: Plan, kind: ListedKind, name: string): boolean {
  return rulesFor(plan, kind)?.hiddenBy(name) !== undefined;
}

/** Whether some call of it could be allowed. Arguments and counters are not looked at. */
export function isCallable(plan: Plan, kind: ListedKind, name: string): boolean {
  const rules = rulesFor(plan, kind);
  if (rules === undefined) return true;
  const entry = rules.entryFor(name) ?? rules.unlisted;
  if (entry === undefined || rules.hiddenBy(name) !== undefined) return false;
  if (entry.denied !== undefined || entry.approvals.length > 0) return false;
  return [...entry.denyIf, ...entry.approvalIf].every((rule) => rule.conditions.length > 0);
}

function rulesFor(plan: Plan, kind: ListedKind): ClassPlan | undefined {
  switch (kind) {
    case "tool":
      return plan.tools;
    case "resource":
      return plan.resources;
    case "prompt":
      return plan.prompts;
    default:
      return kind satisfies never;
  }
}
