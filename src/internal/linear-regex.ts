import { RE2JS } from "re2js";

/** The longest text one match may read, in UTF-16 code units. */
export const MAX_REGEX_TEXT = 65_536;

/**
 * The most work the matches of one call may do together, in program instructions times text units. Matching steadily
 * costs at most about 40 ns a unit, so this bounds a call's matching to 20 ms.
 */
export const MAX_REGEX_WORK = 500_000;

/** Up to this much work `test` is worth its worst case, which is about 120 ns a unit; above it, `testSteadily`. */
export const LIGHT_REGEX_WORK = 150_000;

const MAX_PROGRAM = 2_000;
const MAX_SOURCE = 10_000;

/** A compiled RE2 expression: unanchored search, case-sensitive, time linear in the text. */
export interface LinearRegex {
  /** Instructions of the compiled program. One match costs this times the length of the text. */
  readonly size: number;
  /** Fast as a rule: by a deterministic automaton, made while matching. */
  test(text: string): boolean;
  /** Slower as a rule, and never much slower: by simulating the program. */
  testSteadily(text: string): boolean;
}

export type CompiledRegex =
  | { readonly ok: true; readonly regex: LinearRegex }
  | { readonly ok: false; readonly message: string };

/** Compiles RE2 syntax (https://github.com/google/re2/wiki/Syntax); what RE2 has not, is refused. */
export function compileLinearRegex(source: string): CompiledRegex {
  if (source.length > MAX_SOURCE) return { ok: false, message: `longer than ${MAX_SOURCE} characters` };
  try {
    const compiled = RE2JS.compile(source);
    const size = compiled.programSize();
    if (size > MAX_PROGRAM) return { ok: false, message: `compiles to more than ${MAX_PROGRAM} instructions` };
    return {
      ok: true,
      regex: { size, test: (text) => compiled.test(text), testSteadily: (text) => compiled.matcher(text).find() },
    };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : "not a regular expression" };
  }
}
