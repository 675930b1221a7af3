import { own } from "../internal/own.js";
import { jsonPointer } from "../internal/pointer.js";
import { quote } from "../internal/quote.js";
import { compileSchema } from "../json-schema/compile.js";
import { type Fault, INEXACT, NOT_JSON, TOO_COMPLEX, TOO_MANY, type Validator } from "../json-schema/validator.js";
import { Work } from "../json-schema/work.js";
import { type Call, type CallContext, type DenyDecision, deny } from "./decision.js";
import type { ArgumentSchema } from "./plan.js";

/** What fails a keyword, in words for whoever made the call. No value and no limit stands in them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["const", "is not the one legal value"],
  ["enum", "is not one of the legal values"],
  ["minimum", "is under its minimum"],
  ["maximum", "is over its maximum"],
  ["exclusiveMinimum", "is not over its minimum"],
  ["exclusiveMaximum", "is not under its maximum"],
  ["multipleOf", "is not a multiple of its step"],
  ["minLength", "is too short"],
  ["maxLength", "is too long"],
  ["pattern", "does not match its pattern"],
  ["minItems", "has too few elements"],
  ["maxItems", "has too many elements"],
  ["uniqueItems", "has equal elements"],
  ["contains", "lacks an element that it must have"],
  ["minContains", "has too few elements of a kind"],
  ["maxContains", "has too many elements of a kind"],
  ["required", "is missing"],
  ["dependentRequired", "is missing"],
  ["dependencies", "is missing"],
  ["minProperties", "has too few members"],
  ["maxProperties", "has too many members"],
  ["propertyNames", "has a name that is not legal"],
  ["anyOf", "fits none of the alternatives"],
  ["oneOf", "does not fit exactly one of the alternatives"],
  ["not", "is what it must not be"],
  [INEXACT, "is a number that cannot be exact"],
  [NOT_JSON, "is not JSON"],
]);

/** Of everything that a schema leaves no room for. */
const NOT_ALLOWED = "is not allowed";

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ["null", "null"],
  ["boolean", "a boolean"],
  ["number", "a number"],
  ["integer", "an integer"],
  ["string", "a string"],
  ["array", "an array"],
  ["object", "an object"],
]);

const UNKNOWN_SCHEMA = "the tool's schema is not known, so the arguments cannot be judged";
const UNUSABLE_SCHEMA = "the tool's schema cannot be used, so the arguments cannot be judged";

/** The denial by the first schema that the arguments do not fit. All schemas together may take the work of one call. */
export function checkArguments(
  schemas: readonly ArgumentSchema[],
  call: Call,
  context: CallContext,
  revision: string,
): DenyDecision | undefined {
  const work = new Work();
  const args = call.arguments ?? {};
  for (const { place, validator, message } of schemas) {
    const judge = validator === "tool" ? validatorOfTool(own(context, "tool")) : validator;
    if (typeof judge === "string") return deny("unavailable", place, judge, revision);
    const faults = judge.faults(args, work);
    if (faults.length > 0) return deny("invalid_arguments", place, message ?? describeFaults(faults), revision);
  }
  return undefined;
}

const compiled = new WeakMap<object, Validator | string>();

/** What judges by a tool's own schema, or why nothing can. A schema is compiled once, by its identity. */
function validatorOfTool(tool: CallContext["tool"]): Validator | string {
  const schema = tool === undefined ? undefined : own(tool, "inputSchema");
  if (schema === undefined) return UNKNOWN_SCHEMA;
  if (typeof schema !== "object" || schema === null) return compileToolSchema(schema);
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = compileToolSchema(schema);
  compiled.set(schema, made);
  return made;
}

function compileToolSchema(schema: unknown): Validator | string {
  const result = compileSchema(schema, { unknownKeywords: "annotate" });
  return result.ok ? result.validator : UNUSABLE_SCHEMA;
}

/** Every offending argument by its pointer, each only once for the same thing. */
export function describeFaults(faults: readonly Fault[]): string {
  return `the arguments do not fit the schema: ${[...new Set(faults.map(describeFault))].join(", ")}`;
}

function describeFault({ path, keyword, types }: Fault): string {
  if (keyword === TOO_MANY) return "and more";
  if (keyword === TOO_COMPLEX) return "judging them would take too much work";
  const subject = path.length === 0 ? "the whole" : quote(jsonPointer(path));
  if (types === undefined) return `${subject} ${WORDS.get(keyword) ?? NOT_ALLOWED}`;
  return `${subject} is not ${types.map((type) => TYPE_WORDS.get(type)).join(" or ")}`;
}
