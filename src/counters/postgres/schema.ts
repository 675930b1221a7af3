import { OptionsError } from "../../errors.js";
import { RESERVING } from "./reserving.js";
import { SETTLING } from "./settling.js";
import { STANDING } from "./standing.js";
import { TABLES } from "./tables.js";

/** The schema that the shipped file makes. */
export const DEFAULT_SCHEMA = "callgate";

/**
 * Everything a Postgres store needs, safe to run again. The package has it as `postgres.sql`.
 *
 * The functions are written for the isolation level `read committed`, and no more permissive under stricter ones: what
 * they decide on they also write, so that whoever saw an old value fails with 40001, and is tried again.
 */
export const SCHEMA_SQL: string = `-- The tables and functions of callgate's Postgres store. Run it as one transaction: psql -1 -f postgres.sql\n${TABLES}${STANDING}${RESERVING}${SETTLING}`;

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * A schema's name as an SQL identifier. The one place where outside text becomes part of a statement, so little is
 * taken.
 *
 * @throws OptionsError for what is not a plain name.
 */
export function schemaIdentifier(schema: unknown): string {
  if (typeof schema === "string" && IDENTIFIER.test(schema) && !schema.startsWith("pg_")) return `"${schema}"`;
  throw new OptionsError(
    "option `schema` must be a name of 1 to 63 lower-case letters, digits and `_`, not beginning with a digit or `pg_`",
  );
}

/** The shipped file, for another schema. */
export function schemaSql(identifier: string): string {
  return SCHEMA_SQL.replaceAll(`"${DEFAULT_SCHEMA}"`, identifier);
}
