import type { LinearRegex } from "../internal/linear-regex.js";
import type { Run } from "./run.js";
import type { Seen } from "./seen.js";

/**
 * Judges a value by one keyword or one schema. What it says is only final where the run has no doubts.
 *
 * @param seen where to note which members and elements of the value are evaluated, if anybody asks.
 */
export type Check = (value: unknown, run: Run, seen: Seen | undefined) => boolean;

export type JsonRecord = { readonly [key: string]: unknown };

/** One keyword of a dialect: the values it may have, and what it makes of them. Without `compile` it asks for nothing. */
export interface Keyword {
  readonly shape: Shape;
  readonly compile?: (site: Site) => Check | undefined;
}

/** The values that a keyword may have, and the schemas in them. */
export interface Shape {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** The keys that lead from the value to each schema in it. */
  readonly schemas?: (value: unknown) => readonly (readonly (string | number)[])[];
}

/** A schema inside the schema; it may not be compiled yet. */
export interface Subschema {
  judge: Check;
}

/** A keyword where it stands, as its compiler sees it. */
export interface Site {
  readonly keyword: string;
  readonly value: unknown;
  /** The schema that it stands in. */
  readonly schema: JsonRecord;
  /** The schema under the keyword, by further keys. */
  child(...keys: readonly (string | number)[]): Subschema;
  /** The schema under a keyword beside this one; `undefined` where there is none. */
  sibling(keyword: string): Subschema | undefined;
  /** The value of a keyword beside this one, where it has the shape that it must have. */
  beside(keyword: string): unknown;
  /** The expression for a pattern; `undefined` where it is refused. */
  regex(pattern: string, ...keys: readonly (string | number)[]): LinearRegex | undefined;
  /** The expression for a pattern that was compiled before. */
  compiled(pattern: string): LinearRegex | undefined;
  /** The schemas that a reference may lead to; `undefined` where it is refused. */
  target(reference: string): ReferenceTarget | undefined;
  refuse(message: string, help?: string): void;
}

export interface ReferenceTarget {
  readonly check: Check;
  /** As `check`, but a schema of the dynamic scope comes first. */
  readonly dynamic: Check;
}

export function isRecord(value: unknown): value is JsonRecord {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
