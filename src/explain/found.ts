import type { Environment } from "../evaluate/environment.js";
import { jsonType } from "../evaluate/json-type.js";
import { FAULT, MISSING, take } from "../evaluate/walk.js";
import type { Path, PathStep } from "../internal/path.js";
import { escapeSegment } from "../internal/pointer.js";
import type { ExplainedValue, ExplainOptions } from "./explanation.js";

/** How many elements of `[*]` an explanation shows. */
const MOST_FOUND = 16;

/** Every value that a path leads to, in order. */
export function findValues(
  { root, steps }: Path,
  environment: Environment,
  options: ExplainOptions,
): readonly ExplainedValue[] {
  const found: ExplainedValue[] = [];
  const visit = (value: unknown, from: number, pointer: string): void => {
    if (found.length === MOST_FOUND) return;
    const step = value === MISSING || value === FAULT ? undefined : steps[from];
    if (step === undefined) {
      found.push(describe(value, pointer, options));
      return;
    }
    const next = take(value, step);
    if (step.kind === "each" && Array.isArray(next)) {
      for (const [index, element] of next.entries()) visit(element, from + 1, `${pointer}/${index}`);
    } else {
      visit(next, from + 1, `${pointer}/${segmentOf(step)}`);
    }
  };
  visit(environment.root(root), 0, `/${root}`);
  return found;
}

function describe(value: unknown, pointer: string, { values }: ExplainOptions): ExplainedValue {
  if (value === MISSING) return { pointer, type: "missing" };
  if (value === FAULT) return { pointer, type: "unreachable" };
  const type = jsonType(value) ?? "not JSON";
  return values === true ? { pointer, type, value } : { pointer, type };
}

function segmentOf(step: PathStep): string {
  switch (step.kind) {
    case "key":
      return escapeSegment(step.key);
    case "index":
      return String(step.index);
    case "each":
      return "*";
    default:
      return step satisfies never;
  }
}
