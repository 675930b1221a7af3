import { copyJson, NotJsonError } from "../internal/json-copy.js";
import { MAX_SCHEMA_DEPTH, MAX_SCHEMA_VALUES } from "./caps.js";
import { Compiler } from "./compiler.js";
import { dialectOf } from "./dialect.js";
import { SchemaDocument, type SchemaNode } from "./document.js";
import { type Check, isRecord } from "./keyword.js";
import { Run } from "./run.js";
import { type CompiledSchema, type Fault, type SchemaOptions, TOO_COMPLEX, type Validator } from "./validator.js";
import { Work } from "./work.js";

const COPY = {
  depth: MAX_SCHEMA_DEPTH,
  values: MAX_SCHEMA_VALUES,
  undefinedKeys: "refuse",
  prototype: null,
} as const;

/**
 * Makes a JSON Schema (2020-12, or draft-07 where `$schema` says so) ready to judge values, or says everything that is
 * wrong with it. The schema is copied first; nothing is fetched, and no code is made of it.
 */
export function compileSchema(schema: unknown, options: SchemaOptions): CompiledSchema {
  let root: unknown;
  try {
    root = copyJson(schema, COPY);
  } catch (error) {
    const path = error instanceof NotJsonError ? error.path : [];
    return {
      ok: false,
      faults: [{ path, message: `a schema holds ${error instanceof Error ? error.message : "this"}` }],
    };
  }
  if (typeof root !== "boolean" && !isRecord(root)) {
    return { ok: false, faults: [{ path: [], message: "a schema is an object, true or false" }] };
  }
  const name = isRecord(root) ? root.$schema : undefined;
  const dialect = dialectOf(name);
  if (dialect === undefined) {
    const help = "known are https://json-schema.org/draft/2020-12/schema and http://json-schema.org/draft-07/schema#";
    return { ok: false, faults: [{ path: ["$schema"], message: "this dialect of JSON Schema is not known", help }] };
  }
  const document = new SchemaDocument(root, dialect, options);
  new Compiler(document, dialect).compile();
  if (document.faults.length > 0) return { ok: false, faults: document.faults };
  return { ok: true, validator: validatorOf((document.nodes.get("") as SchemaNode).judge) };
}

function validatorOf(check: Check): Validator {
  return {
    faults: (value, work = new Work()) => {
      const run = new Run(work);
      let fits = false;
      try {
        fits = check(value, run, undefined);
      } catch {
        // Too much work, too deep for the stack, or a value that throws when it is read.
        run.stopped();
      }
      // INVARIANT: what does not fit has a fault, and what has a fault does not fit.
      return fits || run.faults.length > 0 ? run.faults : NO_REASON;
    },
  };
}

const NO_REASON: readonly Fault[] = Object.freeze([{ path: [], keyword: TOO_COMPLEX }]);
