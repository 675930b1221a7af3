import { canonicalJson } from "../internal/canonical-json.js";
import { deepFreeze } from "../internal/deep-freeze.js";
import { sha256Hex } from "../internal/digest.js";
import { jsonPointer } from "../internal/pointer.js";
import type { Policy, PolicyDocument } from "./document.js";
import type { Finding, PolicyIssue } from "./issue.js";
import { checkMeaning } from "./meaning.js";
import { mapPositions, type Position, type Positions, START } from "./positions.js";
import { policyError } from "./refusal.js";
import { readSource } from "./source.js";
import { checkStructure } from "./structure.js";

const accepted = new WeakSet<Policy>();

/** Whether `policy` is what `parsePolicy` of this copy of the library gave. */
export function isAccepted(policy: Policy): boolean {
  return accepted.has(policy);
}

/** What `safeParsePolicy` found: the policy, or everything that is wrong with the document. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly issues: readonly PolicyIssue[] };

/**
 * Accepts a policy document, or throws with everything that is wrong with it. The result is deep-frozen and shares
 * nothing with the source.
 *
 * @param source JSON text, its UTF-8 bytes, or a value. Text must be the document only: no comments, at most 1 MiB,
 * nested at most 64 deep, at most 10,000 tools.
 * @throws PolicyError whose `issues` has every problem, each with a JSON Pointer and, for text, line and column.
 */
export function parsePolicy(source: unknown): Policy {
  const parsed = safeParsePolicy(source);
  if (parsed.ok) return parsed.policy;
  throw policyError(parsed.issues, "the policy");
}

/** As `parsePolicy`, with the problems as a value. Never throws. */
export function safeParsePolicy(source: unknown): ParsedPolicy {
  const { value, text, findings } = readSource(source);
  const all = value === undefined ? findings : [...findings, ...checkStructure(value), ...checkMeaning(value)];
  if (all.length > 0) return { ok: false, issues: toIssues(all, text) };
  return { ok: true, policy: seal(value as PolicyDocument) };
}

function seal(document: PolicyDocument): Policy {
  const revision = sha256Hex(canonicalJson(document));
  const policy = Object.defineProperty(document, "revision", { value: revision, enumerable: false });
  const sealed = deepFreeze(policy) as Policy;
  accepted.add(sealed);
  return sealed;
}

/** The issues that findings are, with line and column where the source was `text`. */
export function toIssues(findings: readonly Finding[], text: string | undefined): readonly PolicyIssue[] {
  const positions = text === undefined ? undefined : mapPositions(text);
  return deepFreeze(findings.map((finding) => toIssue(finding, positions)));
}

function toIssue(finding: Finding, positions: Positions | undefined): PolicyIssue {
  const pointer = jsonPointer(finding.path);
  const place = finding.position ?? (positions === undefined ? undefined : locate(finding, pointer, positions));
  return {
    severity: "error",
    code: finding.code,
    pointer,
    ...(place === undefined ? {} : place),
    message: finding.message,
    ...(finding.help === undefined ? {} : { help: finding.help }),
  };
}

function locate(finding: Finding, pointer: string, positions: Positions): Position {
  if (finding.code === "invalid_json") return positions.syntaxError ?? START;
  return (finding.atKey ? positions.key(pointer) : positions.value(pointer)) ?? START;
}
