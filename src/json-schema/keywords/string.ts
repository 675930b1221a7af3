import { hasLength } from "../equality.js";
import type { Check, Site } from "../keyword.js";

export function minLength({ value: limit }: Site): Check {
  const least = limit as number;
  return (value, run) => typeof value !== "string" || hasLength(value, least, run.work) || run.fails("minLength");
}

export function maxLength({ value: limit }: Site): Check {
  const most = limit as number;
  return (value, run) => typeof value !== "string" || !hasLength(value, most + 1, run.work) || run.fails("maxLength");
}

export function pattern({ value: source, regex }: Site): Check | undefined {
  const compiled = regex(source as string);
  if (compiled === undefined) return undefined;
  return (value, run) => typeof value !== "string" || run.work.matches(compiled, value) || run.fails("pattern");
}
