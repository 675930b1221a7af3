/** An own property of anything; `undefined` where there is none, or reading it throws. */
export function ownValue(source: unknown, key: string): unknown {
  if (source === null || typeof source !== "object") return undefined;
  try {
    return Object.hasOwn(source, key) ? (source as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}

/** An own property that is text; `""` where it is not. */
export function ownText(source: unknown, key: string): string {
  const value = ownValue(source, key);
  return typeof value === "string" ? value : "";
}
