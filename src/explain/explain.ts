import { decide, planOf, readCall, readContext } from "../compile/decide.js";
import type { Call, CallContext, Decision } from "../evaluate/decision.js";
import { environmentFor } from "../evaluate/evaluate.js";
import type { ClassPlan } from "../evaluate/plan.js";
import { entryOf, type ListedKind, rulesFor } from "../evaluate/reach.js";
import { compileGlob } from "../internal/glob.js";
import { escapeSegment } from "../internal/pointer.js";
import type { Policy, ToolRules } from "../policy/document.js";
import type { ExplainedStep, ExplainOptions, Explanation, NameStep } from "./explanation.js";
import { type Judged, nameStep, stepsOf } from "./steps.js";
import { explanationText } from "./text.js";

/**
 * Says why a policy decides as it does about a call: every entry and rule that applies, in order, what each says, what
 * decided, and what would be charged. Pure, as `decide`; counters are not looked at.
 *
 * @param policy the result of `parsePolicy`.
 * @param options `values: true` puts argument values into the explanation, which otherwise has types and places only.
 * @throws PolicyError when `policy` is a document that `parsePolicy` refuses.
 */
export function explain(
  policy: Policy,
  call: Call,
  context: CallContext = {},
  options: ExplainOptions = {},
): Explanation {
  const decision = decide(policy, call, context);
  if (decision.rule === "(malformed call)") return explanation("a call that cannot be judged", decision, NOTHING);
  const snapshot = readCall(call);
  const found = lookInto(policy, snapshot, readContext(context), decision, options);
  return explanation(`${snapshot.kind ?? "tool"} ${snapshot.name}`, decision, found);
}

function explanation(what: string, decision: Decision, found: Found): Explanation {
  return Object.freeze({ decision, ...found, toString: () => explanationText(what, { decision, ...found }) });
}

interface Found {
  readonly entries: readonly string[];
  readonly steps: readonly ExplainedStep[];
}

const NOTHING: Found = Object.freeze({ entries: [], steps: [] });

function lookInto(
  policy: Policy,
  call: Call,
  context: CallContext,
  decision: Decision,
  options: ExplainOptions,
): Found {
  const kind = call.kind ?? "tool";
  if (kind === "method") return { entries: [], steps: [methodStep(decision)] };
  const plan = planOf(policy);
  const rules = rulesFor(plan, kind);
  if (rules === undefined) return NOTHING;
  const entries = entriesFor(policy, kind, call.name);
  const entry = entryOf(rules, kind, call.name);
  if (entry === undefined)
    return { entries, steps: [...hiddenSteps(rules, call, decision), unlistedStep(rules, decision)] };
  const environment = environmentFor(entry, call, context);
  const judged: Judged = { policy, call, decision, environment, context, options };
  return { entries, steps: [...hiddenSteps(rules, call, decision), ...stepsOf(entry, judged)] };
}

function hiddenSteps(rules: ClassPlan, { name }: Call, decision: Decision): readonly NameStep[] {
  const hidden = rules.hiddenBy(name);
  return hidden === undefined ? [] : [nameStep("hidden", hidden, decision)];
}

function unlistedStep({ notListed }: ClassPlan, decision: Decision): NameStep {
  return nameStep("listed", notListed, decision);
}

function methodStep(decision: Decision): NameStep {
  const { rule, pointer, message } = decision;
  const denies = decision.outcome === "deny";
  return { stage: "method", rule, pointer, message, effect: denies ? "denies" : "passes", decided: denies };
}

/** Pointers of the entries that match a name: its own, then patterns, then what is for all. */
function entriesFor(policy: Policy, kind: ListedKind, name: string): readonly string[] {
  const { entries, base } = sectionOf(policy, kind);
  const matching = Object.keys(entries).filter((key) => key === name || compileGlob(key).test(name));
  const ownFirst = matching.sort((one, other) => Number(other === name) - Number(one === name));
  const pointers = ownFirst.map((key) => `${base}/${escapeSegment(key)}`);
  return kind === "tool" && policy.all_tools !== undefined ? [...pointers, "/all_tools"] : pointers;
}

function sectionOf(
  policy: Policy,
  kind: ListedKind,
): { readonly entries: { readonly [name: string]: ToolRules }; readonly base: string } {
  switch (kind) {
    case "tool":
      return { entries: policy.tools ?? {}, base: "/tools" };
    case "resource":
      return { entries: policy.resources?.entries ?? {}, base: "/resources/entries" };
    case "prompt":
      return { entries: policy.prompts?.entries ?? {}, base: "/prompts/entries" };
    default:
      return kind satisfies never;
  }
}
