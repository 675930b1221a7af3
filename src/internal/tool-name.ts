/** The longest name of a tool that is judged, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 512;

/** Control, format (zero-width, bidirectional, tag), separator and lone surrogate characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What is wrong with a name that nothing may be called by; `undefined` when it is a name. Names are never normalised. */
export function nameFault(name: unknown): string | undefined {
  if (typeof name !== "string") return "must be a string";
  if (name === "") return "must not be empty";
  if (name.length > MAX_NAME_LENGTH) return `must not be longer than ${MAX_NAME_LENGTH} characters`;
  return UNPRINTABLE.test(name) ? "must not hold control, invisible or unpaired characters" : undefined;
}
