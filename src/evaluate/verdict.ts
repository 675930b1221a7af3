/** What a condition or a rule says. An error is neither true nor false, and never lets a call pass. */
export type Verdict = typeof FALSE | typeof TRUE | typeof ERROR;

export const FALSE = 0;
export const TRUE = 1;
export const ERROR = 2;

export function not(verdict: Verdict): Verdict {
  if (verdict === ERROR) return ERROR;
  return verdict === TRUE ? FALSE : TRUE;
}
