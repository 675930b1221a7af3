import type { Work } from "./work.js";

/** A schema made ready to judge values. It never changes a value, and says nothing of what is in one. */
export interface Validator {
  /**
   * The offending places of a value; empty when it fits. At most 32 of them. When judging would take too much work the
   * value is refused too, with a fault that says so.
   */
  faults(value: unknown, work?: Work): readonly Fault[];
}

/** One place of a value that does not fit. */
export interface Fault {
  /** The keys and indexes that lead there; of what is missing, to where it should be. */
  readonly path: readonly (string | number)[];
  /** The keyword that it fails, or why it cannot be judged. */
  readonly keyword: string;
  /** The types that `type` asks for. */
  readonly types?: readonly string[];
}

/** Reasons that are no keywords. */
export const TOO_COMPLEX = "(too complex)";
export const TOO_MANY = "(and more)";
export const INEXACT = "(inexact number)";
export const NOT_JSON = "(not JSON)";

/** One problem of a schema. */
export interface SchemaFault {
  /** The keys and indexes that lead to the offender. */
  readonly path: readonly (string | number)[];
  /** The offender is the key at the end of `path`, not its value. */
  readonly atKey?: true;
  readonly message: string;
  readonly help?: string;
}

export type CompiledSchema =
  | { readonly ok: true; readonly validator: Validator }
  | { readonly ok: false; readonly faults: readonly SchemaFault[] };

export interface SchemaOptions {
  /** What a keyword that the dialect has not is: a problem of the schema, or an annotation that asks for nothing. */
  readonly unknownKeywords: "refuse" | "annotate";
}
