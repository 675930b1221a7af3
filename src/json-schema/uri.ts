/** Where a schema is that does not say so. */
export const NOWHERE = "json-schema:///";

/** A reference in its two parts; `fragment` is decoded, and `undefined` when it cannot be. */
export function splitReference(reference: string): { readonly uri: string; readonly fragment: string | undefined } {
  const at = reference.indexOf("#");
  if (at === -1) return { uri: reference, fragment: "" };
  try {
    return { uri: reference.slice(0, at), fragment: decodeURIComponent(reference.slice(at + 1)) };
  } catch {
    return { uri: reference.slice(0, at), fragment: undefined };
  }
}

/** The absolute URI that a reference without fragment means at `base`; `undefined` when it means none. */
export function resolveUri(uri: string, base: string): string | undefined {
  try {
    return new URL(uri, base).href;
  } catch {
    return undefined;
  }
}
