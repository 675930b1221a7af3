import type { PathRoot, PathStep } from "../internal/path.js";

const PLAIN = /^[^.[\]"'\s\p{Cc}]+$/u;

/** A path as it is written in a policy. */
export function writePath(root: PathRoot, steps: readonly PathStep[]): string {
  return root + steps.map(writeStep).join("");
}

function writeStep(step: PathStep): string {
  switch (step.kind) {
    case "key":
      return PLAIN.test(step.key) ? `.${step.key}` : `[${JSON.stringify(step.key)}]`;
    case "index":
      return `[${step.index}]`;
    case "each":
      return "[*]";
    default:
      return step satisfies never;
  }
}
