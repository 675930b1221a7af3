import { FAULT, MISSING, take } from "../evaluate/walk.js";
import { sha256Hex } from "../internal/digest.js";
import type { Path, PathStep } from "../internal/path.js";
import type { RecordedValue } from "./event.js";
import { looksSecret, REDACTED } from "./redact.js";

const LONGEST_TEXT = 256;
const MOST_ELEMENTS = 64;

/** A path of `record` and its text. */
export interface RecordPath {
  readonly text: string;
  readonly path: Path;
}

/** The values at these paths, as far as they may be recorded. */
export function recordedValues(
  paths: readonly RecordPath[],
  args: object | undefined,
): { readonly [path: string]: RecordedValue } {
  const found: Record<string, RecordedValue> = Object.create(null);
  for (const { text, path } of paths) {
    const value = valueAt(args ?? {}, path.steps, "");
    if (value !== undefined) found[text] = value;
  }
  return found;
}

function valueAt(value: unknown, [step, ...rest]: readonly PathStep[], name: string): RecordedValue | undefined {
  if (step === undefined) return recordable(name, value);
  const next = take(value, step);
  if (next === MISSING || next === FAULT) return undefined;
  if (step.kind !== "each") {
    const under = step.kind === "key" ? step.key : name;
    // Once a name says that what is under it is secret, so is all that is deeper.
    return rest.length > 0 && looksSecret(under, undefined) ? REDACTED : valueAt(next, rest, under);
  }
  const elements = (next as readonly unknown[]).slice(0, MOST_ELEMENTS);
  return elements.map((element) => valueAt(element, rest, name)).filter((element) => element !== undefined);
}

function recordable(name: string, value: unknown): RecordedValue {
  if (looksSecret(name, value)) return REDACTED;
  if (typeof value === "string") {
    if (value.length <= LONGEST_TEXT) return value;
    return { start: value.slice(0, LONGEST_TEXT), length: value.length, sha256: sha256Hex(value) };
  }
  if (Array.isArray(value)) return { type: "array" };
  if (value !== null && typeof value === "object") return { type: "object" };
  return value as number | boolean | null;
}
