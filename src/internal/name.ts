/** The longest name of a tool, a prompt or a method that is judged, in UTF-16 code units; and the longest URI. */
export const MAX_NAME_LENGTH = 512;
export const MAX_URI_LENGTH = 2_048;

/** Control, format (zero-width, bidirectional, tag), separator and lone surrogate characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What is wrong with a name that nothing may be called by; `undefined` when it is a name. Names are never normalised. */
export function nameFault(name: unknown, longest: number = MAX_NAME_LENGTH): string | undefined {
  if (typeof name !== "string") return "must be a string";
  if (name === "") return "must not be empty";
  if (name.length > longest) return `must not be longer than ${longest} characters`;
  return UNPRINTABLE.test(name) ? "must not hold control, invisible or unpaired characters" : undefined;
}
