import { allow, type DenyDecision, deny, type Place } from "../evaluate/decision.js";
import type { Entry, Plan } from "../evaluate/plan.js";
import { escapeSegment } from "../internal/pointer.js";
import type { Policy, ToolRules } from "../policy/document.js";
import { type LimitSource, limitSources, planCharges } from "./limits.js";
import { compileRules, matchesOf } from "./rules.js";

/** The texts an agent gets where the policy's author wrote none. They name no rule, number or value. */
const ENGINE_TEXT = {
  notPermitted: "this tool is not permitted by policy",
  approval: "this tool needs a person's approval",
} as const;

/** Makes a policy ready to decide. Linear in the size of the document. */
export function compile(policy: Policy): Plan {
  const { revision } = policy;
  const notPermitted = (place: Place, message: string = ENGINE_TEXT.notPermitted): DenyDecision =>
    deny("not_permitted", place, message, revision);
  const shared = limitSources(policy.all_tools?.limits ?? [], "/all_tools");
  const entries = new Map<string, Entry>();
  for (const name of Object.keys(policy.tools ?? {})) {
    const rules = policy.tools?.[name] as ToolRules;
    entries.set(name, compileEntry(name, rules, shared, notPermitted));
  }
  const hidden = new Map<string, DenyDecision>();
  for (const [index, name] of (policy.hide ?? []).entries()) {
    if (!hidden.has(name)) hidden.set(name, notPermitted({ rule: "(hidden)", pointer: `/hide/${index}` }));
  }
  const bare: Entry = {
    denied: undefined,
    require: [],
    denyIf: [],
    matches: [],
    charges: planCharges(shared),
    approval: undefined,
  };
  return {
    revision,
    hidden,
    hiddenAll: hidden.get("*"),
    entries,
    unlisted: policy.default === "allow" ? bare : undefined,
    notListed: notPermitted({ rule: "(default deny)", pointer: "/default" }),
    allowed: allow(revision, []),
  };
}

function compileEntry(
  name: string,
  rules: ToolRules,
  shared: readonly LimitSource[],
  notPermitted: (place: Place, message?: string) => DenyDecision,
): Entry {
  const base = `/tools/${escapeSegment(name)}`;
  const action: Place = { rule: `${base}/action`, pointer: `${base}/action` };
  return {
    denied: rules.action === "deny" ? notPermitted(action, rules.reason) : undefined,
    require: compileRules(rules.require ?? [], "require", base, rules.reason),
    denyIf: compileRules(rules.deny_if ?? [], "deny_if", base, rules.reason),
    matches: matchesOf([...(rules.require ?? []), ...(rules.deny_if ?? [])]),
    charges: planCharges([...limitSources(rules.limits ?? [], base, name, rules), ...shared]),
    approval:
      rules.action === "require_approval"
        ? Object.freeze({ ...action, reason: rules.reason ?? ENGINE_TEXT.approval })
        : undefined,
  };
}
