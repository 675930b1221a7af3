import { PolicyError } from "../errors.js";
import { formatIssue, type PolicyIssue } from "./issue.js";

/** How many issues the message of an error prints. All of them are in its `issues`. */
const PRINTED = 10;

/** The error that a document with these issues is refused with. */
export function policyError(issues: readonly PolicyIssue[], subject: string): PolicyError {
  const lines = issues.slice(0, PRINTED).map((issue) => `\n  ${formatIssue(issue)}`);
  const rest = issues.length > lines.length ? `\n  and ${issues.length - lines.length} more` : "";
  const count = issues.length === 1 ? "one problem" : `${issues.length} problems`;
  return new PolicyError(issues, `${subject} has ${count}:${lines.join("")}${rest}`);
}
