import { isDeepStrictEqual } from "node:util";

/** What a caller saw of a call: its result, or the JSON-RPC error it was rejected with. */
export type Outcome =
  | { readonly result: unknown }
  | { readonly error: { readonly code: unknown; readonly message: string; readonly data?: unknown } };

/** Turns a call into a value that can be compared as a whole. */
export async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { result: JSON.parse(JSON.stringify(await call)) };
  } catch (error) {
    const { code, message, data } = error as { code?: unknown; message: string; data?: unknown };
    return { error: { code, message, ...(data !== undefined && { data }) } };
  }
}

/** Whether two outcomes are one value, in whatever order their members stand. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  return isDeepStrictEqual(a, b);
}
