import type { Path } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import type { Finding, Segments } from "./finding.js";
import type { OfferedTool } from "./offer.js";
import type { ConditionReading, Part, RuleList } from "./part.js";
import { nameTools, type Sighting, sightingsOf } from "./sighting.js";
import type { Subject } from "./subject.js";
import { writePath } from "./write-path.js";

/** Paths of conditions and limits that lead to no argument of any tool they are for. */
export function checkArguments(subject: Subject): Finding[] {
  return subject.parts.flatMap((part) => [
    ...part.rules.flatMap(({ list, conditions }) =>
      conditions
        .filter((condition) => !rulesOut(condition, list))
        .flatMap(({ at, path }) => checkPath(subject, part, at, [...path, "path"])),
    ),
    ...part.limits.flatMap(({ path, from, by }) => [
      ...(from === undefined ? [] : checkPath(subject, part, from, [...path, "increment_from"])),
      ...by.flatMap((one, index) => checkPath(subject, part, one, [...path, "by", index])),
    ]),
  ]);
}

/** Whether a condition keeps an argument out: such a one need not be in the schema. */
function rulesOut({ condition }: ConditionReading, list: RuleList): boolean {
  return condition.op === "exists" && condition.value === (list !== "require");
}

function checkPath(subject: Subject, part: Part, { root, steps }: Path, place: Segments): Finding[] {
  const sightings = sightingsOf(subject, part, { root, steps });
  const missing = sightings.flatMap(({ location }) => (location.kind === "nowhere" ? [location] : []));
  const [first] = missing;
  // One tool that has it is enough: an entry for many tools need not be about each.
  if (first === undefined || missing.length < sightings.length) return [];
  const known = [...new Set(missing.flatMap(({ at, names }) => (at === first.at ? names : [])))];
  const step = steps[first.at];
  const before = steps.slice(0, first.at);
  const write = (key: string): string => writePath(root, [...before, { kind: "key", key }]);
  const help = step?.kind === "key" ? subject.suggest(step.key, known, write) : undefined;
  const closed = missing.every((location) => location.closed);
  return [
    {
      severity: closed ? "error" : "warning",
      code: "unknown_argument",
      path: place,
      message: `${quote(writePath(root, steps.slice(0, first.at + 1)))} is not in the schema of ${owners(sightings)}`,
      help: help ?? listed(known, write),
    },
  ];
}

function owners(sightings: readonly Sighting[]): string {
  return nameTools(sightings.flatMap(({ tool }): readonly OfferedTool[] => (tool === undefined ? [] : [tool])));
}

function listed(names: readonly string[], write: (name: string) => string): string | undefined {
  if (names.length === 0) return undefined;
  const more = names.length > 8 ? ", …" : "";
  return `there: ${names
    .slice(0, 8)
    .map((name) => quote(write(name)))
    .join(", ")}${more}`;
}
