import { checkPolicy, type Policy, type PolicyIssue } from "callgate";

/**
 * What is found in a policy for a server of which only the names of the tools are known. That resources and prompts
 * pass is left out: it is true of every policy without these sections, and says nothing about the tools.
 */
export function issuesForNames(policy: Policy, names: Iterable<string>): readonly PolicyIssue[] {
  const tools = [...names].map((name) => ({ name, inputSchema: { type: "object" } }));
  return aboutTools(checkPolicy(policy, tools));
}

export function aboutTools(issues: readonly PolicyIssue[]): readonly PolicyIssue[] {
  return issues.filter(({ code }) => code !== "unruled_class");
}

/** Names for which every entry and every hidden name of a policy is there: its own, and one for each pattern. */
export function namesIn({ tools = {}, hide = [] }: Policy): readonly string[] {
  return [...Object.keys(tools), ...hide].map((name) => name.replaceAll("*", "x").replaceAll("?", "y"));
}
