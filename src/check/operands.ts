import { quote } from "../internal/quote.js";
import type { JsonValue } from "../policy/document.js";
import type { Finding, Segments } from "./finding.js";
import { type Fit, fitOf, nameTypes } from "./fit.js";
import type { ConditionReading, Part, RuleReading } from "./part.js";
import { ANYTHING } from "./schema.js";
import { describePlace, type Sighting, sightingsOf } from "./sighting.js";
import type { Subject } from "./subject.js";
import { factsOf, type ValueFacts } from "./value-facts.js";

/** What is found of one condition where it applies, and all that is known of the values there. */
interface Judged {
  readonly fits: readonly Fit[];
  readonly facts: readonly ValueFacts[];
  readonly sightings: readonly Sighting[];
}

/** Operators and operands that cannot go with the arguments they are for, and rules that those decide beforehand. */
export function checkOperands(subject: Subject): Finding[] {
  return subject.parts.flatMap((part) => part.rules.flatMap((rule) => checkRule(subject, part, rule)));
}

function checkRule(subject: Subject, part: Part, rule: RuleReading): Finding[] {
  const judged = rule.conditions.map((reading) => [reading, judge(subject, part, reading)] as const);
  const findings = judged.flatMap(([reading, found]) => findingsOf(subject, rule, reading, found));
  const fires = judged.length > 0 && judged.every(([reading, found]) => alwaysHolds(reading, found));
  if (rule.list !== "deny_if" || !fires) return findings;
  const message = "this rule denies every call: what it asks for always holds";
  const help = 'to deny every call write `action: "deny"`';
  return [...findings, { severity: "warning", code: "always_fires", path: rule.path, message, help }];
}

/** What can be said of every tool where the path leads to something; nothing, unless it leads to that in each. */
function judge(subject: Subject, part: Part, { at, condition }: ConditionReading): Judged {
  const all = sightingsOf(subject, part, at);
  const inner =
    condition.op === "contains" ? sightingsOf(subject, part, { ...at, steps: [...at.steps, { kind: "each" }] }) : [];
  const found = all.flatMap((sighting, index) =>
    sighting.location.kind === "found" ? [{ sighting, facts: factsAt(sighting), elements: factsAt(inner[index]) }] : [],
  );
  return {
    sightings: found.map(({ sighting }) => sighting),
    facts: found.map(({ facts }) => facts),
    fits: found.map(({ facts, elements }) => fitOf(condition, facts, elements)),
  };
}

function factsAt(sighting: Sighting | undefined): ValueFacts {
  return factsOf(sighting?.location.kind === "found" ? sighting.location.alternatives : ANYTHING);
}

function findingsOf(
  subject: Subject,
  { list }: RuleReading,
  { path, condition }: ConditionReading,
  { fits, facts, sightings }: Judged,
): Finding[] {
  const [fit] = fits;
  // Tools that differ in kind are not spoken of together.
  if (fit === undefined || fits.some(({ kind }) => kind !== fit.kind)) return [];
  const place = describePlace(condition.path, sightings);
  switch (fit.kind) {
    case "misfit": {
      const types = facts[0]?.types ?? [];
      const message = `\`${condition.op}\` needs ${fit.needs} here, and ${place} is ${nameTypes(types)}`;
      return [{ severity: "error", code: "type_mismatch", path: [...path, fit.at], message }];
    }
    case "foreign": {
      const values = [...new Set(facts.flatMap((fact) => fact.values ?? []))];
      return foreign(subject, [...path, "value"], condition.value, sharedForeign(fits), values, place);
    }
    case "never": {
      const severity = list === "require" && condition.if_present !== true ? "error" : "warning";
      const message = `\`${condition.op}\` never holds: ${place} is always outside`;
      return [{ severity, code: "never_true", path, message }];
    }
    default:
      return [];
  }
}

/** The elements that are foreign to every tool; `"all"` where the operand as a whole is. */
function sharedForeign(fits: readonly Fit[]): "all" | readonly number[] {
  const each = fits.flatMap((fit) => (fit.kind === "foreign" ? [fit] : []));
  if (each.every(({ all }) => all)) return "all";
  const [first, ...others] = each.filter(({ all }) => !all);
  return (first?.at ?? []).filter((index) => others.every(({ at }) => at.includes(index)));
}

function foreign(
  subject: Subject,
  path: Segments,
  operand: JsonValue,
  which: "all" | readonly number[],
  values: readonly unknown[],
  place: string,
): Finding[] {
  const texts = values.map(String);
  const finding = (severity: Finding["severity"], at: Segments, value: unknown): Finding => ({
    severity,
    code: "value_not_in_enum",
    path: at,
    message: `${place} is never ${quote(typeof value === "string" ? value : JSON.stringify(value))}`,
    help:
      subject.suggest(String(value), texts) ??
      (texts.length <= 8 ? `one of ${texts.map((text) => quote(text)).join(", ")}` : undefined),
  });
  if (which !== "all")
    return which.map((index) => finding("warning", [...path, index], Reflect.get(Object(operand), index)));
  return Array.isArray(operand) && operand.length === 1
    ? [finding("error", [...path, 0], operand[0])]
    : [finding("error", path, operand)];
}

/** Whether a condition is true of every call: for each tool, and the argument is always there. */
function alwaysHolds({ at }: ConditionReading, { fits, sightings }: Judged): boolean {
  // A list may be empty, or shorter than an index.
  if (at.steps.some(({ kind }) => kind !== "key")) return false;
  const there = sightings.every(({ location }) => location.kind === "found" && location.presence === "required");
  return sightings.length > 0 && there && fits.every(({ kind }) => kind === "always");
}
