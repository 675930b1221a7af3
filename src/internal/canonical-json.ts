/**
 * The canonical text of a JSON value after RFC 8785: keys sorted by UTF-16 code units, no white space, numbers in
 * their shortest form. Equal values have equal texts. The value must be JSON (see `copyJson`).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const record = value as Record<string, unknown>;
  const members = Object.keys(record)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`);
  return `{${members.join(",")}}`;
}
