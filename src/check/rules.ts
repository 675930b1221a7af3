import { quote } from "../internal/quote.js";
import { isAnchored } from "./anchors.js";
import { excludeEachOther } from "./contradiction.js";
import type { Finding } from "./finding.js";
import { type ConditionReading, type Part, pathKey, type RuleReading } from "./part.js";
import type { Subject } from "./subject.js";

/** Rules that say something else than they seem to, whatever the tools are. */
export function checkRules({ parts }: Subject): Finding[] {
  return parts.flatMap((part) => [
    ...contradictoryRequirements(part),
    ...part.rules.flatMap((rule) => [
      ...emptyRequirement(rule),
      ...contradictoryConditions(rule),
      ...rule.conditions.flatMap((condition) => [...unanchored(rule, condition), ...misplaced(rule, condition)]),
    ]),
  ]);
}

/** An empty `deny_if` denies every call, and is written for that. */
function emptyRequirement({ list, path, conditions }: RuleReading): Finding[] {
  if (list !== "require" || conditions.length > 0) return [];
  const message = "a requirement without conditions always holds";
  const help = 'to deny every call write `action: "deny"`';
  return [{ severity: "warning", code: "empty_requirement", path, message, help }];
}

/** All requirements of an entry must hold together, so they are looked at as one. */
function contradictoryRequirements({ rules }: Part): Finding[] {
  const required = rules.filter(({ list }) => list === "require");
  const conditions = required.flatMap((rule) =>
    rule.conditions.filter(({ condition }) => condition.if_present !== true),
  );
  return contradictions(conditions).map((found) => ({
    ...found,
    message: `${found.message}, so every call is denied`,
  }));
}

function contradictoryConditions({ list, conditions }: RuleReading): Finding[] {
  if (list === "require") return [];
  // With `[*]`, one element may meet one condition and another the next.
  const single = conditions.filter(({ at }) => at.steps.every(({ kind }) => kind !== "each"));
  return contradictions(single).map((found) => ({ ...found, message: `${found.message}: this rule is for no call` }));
}

/** One finding for each place, at the first condition that does not go with those before it. */
function contradictions(conditions: readonly ConditionReading[]): Finding[] {
  const byPlace = new Map<string, ConditionReading[]>();
  for (const reading of conditions) {
    const key = pathKey(reading.at);
    byPlace.set(key, [...(byPlace.get(key) ?? []), reading]);
  }
  return [...byPlace.values()].flatMap((readings): Finding[] => {
    const culprit = firstContradiction(readings);
    if (culprit === undefined) return [];
    const message = `no ${quote(culprit.condition.path)} meets this and the other conditions on it`;
    return [{ severity: "error", code: "contradictory_conditions", path: culprit.path, message }];
  });
}

/** How many conditions on one place are held against each other. */
const MAX_TOGETHER = 50;

function firstContradiction(readings: readonly ConditionReading[]): ConditionReading | undefined {
  const few = readings.slice(0, MAX_TOGETHER);
  return few.find(
    (_, index) => index > 0 && excludeEachOther(few.slice(0, index + 1).map(({ condition }) => condition)),
  );
}

function unanchored({ list }: RuleReading, { path, condition }: ConditionReading): Finding[] {
  if (list !== "require" || condition.op !== "regex" || isAnchored(String(condition.value))) return [];
  const message = `${quote(String(condition.value))} may match anywhere: what stands around the match is not looked at`;
  const help = "write `^…$`, or `.*` at the end that is to be open";
  return [{ severity: "warning", code: "unanchored_regex", path: [...path, "value"], message, help }];
}

function misplaced({ list }: RuleReading, { path, condition }: ConditionReading): Finding[] {
  if (list !== "deny_if" || (condition.op !== "path_within" && condition.op !== "host_in")) return [];
  const message = `\`${condition.op}\` in \`deny_if\` denies every value that it cannot judge, and lets the other places pass`;
  const help = `in \`require\` name what is allowed with \`${condition.op}\``;
  return [{ severity: "warning", code: "misplaced_operator", path: [...path, "op"], message, help }];
}
