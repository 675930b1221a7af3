import type { Plan } from "./plan.js";

/** Whether the policy hides the tool: not listed, and denied whatever else applies. */
export function isHidden({ tools }: Plan, name: string): boolean {
  return tools.hiddenBy(name) !== undefined;
}

/** Whether some call of the tool could be allowed. Arguments and counters are not looked at. */
export function isCallable(plan: Plan, name: string): boolean {
  const entry = plan.tools.entryFor(name) ?? plan.tools.unlisted;
  if (entry === undefined || isHidden(plan, name)) return false;
  if (entry.denied !== undefined || entry.approvals.length > 0) return false;
  return [...entry.denyIf, ...entry.approvalIf].every((rule) => rule.conditions.length > 0);
}
