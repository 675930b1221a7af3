import type { PolicyCheckCode, PolicyIssue } from "../policy/issue.js";

/** The keys and indexes that lead to a place of the policy. */
export type Segments = readonly (string | number)[];

/** What a check has to say, and of which place of the policy. */
export interface Finding {
  readonly severity: PolicyIssue["severity"];
  readonly code: PolicyCheckCode;
  readonly path: Segments;
  /** The offender is the key at the end of `path`, not its value. */
  readonly atKey?: true;
  readonly message: string;
  readonly help?: string | undefined;
}
