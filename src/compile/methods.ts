import { type DenyDecision, deny } from "../evaluate/decision.js";
import type { MethodPlan } from "../evaluate/plan.js";
import { compileGlob } from "../internal/glob.js";
import type { DefaultAction, MethodRules } from "../policy/document.js";

const TEXT = "this method is not permitted by policy";

/** What a policy says of methods that are neither tools, nor resources, nor prompts. */
export function compileMethods(rules: MethodRules | undefined, byDefault: DefaultAction, revision: string): MethodPlan {
  const denied = (rules?.deny ?? []).map((pattern, index) => {
    const place = { rule: "(method denied)", pointer: `/methods/deny/${index}` };
    return [compileGlob(pattern), deny("not_permitted", place, TEXT, revision)] as const;
  });
  const allowed = (rules?.allow ?? []).map(compileGlob);
  const unknown: DenyDecision = deny("not_permitted", { rule: "(default deny)", pointer: "/default" }, TEXT, revision);
  return {
    rules: rules !== undefined,
    deniedBy: (method) => denied.find(([glob]) => glob.test(method))?.[1],
    unknownDeniedBy: (method) =>
      byDefault === "allow" || allowed.some((glob) => glob.test(method)) ? undefined : unknown,
  };
}
