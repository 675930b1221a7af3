/**
 * What keeps a text from being an absolute POSIX path in canonical form, or `undefined`. Lexical only: what a link
 * points to cannot be seen. Anything that some program may read as another path is refused: `.` and `..`, `//`,
 * backslashes, percent encoding, `~` at the start of a name, NUL and other control characters, a trailing slash.
 */
export function pathFault(text: string): string | undefined {
  if (!text.startsWith("/")) return "not absolute";
  if (/[\\\p{Cc}]|%[0-9a-f]{2}/iu.test(text)) return "a backslash, percent encoding or a control character";
  if (text === "/") return undefined;
  const segments = text.slice(1).split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) return "not canonical";
  return segments.some((segment) => segment.startsWith("~")) ? "a tilde" : undefined;
}

/** Whether a canonical path is `directory` or something below it. */
export function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}
