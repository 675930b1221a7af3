import { StoreError } from "../../errors.js";

/** Errors after which Postgres has undone everything, and that another attempt may not meet again. */
const TRANSIENT: ReadonlySet<string> = new Set(["40001", "40P01"]);

/** What the functions of the store raise themselves. */
const FULL = "CGFUL";
const OURS: ReadonlySet<string> = new Set(["CGVER", "CGBAD"]);

/** No such function, table, schema, or column. */
const MISSING: ReadonlySet<string> = new Set(["42883", "42P01", "3F000", "42703"]);

/** A URL, which may hold a password, and a password as `key=value`. */
const SECRET = /[a-z][a-z0-9+.-]*:\/\/\S+|\bpassword\s*=\s*\S+/gi;

const LONGEST = 200;

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(codeOf(error));
}

/** An error of the pool, or of the server behind it, as the operator shall read it: its code and its first line. */
export function storeFailure(error: unknown, schema: string): StoreError {
  if (error instanceof StoreError) return error;
  const [code, text] = [codeOf(error), textOf(error)];
  if (code === FULL) return fullStore();
  // Not the driver's own error: those of some carry the statement's parameters.
  const cause = Object.assign(new Error(text), { code });
  return new StoreError("store_failed", sentence(code, text, schema), { cause });
}

export function fullStore(): StoreError {
  return new StoreError("store_full", "the Postgres store is full");
}

function sentence(code: string, text: string, schema: string): string {
  if (OURS.has(code)) return `schema ${schema}: ${text}`;
  if (MISSING.has(code)) {
    return `schema ${schema} lacks tables or functions of this version, run \`migrate()\` or postgres.sql: ${text}`;
  }
  return code === "" ? `Postgres failed: ${text}` : `Postgres failed with ${code}: ${text}`;
}

function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === "string" && code.length <= 40 ? code : "";
}

function textOf(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  if (typeof message !== "string" || message === "") return "no message";
  const [line = ""] = message.split("\n");
  return line.replace(SECRET, "…").slice(0, LONGEST);
}
