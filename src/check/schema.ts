import { elements, member } from "./member.js";
import type { Work } from "./work.js";

/** Schemas that hold for a value together: one way of being valid. With none, every value is. */
export type Alternative = readonly object[];

/** Nothing is known of the value. */
export const ANYTHING: readonly Alternative[] = [[]];

/** How many ways are followed, how deep they may refer to each other, and the longest list of schemas that is read. */
const MAX_ALTERNATIVES = 32;
const MAX_DEPTH = 32;
const MAX_LIST = 64;

/** What only an evaluator can follow. */
const DYNAMIC = ["$dynamicRef", "$recursiveRef"] as const;

/** Where the schemas of a tool are read: what a `$ref` starts from, and how much may be looked at. */
export interface SchemaSource {
  readonly root: unknown;
  readonly work: Work;
}

/** The ways a value may be valid, none for `false`. What cannot be followed, or not within the bounds, is `ANYTHING`. */
export function alternativesOf(schema: unknown, source: SchemaSource): readonly Alternative[] {
  return expand(schema, source, 0) ?? ANYTHING;
}

/** Every alternative of one together with every one of the other; `undefined` where those are too many. */
function both(
  some: readonly Alternative[],
  others: readonly Alternative[] | undefined,
): readonly Alternative[] | undefined {
  if (others === undefined || some.length * others.length > MAX_ALTERNATIVES) return undefined;
  return some.flatMap((one) => others.map((other) => [...one, ...other]));
}

/** What several schemas that all hold say together. */
export function allTogether(schemas: readonly unknown[], source: SchemaSource): readonly Alternative[] {
  return together(schemas, source, 0) ?? ANYTHING;
}

/** What schemas say of which one is enough. */
export function anyOfThem(schemas: readonly unknown[], source: SchemaSource): readonly Alternative[] {
  return union(schemas, source, 0) ?? ANYTHING;
}

function expand(schema: unknown, source: SchemaSource, depth: number): readonly Alternative[] | undefined {
  if (typeof schema === "boolean") return schema ? ANYTHING : [];
  if (schema === null || typeof schema !== "object" || depth > MAX_DEPTH || !source.work.spend(1)) return undefined;
  if (DYNAMIC.some((key) => member(schema, key) !== undefined)) return undefined;
  let found: readonly Alternative[] | undefined = [[schema]];
  const reference = member(schema, "$ref");
  if (reference !== undefined) found = both(found, expand(resolve(reference, source.root), source, depth + 1));
  const all = member(schema, "allOf");
  if (found !== undefined && all !== undefined) {
    found = both(found, together(elements(all, MAX_LIST), source, depth + 1));
  }
  for (const key of ["anyOf", "oneOf"]) {
    const any = member(schema, key);
    if (found !== undefined && any !== undefined)
      found = both(found, union(elements(any, MAX_LIST), source, depth + 1));
  }
  return found;
}

function together(
  schemas: readonly unknown[] | undefined,
  source: SchemaSource,
  depth: number,
): readonly Alternative[] | undefined {
  return schemas?.reduce<readonly Alternative[] | undefined>(
    (found, schema) => found && both(found, expand(schema, source, depth)),
    ANYTHING,
  );
}

function union(
  schemas: readonly unknown[] | undefined,
  source: SchemaSource,
  depth: number,
): readonly Alternative[] | undefined {
  const found: Alternative[] = [];
  for (const schema of schemas ?? [undefined]) {
    const alternatives = expand(schema, source, depth);
    if (alternatives === undefined || found.length + alternatives.length > MAX_ALTERNATIVES) return undefined;
    found.push(...alternatives);
  }
  return found;
}

/** What a reference inside the same schema leads to. */
function resolve(reference: unknown, root: unknown): unknown {
  if (reference === "#") return root;
  if (typeof reference !== "string" || !reference.startsWith("#/") || reference.length > 1_000) return undefined;
  try {
    const segments = decodeURIComponent(reference.slice(2)).split("/");
    return segments
      .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce((value: unknown, segment) => member(value, segment), root);
  } catch {
    return undefined;
  }
}
