import { type Call, type ConditionDocument, type Decision, decide, parsePolicy, type RuleDocument } from "callgate";

export type Verdict = "true" | "false" | "error";
export type RuleList = "require" | "deny_if";
export type Arguments = NonNullable<Call["arguments"]>;

/** Decides a call of a tool whose only rules are `rules`, in one of the two lists. */
export function decideBy(
  list: RuleList,
  rules: readonly RuleDocument[],
  args: Arguments,
  facts?: Readonly<Record<string, unknown>>,
): Decision {
  const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { [list]: rules } } });
  return decide(policy, { name: "t", arguments: args }, { facts });
}

/**
 * What one condition says, read off the outcomes of the two lists: true holds and fires, false does neither, an error
 * denies in both. That an error is reported at the condition and a rule that fires at the rule tells them apart again.
 */
export function verdictOf(condition: ConditionDocument, args: Arguments, facts?: Arguments): Verdict {
  const rules = [{ conditions: [condition] }];
  const required = decideBy("require", rules, args, facts);
  const forbidden = decideBy("deny_if", rules, args, facts);
  const key = `${required.code} ${required.pointer} ${forbidden.code} ${forbidden.pointer}`;
  const verdict = VERDICTS.get(key);
  if (verdict === undefined) throw new Error(`no verdict: ${key}`);
  return verdict;
}

const REQUIRED = "/tools/t/require/0/conditions/0";
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ["allowed  denied /tools/t/deny_if/0", "true"],
  [`denied ${REQUIRED} allowed `, "false"],
  [`denied ${REQUIRED} denied /tools/t/deny_if/0/conditions/0`, "error"],
]);
