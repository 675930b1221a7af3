const UNSAFE = /[\\\p{Cc}]|%(?:u[0-9a-f]{4}|[0-9a-f]{2})/iu;

/** What a name must not be, also when somebody trims it. */
const NOT_NAMES: ReadonlySet<string> = new Set(["", ".", ".."]);

/**
 * What keeps a text from being an absolute POSIX path in canonical form, or `undefined`. Lexical only: what a link
 * points to cannot be seen. Anything that some program may read as another path is refused: `.` and `..`, also with
 * white space about them, `//`, backslashes, percent encoding, `~` at the start of a name, NUL and other control
 * characters, a trailing slash, white space at either end.
 */
export function pathFault(text: string): string | undefined {
  if (!text.startsWith("/")) return "not absolute";
  if (UNSAFE.test(text)) return "a backslash, percent encoding or a control character";
  if (text === "/") return undefined;
  const names = text.slice(1).split("/");
  if (text.trim() !== text || names.some((name) => NOT_NAMES.has(name.trim()))) return "not canonical";
  return names.some((name) => name.startsWith("~")) ? "a tilde" : undefined;
}

/** Whether a canonical path is `directory` or something below it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}
