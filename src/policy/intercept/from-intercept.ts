import type { PolicyDocument } from "../document.js";
import { formatIssue, type PolicyIssue } from "../issue.js";
import { safeParsePolicy, toIssues } from "../parse.js";
import { policyError } from "../refusal.js";
import { type ReadSource, readSource } from "../source.js";
import { checkIntercept } from "./check.js";
import { convertIntercept } from "./convert.js";
import type { InterceptDocument } from "./document.js";

/**
 * Turns a policy of Intercept into a policy document that `parsePolicy` accepts and that never allows what Intercept
 * denies; where it is stricter, `docs/intercept.md` says so.
 *
 * @param document the YAML file as a YAML parser read it. Nothing of it is kept or changed.
 * @throws PolicyError whose `issues` has everything that Intercept refuses, code as in a policy, and everything that
 * has no equal here, code `cannot_convert`. Pointers lead into `document`.
 */
export function fromIntercept(document: unknown): PolicyDocument {
  const { value, findings } = readDocument(document);
  const all = value === undefined ? findings : [...findings, ...checkIntercept(value)];
  if (all.length > 0) throw policyError(toIssues(all, undefined), "the Intercept policy");
  const policy = convertIntercept(value as InterceptDocument);
  const parsed = safeParsePolicy(policy);
  if (parsed.ok) return policy;
  throw policyError(parsed.issues.map(refused), "the policy that the Intercept policy becomes");
}

function readDocument(document: unknown): ReadSource {
  if (typeof document !== "string" && !ArrayBuffer.isView(document)) return readSource(document);
  const message = "expected a document, found text";
  return { findings: [{ code: "wrong_type", path: [], message, help: "parse the YAML first" }] };
}

/** A document within its bounds can become a policy that is not: it is longer. */
function refused(issue: PolicyIssue): PolicyIssue {
  return { severity: "error", code: "cannot_convert", pointer: "", message: formatIssue(issue) };
}
