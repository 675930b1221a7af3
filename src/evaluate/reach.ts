import type { Plan } from "./plan.js";

/** Whether the policy hides the tool: not listed, and denied whatever else applies. */
export function isHidden(plan: Plan, name: string): boolean {
  return plan.hiddenAll !== undefined || plan.hidden.has(name);
}

/** Whether some call of the tool could be allowed. Arguments and counters are not looked at. */
export function isCallable(plan: Plan, name: string): boolean {
  const entry = plan.entries.get(name) ?? plan.unlisted;
  if (entry === undefined || isHidden(plan, name)) return false;
  if (entry.denied !== undefined || entry.approval !== undefined) return false;
  return entry.denyIf.every((rule) => rule.conditions.length > 0);
}
