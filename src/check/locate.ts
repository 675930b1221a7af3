import type { PathStep } from "../internal/path.js";
import { elements, keys, member } from "./member.js";
import { type Alternative, ANYTHING, allTogether, alternativesOf, anyOfThem, type SchemaSource } from "./schema.js";
import { admits } from "./value-facts.js";

/** Whether something must be there, may be left out, or depends on what a reader of schemas cannot tell. */
type Presence = "required" | "optional" | "unknown";

/** Where a path leads, after a schema. */
export type Location =
  | {
      readonly kind: "found";
      readonly alternatives: readonly Alternative[];
      readonly presence: Presence;
      /** The steps up to the last one that may be left out; 0 where none may. */
      readonly optionalUntil: number;
    }
  | {
      readonly kind: "nowhere";
      /** The step that cannot be taken. */
      readonly at: number;
      /** Nothing can be there: not only is it not listed, the schema is closed. */
      readonly closed: boolean;
      /** What is there instead. */
      readonly names: readonly string[];
    };

type Step =
  | { readonly kind: "found"; readonly alternatives: readonly Alternative[]; readonly presence: Presence }
  | { readonly kind: "nowhere"; readonly closed: boolean; readonly names: readonly string[] };

/** The most names of an object that are listed, and the most alternatives that are followed at once. */
const MAX_NAMES = 1_000;
const MAX_ALTERNATIVES = 64;

/** What may say more of the keys of an object than `properties` does. */
const MORE_KEYS = ["patternProperties", "if", "dependentSchemas", "dependencies"] as const;
const MORE_REQUIRED = ["if", "dependentSchemas", "dependentRequired", "dependencies"] as const;

const UNKNOWN: Step = { kind: "found", alternatives: ANYTHING, presence: "unknown" };
const CLOSED: Step = { kind: "nowhere", closed: true, names: [] };

/** Follows a path into what a schema describes. Where the schema does not say, everything may be there. */
export function locate(schema: unknown, steps: readonly PathStep[], source: SchemaSource): Location {
  let alternatives = alternativesOf(schema, source);
  const presences = new Set<Presence>();
  let optionalUntil = 0;
  for (const [at, step] of steps.entries()) {
    const taken = alternatives.map((alternative) => take(alternative, step, source));
    const next = merge(taken);
    if (next.kind === "nowhere") return { kind: "nowhere", at, closed: next.closed, names: next.names };
    if (next.presence === "optional") optionalUntil = at + 1;
    presences.add(next.presence);
    alternatives = next.alternatives;
  }
  const presence = optionalUntil > 0 ? "optional" : presences.has("unknown") ? "unknown" : "required";
  return { kind: "found", alternatives, presence, optionalUntil };
}

/** The names that an object may have there, as far as they are listed. */
export function keysAt(alternatives: readonly Alternative[]): readonly string[] {
  return [...new Set(alternatives.flat().flatMap(namesIn))];
}

function namesIn(schema: object): readonly string[] {
  return keys(member(schema, "properties")).slice(0, MAX_NAMES);
}

function merge(taken: readonly Step[]): Step {
  const found = taken.filter((step) => step.kind === "found");
  if (found.length === 0) {
    const nowhere = taken.filter((step) => step.kind === "nowhere");
    const names = nowhere.flatMap((step) => step.names);
    return { kind: "nowhere", closed: nowhere.every(({ closed }) => closed), names: [...new Set(names)] };
  }
  const alternatives = found.flatMap((step) => step.alternatives);
  const presences = new Set(found.map((step) => step.presence));
  const agreed = presences.size === 1 ? (found[0]?.presence ?? "unknown") : "unknown";
  // Where some way of being valid does not have it, it can be left out that way, or is meant to be.
  const presence = agreed === "required" && found.length < taken.length ? "unknown" : agreed;
  return { kind: "found", alternatives: alternatives.length > MAX_ALTERNATIVES ? ANYTHING : alternatives, presence };
}

function take(alternative: Alternative, step: PathStep, source: SchemaSource): Step {
  if (alternative.length === 0 || !source.work.spend(alternative.length)) return UNKNOWN;
  switch (step.kind) {
    case "key":
      return admits(alternative, "object") ? takeKey(alternative, step.key, source) : CLOSED;
    case "index":
    case "each":
      return admits(alternative, "array") ? takeElement(alternative, source) : CLOSED;
    default:
      return step satisfies never;
  }
}

function takeKey(alternative: Alternative, key: string, source: SchemaSource): Step {
  const says = (keyword: string): readonly unknown[] =>
    alternative.map((schema) => member(schema, keyword)).filter((value) => value !== undefined);
  const listed = says("properties").flatMap((properties) => {
    const schema = member(properties, key);
    return schema === undefined ? [] : [schema];
  });
  if (listed.length > 0) {
    const alternatives = allTogether(listed, source);
    return alternatives.length === 0 ? CLOSED : { kind: "found", alternatives, presence: presenceOf(alternative, key) };
  }
  if (MORE_KEYS.some((keyword) => says(keyword).length > 0)) return UNKNOWN;
  const rest = [...says("additionalProperties"), ...says("unevaluatedProperties")];
  const names = keysAt([alternative]);
  if (rest.includes(false)) return { kind: "nowhere", closed: true, names };
  if (rest.length > 0) return { kind: "found", alternatives: allTogether(rest, source), presence: "unknown" };
  return names.length === 0 ? UNKNOWN : { kind: "nowhere", closed: false, names };
}

function presenceOf(alternative: Alternative, key: string): Presence {
  const lists = alternative.map((schema) => member(schema, "required")).filter((list) => list !== undefined);
  const read = lists.map((list) => elements(list, MAX_NAMES));
  if (read.some((list) => list?.includes(key))) return "required";
  const more = alternative.some((schema) => MORE_REQUIRED.some((keyword) => member(schema, keyword) !== undefined));
  return more || read.includes(undefined) ? "unknown" : "optional";
}

/** Any element: which one an index names, and whether it is there, is not looked into. */
function takeElement(alternative: Alternative, source: SchemaSource): Step {
  const described = alternative.flatMap((schema) => {
    const lists = [member(schema, "prefixItems"), member(schema, "items"), member(schema, "additionalItems")];
    return lists.flatMap((value) => elements(value, MAX_NAMES) ?? (value === undefined ? [] : [value]));
  });
  const alternatives = described.length === 0 ? ANYTHING : anyOfThem(described, source);
  return alternatives.length === 0 ? CLOSED : { kind: "found", alternatives, presence: "required" };
}
