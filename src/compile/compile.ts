import { type ApprovalOwed, allow, type DenyDecision, deny, type Place } from "../evaluate/decision.js";
import type { Entry, Plan } from "../evaluate/plan.js";
import { escapeSegment } from "../internal/pointer.js";
import type { AllToolsRules, Policy, ToolRules } from "../policy/document.js";
import { compileClass } from "./class.js";
import { type LimitSource, limitSources, planCharges } from "./limits.js";
import { RuleCompiler } from "./rules.js";

/** The texts an agent gets where the policy's author wrote none. They name no rule, number or value. */
const ENGINE_TEXT = {
  notPermitted: "this tool is not permitted by policy",
  approval: "this tool needs a person's approval",
} as const;

const NO_RULES: AllToolsRules = Object.freeze(Object.create(null));

/** One entry of the document, or `all_tools`, before it is put together with others that match the same name. */
export interface Part {
  readonly entry: Omit<Entry, "charges">;
  readonly limits: readonly LimitSource[];
}

/** Makes a policy ready to decide. Linear in the size of the document. */
export function compile(policy: Policy): Plan {
  const { revision } = policy;
  const rules = new RuleCompiler();
  const notPermitted = (place: Place, message: string = ENGINE_TEXT.notPermitted): DenyDecision =>
    deny("not_permitted", place, message, revision);
  const part = (name: string, document: ToolRules): Part =>
    compilePart(document, `/tools/${escapeSegment(name)}`, name, rules, notPermitted);
  const forAll = compilePart(policy.all_tools ?? NO_RULES, "/all_tools", undefined, rules, notPermitted);
  const parts = Object.entries(policy.tools ?? NO_RULES).map(
    ([name, document]) => [name, part(name, document)] as const,
  );
  const tools = compileClass({
    parts,
    forAll,
    combine,
    hide: (policy.hide ?? []).map((name, index) => [
      name,
      notPermitted({ rule: "(hidden)", pointer: `/hide/${index}` }),
    ]),
    listsAll: policy.default === "allow",
    notListed: notPermitted({ rule: "(default deny)", pointer: "/default" }),
  });
  return { revision, tools, allowed: allow(revision, []) };
}

function compilePart(
  document: ToolRules | AllToolsRules,
  base: string,
  name: string | undefined,
  rules: RuleCompiler,
  notPermitted: (place: Place, message?: string) => DenyDecision,
): Part {
  const { action, reason }: ToolRules = document;
  const place: Place = { rule: `${base}/action`, pointer: `${base}/action` };
  const owed: ApprovalOwed = Object.freeze({ ...place, reason: reason ?? ENGINE_TEXT.approval });
  return {
    entry: {
      denied: action === "deny" ? notPermitted(place, reason) : undefined,
      require: rules.compile(document.require, "require", base, reason),
      denyIf: rules.compile(document.deny_if, "deny_if", base, reason),
      approvalIf: rules.compile(document.require_approval_if, "require_approval_if", base, reason),
      matches: rules.matches([document.require, document.deny_if, document.require_approval_if]),
      approvals: action === "require_approval" ? [owed] : [],
    },
    limits: limitSources(document.limits ?? [], base, name, document),
  };
}

/** Puts parts together that apply to one name: each can only take away, so all of them hold. */
function combine(parts: readonly Part[]): Entry {
  const entries = parts.map(({ entry }) => entry);
  return {
    denied: entries.find(({ denied }) => denied !== undefined)?.denied,
    require: entries.flatMap(({ require }) => require),
    denyIf: entries.flatMap(({ denyIf }) => denyIf),
    approvalIf: entries.flatMap(({ approvalIf }) => approvalIf),
    matches: [...new Map(entries.flatMap(({ matches }) => matches).map((match) => [match.key, match])).values()],
    approvals: entries.flatMap(({ approvals }) => approvals),
    charges: planCharges(parts.flatMap(({ limits }) => limits)),
  };
}
