import { LIGHT_REGEX_WORK, MAX_REGEX_TEXT, MAX_REGEX_WORK } from "../internal/linear-regex.js";
import type { Path, PathStep } from "../internal/path.js";
import type { Environment } from "./environment.js";
import { FAULT, MISSING, take } from "./walk.js";

/** A regular expression that a call may be matched against, and where its text is. */
export interface Match {
  /** The same for the same expression at the same path. */
  readonly key: string;
  readonly path: Path;
  /** Instructions of the compiled expression. */
  readonly size: number;
}

/** How much work matching a call is: `too_much` makes every match an error. */
export type Work = "light" | "heavy" | "too_much";

/**
 * How much work it is to match the call against all of these. Summed up before anything is matched, so that the order
 * of rules, and which of them decide early, change nothing.
 */
export function workOf(matches: readonly Match[], environment: Environment): Work {
  let work = 0;
  for (const { path, size } of matches) {
    work += size * textLength(environment.root(path.root), path.steps, 0);
    if (work > MAX_REGEX_WORK) return "too_much";
  }
  return work > LIGHT_REGEX_WORK ? "heavy" : "light";
}

/** The length of all texts that the path leads to. Text that is too long to be matched costs nothing. */
function textLength(value: unknown, steps: readonly PathStep[], from: number): number {
  let current = value;
  for (let index = from; index < steps.length; index++) {
    const step = steps[index] as PathStep;
    current = take(current, step);
    if (current === MISSING || current === FAULT) return 0;
    if (step.kind === "each") {
      let length = 0;
      for (const element of current as readonly unknown[]) length += textLength(element, steps, index + 1);
      return length;
    }
  }
  return typeof current === "string" && current.length <= MAX_REGEX_TEXT ? current.length + 1 : 0;
}
