import type { Check, Site } from "../keyword.js";

export function reference({ value, target }: Site): Check | undefined {
  return target(value as string)?.check;
}

export function dynamicReference({ value, target }: Site): Check | undefined {
  return target(value as string)?.dynamic;
}

/** A vocabulary belongs to a meta-schema. */
export function vocabulary({ refuse }: Site): undefined {
  refuse("a meta-schema is no schema for arguments");
}
