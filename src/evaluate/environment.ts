/** Everything the conditions of one call can see, and the notes of its evaluation. */
export interface Environment {
  readonly args: { readonly [name: string]: unknown };
  /** `undefined` where the host gave something that has no names. */
  readonly context: { readonly [name: string]: unknown } | undefined;
  /** Matching the regular expressions of the call would be too much work: every match is an error. */
  tooMuchWork: boolean;
  /** The condition that decided the rule evaluated last; -1 where its conditions decided together. */
  decidedBy: number;
}
