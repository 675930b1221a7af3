import {
  type Call,
  type CallContext,
  type ConditionDocument,
  type Decision,
  decide,
  type Policy,
  parsePolicy,
  type RuleDocument,
} from "callgate";

export type Verdict = "true" | "false" | "error";
export type RuleList = "require" | "deny_if" | "require_approval_if";
export type Arguments = NonNullable<Call["arguments"]>;

/** Decides a call of a tool whose only rules are `rules`, in one of the two lists. */
export function decideBy(
  list: RuleList,
  rules: readonly RuleDocument[],
  args: Arguments,
  facts?: Readonly<Record<string, unknown>>,
  context: CallContext = {},
): Decision {
  const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { [list]: rules } } });
  return decide(policy, { name: "t", arguments: args }, { facts, ...context });
}

/**
 * What one condition says, read off the outcomes of the two lists: true holds and fires, false does neither, an error
 * denies in both. That an error is reported at the condition and a rule that fires at the rule tells them apart again.
 */
export function verdictOf(
  condition: ConditionDocument,
  args: Arguments,
  facts?: Arguments,
  context: CallContext = {},
): Verdict {
  return verdictsOf(condition)(args, { facts, ...context });
}

/** The same for many calls: the policies are parsed once. */
export function verdictsOf(condition: ConditionDocument): (args: Arguments, context?: CallContext) => Verdict {
  const [require, deny_if] = (["require", "deny_if"] as const).map((list) =>
    parsePolicy({ version: "1", default: "deny", tools: { t: { [list]: [{ conditions: [condition] }] } } }),
  ) as [Policy, Policy];
  return (args, context = {}) => {
    const call: Call = { name: "t", arguments: args };
    const required = decide(require, call, context);
    const forbidden = decide(deny_if, call, context);
    const key = `${required.code} ${required.pointer} ${forbidden.code} ${forbidden.pointer}`;
    const verdict = VERDICTS.get(key);
    if (verdict === undefined) throw new Error(`no verdict: ${key}`);
    return verdict;
  };
}

const REQUIRED = "/tools/t/require/0/conditions/0";
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ["allowed  denied /tools/t/deny_if/0", "true"],
  [`denied ${REQUIRED} allowed `, "false"],
  [`denied ${REQUIRED} denied /tools/t/deny_if/0/conditions/0`, "error"],
]);
