import { canonicalJson } from "../internal/canonical-json.js";
import { copyJson, NotJsonError } from "../internal/json-copy.js";
import { chain, type MaybePromise } from "../internal/maybe.js";
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
const COPY = { depth: 256, values: 1_000_000, undefinedKeys: "refuse", prototype: Object.prototype } as const;

/** Whether a value has the shape of such a schema. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  const standard: unknown = Reflect.get(value, "~standard");
  if (standard === null || typeof standard !== "object") return false;
  return Reflect.get(standard, "version") === 1 && typeof Reflect.get(standard, "validate") === "function";
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
    const issues = own(result, "issues");
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
