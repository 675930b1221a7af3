import { type Decision, decide, parsePolicy } from "callgate";
import fc from "fast-check";
import { expect, test } from "vitest";
import { policyDocument } from "../policy/documents.js";
import { callsFor } from "./calls.js";
import { entriesFor, keyOf, millionths, type ReferenceDecision, referenceDecide, windowTold } from "./reference.js";

const RUNS = 5_000;
const asked = policyDocument.chain((document) => callsFor(document).map((call) => ({ document, ...call })));

function comparable(decision: Decision): object {
  if (decision.outcome === "deny") return { outcome: "deny" };
  const charges = decision.charges.map(({ counter, scope, owner, window, by, amount, max, min, refund }) => ({
    counter,
    scope,
    owner,
    window: windowTold(window),
    by,
    amount: millionths(amount),
    max: max === undefined ? undefined : millionths(max),
    min: min === undefined ? undefined : millionths(min.value),
    refund,
  }));
  const key = ({ counter, by }: (typeof charges)[number]): string => keyOf(counter, by);
  const owed = decision.approvals.map(({ pointer }) => pointer.replace(/\/conditions\/\d+$/, "")).sort();
  return { outcome: decision.outcome, charges: charges.sort((a, b) => (key(a) < key(b) ? -1 : 1)), owed };
}

test(`${RUNS} generated calls are decided as a plain reading of the design decides them`, { timeout: 120_000 }, () => {
  const seen = {
    allow: 0,
    deny: 0,
    require_approval: 0,
    deniedByRules: 0,
    refusedByLimits: 0,
    charged: 0,
    bySeveral: 0,
    owing: 0,
    byAll: 0,
    unfit: 0,
    fit: 0,
    resource: 0,
    prompt: 0,
    method: 0,
    sectionAllows: 0,
  };
  fc.assert(
    fc.property(asked, ({ document, call, context }) => {
      const decision = decide(parsePolicy(document), call, context);
      const expected: ReferenceDecision = referenceDecide(document, call, context);
      seen[decision.outcome]++;
      if (decision.charges.length > 0) seen.charged++;
      if (decision.pointer.includes("require/") || decision.pointer.includes("deny_if/")) seen.deniedByRules++;
      if (decision.pointer.includes("/limits/")) seen.refusedByLimits++;
      if (decision.pointer.startsWith("/all_tools/")) seen.byAll++;
      if (call.kind === "tool") {
        const entries = entriesFor(document, call.name);
        if (entries.length > 1) seen.bySeveral++;
        const held = entries.some(([, { args }]) => args !== undefined);
        if (held && ["allowed", "approval_required", "denied"].includes(decision.code)) seen.fit++;
      } else {
        seen[call.kind]++;
        if (decision.outcome !== "deny") seen.sectionAllows++;
      }
      if (decision.code === "invalid_arguments") seen.unfit++;
      if (decision.approvals.some(({ pointer }) => pointer.includes("/require_approval_if/"))) seen.owing++;
      if (expected.outcome === "deny") {
        expect(decision.outcome).toBe("deny");
        expect(expected.codes).toContain(decision.code);
      } else expect(comparable(decision)).toEqual({ ...expected });
    }),
    { numRuns: RUNS },
  );
  // A generator that only ever denied, or never reached a rule, would prove nothing.
  const share = (kind: keyof typeof seen) => expect(seen[kind] / RUNS, `share of ${kind}`);
  share("allow").toBeGreaterThan(0.15);
  share("deny").toBeGreaterThan(0.2);
  share("require_approval").toBeGreaterThan(0.02);
  share("deniedByRules").toBeGreaterThan(0.2);
  share("refusedByLimits").toBeGreaterThan(0.05);
  share("charged").toBeGreaterThan(0.05);
  share("bySeveral").toBeGreaterThan(0.1);
  share("owing").toBeGreaterThan(0.02);
  share("byAll").toBeGreaterThan(0.02);
  share("unfit").toBeGreaterThan(0.03);
  share("fit").toBeGreaterThan(0.03);
  for (const kind of ["resource", "prompt", "method"] as const) share(kind).toBeGreaterThan(0.03);
  share("sectionAllows").toBeGreaterThan(0.05);
});
