import type { Condition } from "./condition.js";
import type { Place } from "./decision.js";
import type { Environment } from "./environment.js";
import { ERROR, FALSE, TRUE, type Verdict } from "./verdict.js";

/** A compiled rule: all its conditions together. Without conditions it is always true. */
export interface Rule {
  readonly conditions: readonly Condition[];
  /** The place of the rule itself, and of each condition. */
  readonly place: Place;
  readonly places: readonly Place[];
  readonly message: string;
}

/**
 * False when one condition is false; otherwise an error when one is an error. Whatever throws is an error.
 * Leaves in `environment.decidedBy` which condition decided.
 */
export function evaluateRule(rule: Rule, environment: Environment): Verdict {
  let failed = -1;
  for (let index = 0; index < rule.conditions.length; index++) {
    const verdict = judge(rule.conditions[index] as Condition, environment);
    if (verdict === FALSE) {
      environment.decidedBy = index;
      return FALSE;
    }
    if (verdict === ERROR && failed === -1) failed = index;
  }
  environment.decidedBy = failed;
  return failed === -1 ? TRUE : ERROR;
}

/** Where the verdict on `rule` was decided: at one condition, or at the rule. */
export function decidingPlace(rule: Rule, environment: Environment): Place {
  return rule.places[environment.decidedBy] ?? rule.place;
}

function judge(condition: Condition, environment: Environment): Verdict {
  try {
    return condition(environment);
  } catch {
    return ERROR;
  }
}
