import { compileSchema } from "../../src/json-schema/compile.js";
import type { Fault, SchemaFault, Validator } from "../../src/json-schema/validator.js";

/** The validator of a schema that must be accepted. */
export function validatorOf(schema: unknown, unknownKeywords: "refuse" | "annotate" = "refuse"): Validator {
  const compiled = compileSchema(schema, { unknownKeywords });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.validator;
}

/** Everything wrong with a schema; nothing when it is accepted. */
export function faultsOf(schema: unknown, unknownKeywords: "refuse" | "annotate" = "refuse"): readonly SchemaFault[] {
  const compiled = compileSchema(schema, { unknownKeywords });
  return compiled.ok ? [] : compiled.faults;
}

export function judged(schema: unknown, value: unknown): readonly Fault[] {
  return validatorOf(schema).faults(value);
}

export const fits = (schema: unknown, value: unknown): boolean => judged(schema, value).length === 0;
