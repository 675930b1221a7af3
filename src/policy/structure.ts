import * as z from "zod/mini";
import { nearest } from "../internal/nearest.js";
import { quote } from "../internal/quote.js";
import type { Finding } from "./issue.js";
import { policyShapes } from "./schema.js";

type PathSegments = readonly (string | number)[];

/** Every place where the document has not the shape of a policy: missing, unknown and mistyped keys. */
export function checkStructure(document: unknown): Finding[] {
  const shapes = policyShapes();
  const findings = checkShape(shapes.document, document, []);
  for (const { path, entries } of entriesOf(document)) {
    if (!isRecord(entries)) findings.push(wrongType(path, "an object", entries));
    else {
      const shape = path[0] === "tools" ? shapes.tool : shapes.entry;
      for (const name of Object.keys(entries)) findings.push(...checkShape(shape, entries[name], [...path, name]));
    }
  }
  return findings;
}

/** Where a policy keeps entries by name, as far as it does: of tools, resources and prompts. */
export function entriesOf(document: unknown): readonly { readonly path: PathSegments; readonly entries: unknown }[] {
  if (!isRecord(document)) return [];
  const found: { path: PathSegments; entries: unknown }[] = [{ path: ["tools"], entries: document.tools }];
  for (const section of ["resources", "prompts"]) {
    const rules = document[section];
    if (isRecord(rules)) found.push({ path: [section, "entries"], entries: rules.entries });
  }
  return found.filter(({ entries }) => entries !== undefined);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Every place where a value has not the shape, by the keys that lead there from `at`. */
export function checkShape(shape: z.ZodMiniType, value: unknown, at: PathSegments): Finding[] {
  // jitless: zod must not generate code, whatever the host allows.
  const result = z.safeParse(shape, value, { jitless: true });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => findingsOf(issue, shape, value, at));
}

function findingsOf(issue: z.core.$ZodIssue, shape: z.ZodMiniType, value: unknown, at: PathSegments): Finding[] {
  const inner = issue.path.filter((segment) => typeof segment !== "symbol");
  const path = [...at, ...inner];
  const offender = valueAt(value, inner);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...path, key], key, knownKeys(shape, inner)));
    case "invalid_type":
      return [offender === undefined ? missingKey(path) : wrongType(path, TYPE_NAMES.get(issue.expected), offender)];
    case "invalid_union":
      return unionFindings(issue, shape, value, at, wrongType(path, "an object or a string", offender));
    case "invalid_value":
      return [offender === undefined ? missingKey(path) : invalidValue(path, issue.values, offender)];
    default:
      return [{ code: "invalid_value", path, message: "value is not legal here" }];
  }
}

/** What is wrong in the branch that the value is of the type of; without one, its type is. */
function unionFindings(
  issue: z.core.$ZodIssueInvalidUnion,
  shape: z.ZodMiniType,
  value: unknown,
  at: PathSegments,
  noBranch: Finding,
): Finding[] {
  const branch = issue.errors.find((issues) =>
    issues.every(({ code, path }) => code !== "invalid_type" || path.length > 0),
  );
  if (branch === undefined) return [noBranch];
  return branch.flatMap((inner) => findingsOf({ ...inner, path: [...issue.path, ...inner.path] }, shape, value, at));
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ["object", "an object"],
  ["array", "an array"],
  ["string", "a string"],
  ["number", "a number"],
]);

function missingKey(path: PathSegments): Finding {
  return { code: "missing_key", path: path.slice(0, -1), message: `key \`${path.at(-1)}\` is missing` };
}

function unknownKey(path: PathSegments, key: string, known: readonly string[]): Finding {
  const near = nearest(key, known);
  const help = near === undefined ? `known here: ${known.join(", ")}` : `did you mean \`${near}\`?`;
  return { code: "unknown_key", path, atKey: true, message: `unknown key ${quote(key)}`, help };
}

function wrongType(path: PathSegments, expected: string | undefined, offender: unknown): Finding {
  const message = `expected ${expected ?? "another type"}, found ${nameType(offender)}`;
  return { code: "wrong_type", path, message };
}

function invalidValue(path: PathSegments, legal: readonly unknown[], offender: unknown): Finding {
  const choices = legal.map((value) => (typeof value === "string" ? `"${value}"` : String(value))).join(", ");
  const near = typeof offender === "string" && legal.length > 1 ? nearest(offender, legal.map(String)) : undefined;
  const found = typeof offender === "string" ? quote(offender) : nameType(offender);
  return {
    code: "invalid_value",
    path,
    message: `expected ${legal.length === 1 ? choices : `one of ${choices}`}, found ${found}`,
    help: near === undefined ? undefined : `did you mean \`${near}\`?`,
  };
}

function nameType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function valueAt(value: unknown, path: PathSegments): unknown {
  let current = value;
  for (const segment of path) {
    if (current === null || typeof current !== "object" || !Object.hasOwn(current, segment)) return undefined;
    current = (current as Record<string | number, unknown>)[segment];
  }
  return current;
}

/** The keys that the schema knows at a place of the document. */
function knownKeys(shape: z.ZodMiniType, path: PathSegments): string[] {
  let current: z.core.$ZodType = shape;
  for (const segment of path) {
    current = unwrap(current);
    if (current instanceof z.ZodMiniArray) current = current._zod.def.element;
    else if (current instanceof z.ZodMiniObject) current = current._zod.def.shape[segment] ?? current;
  }
  current = unwrap(current);
  return current instanceof z.ZodMiniObject ? Object.keys(current._zod.def.shape) : [];
}

/** The object that keys stand in, where a value is optional or may also be a scalar. */
function unwrap(shape: z.core.$ZodType): z.core.$ZodType {
  if (shape instanceof z.ZodMiniOptional || shape instanceof z.ZodMiniNullable) return unwrap(shape._zod.def.innerType);
  if (!(shape instanceof z.ZodMiniUnion)) return shape;
  return shape._zod.def.options.find((option) => option instanceof z.ZodMiniObject) ?? shape;
}
