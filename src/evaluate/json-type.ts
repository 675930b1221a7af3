export type JsonType = "null" | "boolean" | "number" | "string" | "array" | "object";

/** The JSON type of a value; `undefined` when it is not JSON. */
export function jsonType(value: unknown): JsonType | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "number":
      return typeof value as JsonType;
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "array" : "object";
    default:
      return undefined;
  }
}

/** A number that is what its text said: finite, and exact when it is an integer. */
export function isExact(value: number): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
}
