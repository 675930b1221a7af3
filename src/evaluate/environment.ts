import type { WorkBudget } from "./operators.js";

/** Everything the conditions of one call can see, and the notes of its evaluation. */
export interface Environment {
  readonly args: { readonly [name: string]: unknown };
  readonly context: { readonly [name: string]: unknown };
  readonly budget: WorkBudget;
  /** The condition that decided the rule evaluated last; -1 where its conditions decided together. */
  decidedBy: number;
}
