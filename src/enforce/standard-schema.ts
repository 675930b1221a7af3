import { OptionsError } from "../errors.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { copyJson, NotJsonError } from "../internal/json-copy.js";
import { chain, type MaybePromise } from "../internal/maybe.js";
import { nameFault } from "../internal/name.js";
import { own } from "../internal/own.js";
import { jsonPointer } from "../internal/pointer.js";
import { quote } from "../internal/quote.js";

/** A schema of Standard Schema version 1 (https://standardschema.dev), as zod, valibot and arktype make them. */
export interface StandardSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => MaybePromise<StandardResult>;
  };
}

export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: StandardPath | undefined }[] };

type StandardPath = readonly (PropertyKey | { readonly key: PropertyKey })[];

const MOST_NAMED = 5;
const UNFIT = "arguments do not fit the tool's schema";
const COPY = { depth: 256, values: 1_000_000, undefinedKeys: "drop", prototype: Object.prototype } as const;

/** Schemas by the exact names of their tools. */
export interface HostSchemas {
  readonly [tool: string]: StandardSchema;
}

/**
 * The schemas as they are now, each read once: what becomes of the object or of its schemas later changes nothing.
 *
 * @throws OptionsError for what is no such schema, and for a name that no tool can have.
 */
export function readHostSchemas(given: object): HostSchemas {
  const schemas: Record<string, StandardSchema> = Object.create(null);
  for (const tool of Object.keys(given)) {
    const fault = nameFault(tool) ?? (/[*?]/.test(tool) ? "must be exact: patterns are not read here" : undefined);
    if (fault !== undefined) throw new OptionsError(`option \`args\`: the name ${quote(tool)} ${fault}`);
    const schema = readSchema(given, tool);
    if (schema === undefined) throw new OptionsError(`option \`args\`: no Standard Schema for ${quote(tool)}`);
    schemas[tool] = schema;
  }
  return Object.freeze(schemas);
}

function readSchema(given: object, tool: string): StandardSchema | undefined {
  try {
    const standard: unknown = Reflect.get(Reflect.get(given, tool), "~standard");
    const { version, vendor, validate } = standard as { version?: unknown; vendor?: unknown; validate?: unknown };
    if (version !== 1 || typeof validate !== "function") return undefined;
    const judge = (value: unknown): MaybePromise<StandardResult> => Reflect.apply(validate, standard, [value]);
    return { "~standard": { version, vendor: String(vendor), validate: judge } };
  } catch {
    return undefined;
  }
}

/**
 * What keeps arguments from fitting a schema; `undefined` when nothing does. The schema sees a copy. One that answers with another value than it
 * was given (a default, a coercion, a key left out) does not fit it: what was judged is what is sent.
 */
export function unfitFor(
  schema: StandardSchema,
  args: { readonly [name: string]: unknown },
): MaybePromise<string | undefined> {
  return chain(schema["~standard"].validate(copyJson(args, COPY)), (result) => {
    // On a prototype too, where arktype has it: what says that there are issues is believed.
    const { issues } = result;
    if (issues !== undefined) return describe(issues);
    return isSame(own(result as { value: unknown }, "value"), args) ? undefined : `${UNFIT}, which would change them`;
  });
}

function isSame(value: unknown, args: object): boolean {
  try {
    return canonicalJson(copyJson(value, COPY)) === canonicalJson(args);
  } catch (error) {
    // A date, say: no arguments of a call.
    if (error instanceof NotJsonError) return false;
    throw error;
  }
}

/** Names arguments, never what they are: what a schema says of them may quote them. */
function describe(issues: readonly { readonly path?: StandardPath | undefined }[]): string {
  const pointers = new Set(issues.map(({ path = [] }) => quote(pointerOf(path))));
  const named = [...pointers].slice(0, MOST_NAMED);
  const more = pointers.size > named.length ? ` and ${pointers.size - named.length} more` : "";
  return named.length === 0 ? UNFIT : `${UNFIT}: ${named.join(", ")}${more}`;
}

function pointerOf(path: StandardPath): string {
  return jsonPointer(path.map((segment) => String(typeof segment === "object" ? segment.key : segment))) || "/";
}
