/**
 * Whether a URI can be read in one way only: as the URL standard writes it, without `..`, encoded dots and slashes,
 * backslashes or userinfo.
 */
export function isCanonicalUri(uri: string): boolean {
  if (/\.\.|%2e|%2f|%5c|\\/i.test(uri)) return false;
  try {
    const url = new URL(uri);
    return url.href === uri && url.username === "" && url.password === "";
  } catch {
    return false;
  }
}
