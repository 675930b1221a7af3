import type { PathRoot, PathStep } from "../internal/path.js";
import type { Environment } from "./environment.js";
import { allOf, anyOf, type Test } from "./operators.js";
import { ERROR, FALSE, TRUE, type Verdict } from "./verdict.js";
import { FAULT, MISSING, take } from "./walk.js";

/** A compiled condition. */
export type Condition = (environment: Environment) => Verdict;

/** How the elements that `[*]` names are put together: every one must satisfy, or one is enough. */
export type Quantifier = "all" | "any";

/** What a condition needs to be compiled. `ifMissing` is its verdict where the path leads nowhere. */
export interface ConditionParts {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
  readonly test: Test;
  readonly ifMissing: Verdict;
  readonly quantifier: Quantifier;
}

export function compileCondition({ root, steps, test, ifMissing, quantifier }: ConditionParts): Condition {
  const only = steps.length === 1 ? steps[0] : undefined;
  if (root === "args" && only?.kind === "key") {
    const { key } = only;
    return (environment) => {
      const { args } = environment;
      return Object.hasOwn(args, key) ? test(args[key], environment) : ifMissing;
    };
  }
  const combine = quantifier === "all" ? allOf : anyOf;
  const judge = (value: unknown, from: number, environment: Environment): Verdict => {
    let current = value;
    for (let index = from; index < steps.length; index++) {
      const step = steps[index] as PathStep;
      current = take(current, step);
      if (current === MISSING) return ifMissing;
      if (current === FAULT) return ERROR;
      if (step.kind === "each") {
        return combine(current as readonly unknown[], (element) => judge(element, index + 1, environment));
      }
    }
    return test(current, environment);
  };
  return (environment) => {
    const start = environment.root(root);
    if (start === MISSING) return ifMissing;
    return start === FAULT ? ERROR : judge(start, 0, environment);
  };
}

/** A condition that is judged once a call, however often it stands in the policy under this key. */
export function once(key: string, condition: Condition): Condition {
  return (environment) => {
    const known = environment.matched.get(key);
    if (known !== undefined) return known;
    const verdict = condition(environment);
    environment.matched.set(key, verdict);
    return verdict;
  };
}

/** The test and the missing-verdict of `exists`: present means there and not null. */
export function existence(wanted: boolean): { readonly test: Test; readonly ifMissing: Verdict } {
  const yes = wanted ? TRUE : FALSE;
  const no = wanted ? FALSE : TRUE;
  return { test: (value) => (value === undefined ? ERROR : value === null ? no : yes), ifMissing: no };
}
