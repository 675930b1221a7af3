import { isCanonicalUri } from "../internal/canonical-uri.js";
import { MAX_NAME_LENGTH } from "../internal/name.js";
import type { CallKind } from "./decision.js";
import type { ClassPlan, Entry, Pin, Plan } from "./plan.js";

/** The classes of things that lists name. */
export type ListedKind = Exclude<CallKind, "method">;

/** All that applies to a name; `undefined` where it is not listed. A URI that can be read in several ways no pattern lists. */
export function entryOf(rules: ClassPlan, kind: CallKind, name: string): Entry | undefined {
  const doubtful = kind === "resource" && rules.unlisted === undefined && !rules.isNamed(name) && !isCanonicalUri(name);
  return doubtful ? undefined : (rules.entryFor(name) ?? rules.unlisted);
}

/** Whether the policy hides it: not listed, and denied whatever else applies. */
export function isHidden(plan: Plan, kind: ListedKind, name: string): boolean {
  return rulesFor(plan, kind)?.hiddenBy(name) !== undefined;
}

/** Whether some call of it could be allowed. Arguments and counters are not looked at. */
export function isCallable(plan: Plan, kind: ListedKind, name: string): boolean {
  const rules = rulesFor(plan, kind);
  if (rules === undefined) return true;
  const entry = entryOf(rules, kind, name);
  if (entry === undefined || rules.hiddenBy(name) !== undefined) return false;
  if (entry.denied !== undefined || entry.approvals.length > 0) return false;
  return [...entry.denyIf, ...entry.approvalIf].every((rule) => rule.conditions.length > 0);
}

/**
 * Whether judging a call of this tool takes the tool as it is listed, as `CallContext.tool`. What is denied whatever it
 * brings takes nothing.
 */
export function needsListedTool({ tools }: Plan, name: string): boolean {
  if (name.length > MAX_NAME_LENGTH || tools.hiddenBy(name) !== undefined) return false;
  const entry = entryOf(tools, "tool", name);
  if (entry === undefined) return false;
  return (
    entry.pin !== undefined || (entry.denied === undefined && entry.args.some(({ validator }) => validator === "tool"))
  );
}

/** The definition that a tool must be listed with; `undefined` where it may be any. */
export function pinOf(plan: Plan, name: string): Pin | undefined {
  return plan.hasPins ? entryOf(plan.tools, "tool", name)?.pin : undefined;
}

/** What a policy says of a class of things; `undefined` where it has no section for them. */
export function rulesFor(plan: Plan, kind: ListedKind): ClassPlan | undefined {
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
