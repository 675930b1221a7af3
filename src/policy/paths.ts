import { parsePath } from "../internal/path.js";
import type { Finding } from "./issue.js";

/** What is wrong with the path that a condition or a limit looks at. */
export function checkPath(text: unknown, path: readonly (string | number)[]): Finding[] {
  if (typeof text !== "string") return [];
  const parsed = parsePath(text);
  return parsed.ok ? [] : [{ code: "invalid_path", path, message: parsed.message, help: "write `args.name`" }];
}
