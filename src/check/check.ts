import { deepFreeze } from "../internal/deep-freeze.js";
import { jsonPointer } from "../internal/pointer.js";
import type { Policy } from "../policy/document.js";
import type { PolicyIssue } from "../policy/issue.js";
import { isAccepted, parsePolicy } from "../policy/parse.js";
import { mapPositions, type Positions } from "../policy/positions.js";
import { readSource } from "../policy/source.js";
import { checkArguments } from "./arguments.js";
import type { Finding } from "./finding.js";
import { checkLimits } from "./limits.js";
import { checkMoney } from "./money.js";
import { checkNames } from "./names.js";
import { readOffer } from "./offer.js";
import { checkOperands } from "./operands.js";
import { checkOptional } from "./optional.js";
import { inDocumentOrder } from "./order.js";
import { checkPins } from "./pins.js";
import { checkReach } from "./reach.js";
import { checkRules } from "./rules.js";
import { readSubject, type Subject } from "./subject.js";

/** What `checkPolicy` may be told beside the policy and the tools. */
export interface CheckOptions {
  /** The text that the policy was parsed from. With it, issues have a line and a column. */
  readonly source?: string;
}

/** What a policy is held to. Each check stands for itself, and says nothing where it cannot tell. */
const CHECKS: readonly ((subject: Subject) => Finding[])[] = [
  checkNames,
  checkArguments,
  checkOperands,
  checkOptional,
  checkRules,
  checkLimits,
  checkMoney,
  checkReach,
  checkPins,
];

/**
 * Holds a policy against the tools that a server really offers, and says where it does not do what it seems to say.
 * Issues come in the order of the document. An `error` is a place where the policy does not do what it says; a
 * `warning` one where it may do what its author did not mean. No issue is not a proof.
 *
 * The tools are the server's word, and are not trusted: what cannot be read is passed over, and the work is bounded.
 *
 * @param policy the result of `parsePolicy`.
 * @param tools the `tools` of a `tools/list` result, all pages together; or an object that has them as `tools`.
 * @throws PolicyError when `policy` is a document that `parsePolicy` refuses.
 */
export function checkPolicy(
  policy: Policy,
  tools: readonly unknown[] | { readonly tools: readonly unknown[] },
  options: CheckOptions = {},
): readonly PolicyIssue[] {
  const accepted = isAccepted(policy) ? policy : parsePolicy(policy);
  const subject = readSubject(accepted, readOffer(tools));
  const findings = inDocumentOrder(
    CHECKS.flatMap((check) => check(subject)),
    accepted,
  );
  const text = findings.length > 0 && typeof options.source === "string" ? readSource(options.source).text : undefined;
  const positions = text === undefined ? undefined : mapPositions(text);
  return deepFreeze(findings.map((finding) => toIssue(finding, positions)));
}

function toIssue(
  { severity, code, path, atKey, message, help }: Finding,
  positions: Positions | undefined,
): PolicyIssue {
  const pointer = jsonPointer(path);
  const place = atKey === true ? positions?.key(pointer) : positions?.value(pointer);
  return { severity, code, pointer, ...place, message, ...(help === undefined ? {} : { help }) };
}
