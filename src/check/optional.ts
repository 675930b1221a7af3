import type { Path, PathStep } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import type { Finding } from "./finding.js";
import { fitOf } from "./fit.js";
import type { OfferedTool } from "./offer.js";
import { type ConditionReading, type Part, pathKey } from "./part.js";
import { ANYTHING } from "./schema.js";
import { nameTools, sightingsOf } from "./sighting.js";
import type { Subject } from "./subject.js";
import { factsOf } from "./value-facts.js";

/** `deny_if` on what a call may leave out, where nothing asks for it: without it the rule does not fire. */
export function checkOptional(subject: Subject): Finding[] {
  return subject.parts.flatMap((part) =>
    part.rules
      .filter(({ list }) => list === "deny_if")
      .flatMap(({ conditions }) => conditions.flatMap((condition) => checkCondition(subject, part, condition))),
  );
}

function checkCondition(subject: Subject, part: Part, reading: ConditionReading): Finding[] {
  const { at, condition, path } = reading;
  if (at.root !== "args" || condition.op === "exists") return [];
  const evading = sightingsOf(subject, part, at).flatMap(({ tool, location }): readonly OfferedTool[] => {
    if (tool === undefined || location.kind !== "found" || location.presence !== "optional") return [];
    const { fallback } = factsOf(location.alternatives);
    if (fallback !== undefined && !mayFire(reading, fallback.value)) return [];
    const asked = subject.partsFor(tool).some((other) => asksFor(other, at, location.optionalUntil));
    return asked ? [] : [tool];
  });
  if (evading.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "optional_argument",
      path: [...path, "path"],
      message: `a call of ${nameTools(evading)} may leave out ${quote(condition.path)}, and then this rule does not fire`,
      help: `in \`require\`: { "conditions": [{ "path": ${JSON.stringify(condition.path)}, "op": "exists", "value": true }] }`,
    },
  ];
}

/** Whether the condition may be true of what the server puts in the place of a missing argument. */
function mayFire({ condition }: ConditionReading, fallback: unknown): boolean {
  if (fallback !== null && typeof fallback === "object") return true;
  const fit = fitOf(condition, factsOf([[{ const: fallback }]]), factsOf(ANYTHING));
  if (fit.kind === "foreign") return fit.all === (condition.op === "neq" || condition.op === "not_in");
  return fit.kind === "open" || fit.kind === "always";
}

/** Whether a part denies every call in which the path leads nowhere before `until` steps are taken. */
function asksFor(part: Part, path: Path, until: number): boolean {
  // What an expression or a schema asks for is not looked into.
  if (part.opaque) return true;
  const needs = ({ at }: ConditionReading): boolean => reaches(at, path, until);
  const asked = part.rules.some(({ list, conditions }) => {
    if (list === "deny_if") return conditions.every((other) => allowsMissing(other) && needs(other));
    return list === "require" && conditions.some((other) => !allowsMissing(other) && needs(other));
  });
  const counted = part.limits.flatMap(({ from, demandsArgument, by }) =>
    from && demandsArgument ? [from, ...by] : by,
  );
  return asked || counted.some((one) => reaches(one, path, until));
}

function allowsMissing({ condition }: ConditionReading): boolean {
  return condition.if_present === true || (condition.op === "exists" && condition.value === false);
}

/** Whether a path has the first `until` steps of another, and so leads to something only where they can be taken. */
function reaches({ root, steps }: Path, other: Path, until: number): boolean {
  const start = (all: readonly PathStep[]): string => pathKey({ root, steps: all.slice(0, until) });
  return root === other.root && start(steps) === start(other.steps);
}
