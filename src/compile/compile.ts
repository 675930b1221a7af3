import { type ApprovalOwed, allow, type DenyDecision, deny, type Place } from "../evaluate/decision.js";
import type { ArgumentSchema, ClassPlan, Entry, Pin, Plan } from "../evaluate/plan.js";
import { escapeSegment } from "../internal/pointer.js";
import { compileSchema } from "../json-schema/compile.js";
import { rateLimitCounter } from "../policy/counters.js";
import type { AllToolsRules, ClassRules, JsonSchema, Policy, ToolRules } from "../policy/document.js";
import { compileClass } from "./class.js";
import { allLimits, type LimitSource, limitSources, planCharges } from "./limits.js";
import { compileMethods } from "./methods.js";
import { RuleCompiler } from "./rules.js";

/** One entry of the document, or `all_tools`, before it is put together with others that match the same name. */
export interface Part {
  readonly entry: Omit<Entry, "charges">;
  readonly limits: readonly LimitSource[];
}

/** A part of the document with entries by name, and how its denials read. They name no rule, number or value. */
interface Section {
  readonly name: "tools" | "resources" | "prompts";
  readonly rules: ClassRules;
  /** Where `default` and `hide` stand. */
  readonly base: string;
  /** Where the entries stand. */
  readonly entries: string;
  readonly forAll: AllToolsRules;
  readonly noun: string;
}

const NO_RULES: AllToolsRules & Readonly<Record<string, never>> = Object.freeze(Object.create(null));

/** Makes a policy ready to decide. Linear in the size of the document. */
export function compile(policy: Policy): Plan {
  const { revision, resources, prompts, methods } = policy;
  const compiler = new RuleCompiler();
  const section = (name: "resources" | "prompts", noun: string, rules: ClassRules | undefined): ClassPlan | undefined =>
    rules &&
    compileSection(
      { name, noun, rules, base: `/${name}`, entries: `/${name}/entries`, forAll: NO_RULES },
      compiler,
      revision,
    );
  const rules: ClassRules = { default: policy.default, hide: policy.hide ?? [], entries: policy.tools ?? NO_RULES };
  const forAll = policy.all_tools ?? NO_RULES;
  const entries = Object.values(policy.tools ?? NO_RULES);
  const hasPins = entries.some(({ pin }) => pin !== undefined);
  return {
    revision,
    tools: compileSection(
      { name: "tools", noun: "tool", rules, base: "", entries: "/tools", forAll },
      compiler,
      revision,
    ),
    resources: section("resources", "resource", resources),
    prompts: section("prompts", "prompt", prompts),
    methods: compileMethods(methods, policy.default, revision),
    needsListedTools: hasPins || entries.some(({ args }) => args === "tool"),
    hasPins,
    counters: () => planCharges(allLimits(policy)),
    allowed: allow(revision, []),
  };
}

function compileSection(section: Section, compiler: RuleCompiler, revision: string): ClassPlan {
  const { rules, base, noun } = section;
  const notPermitted = (place: Place, message = `this ${noun} is not permitted by policy`): DenyDecision =>
    deny("not_permitted", place, message, revision);
  const part = (name: string, document: ToolRules): Part =>
    compilePart(
      document,
      `${section.entries}/${escapeSegment(name)}`,
      rateLimitCounter(section.name, name),
      compiler,
      notPermitted,
    );
  return compileClass({
    parts: Object.entries(rules.entries ?? NO_RULES).map(([name, document]) => [name, part(name, document)] as const),
    forAll: compilePart(section.forAll, "/all_tools", undefined, compiler, notPermitted),
    combine,
    hide: (rules.hide ?? []).map((name, i) => [name, notPermitted({ rule: "(hidden)", pointer: `${base}/hide/${i}` })]),
    listsAll: rules.default === "allow",
    notListed: notPermitted({ rule: "(default deny)", pointer: `${base}/default` }),
  });
}

const APPROVAL_OWED = "this tool needs a person's approval";

function compilePart(
  document: ToolRules | AllToolsRules,
  base: string,
  rateCounter: string | undefined,
  rules: RuleCompiler,
  notPermitted: (place: Place, message?: string) => DenyDecision,
): Part {
  const { action, reason, args, pin }: ToolRules = document;
  const place: Place = { rule: `${base}/action`, pointer: `${base}/action` };
  const owed: ApprovalOwed = Object.freeze({ ...place, reason: reason ?? APPROVAL_OWED });
  return {
    entry: {
      pin: pin === undefined ? undefined : pinOf(pin, `${base}/pin`, reason, notPermitted),
      denied: action === "deny" ? notPermitted(place, reason) : undefined,
      args: args === undefined ? [] : [argumentSchema(args, `${base}/args`, reason)],
      require: rules.compile(document.require, "require", base, reason),
      denyIf: rules.compile(document.deny_if, "deny_if", base, reason),
      approvalIf: rules.compile(document.require_approval_if, "require_approval_if", base, reason),
      matches: rules.matches([document.require, document.deny_if, document.require_approval_if]),
      approvals: action === "require_approval" ? [owed] : [],
    },
    limits: limitSources(document.limits ?? [], base, rateCounter, document),
  };
}

const UNKNOWN_DEFINITION = "the tool's definition is not known, so the call cannot be judged";

function pinOf(
  fingerprint: string,
  base: string,
  reason: string | undefined,
  notPermitted: (place: Place, message?: string) => DenyDecision,
): Pin {
  const differs = notPermitted({ rule: base, pointer: base }, reason);
  return { fingerprint, differs, unknown: deny("unavailable", differs, UNKNOWN_DEFINITION, differs.revision) };
}

function argumentSchema(schema: JsonSchema | "tool", base: string, message: string | undefined): ArgumentSchema {
  const place: Place = { rule: base, pointer: base };
  if (schema === "tool") return { place, validator: "tool", message };
  const compiled = compileSchema(schema, { unknownKeywords: "refuse" });
  if (!compiled.ok) throw new TypeError(`schema of an accepted policy: ${compiled.faults[0]?.message}`);
  return { place, validator: compiled.validator, message };
}

/** Puts parts together that apply to one name: each can only take away, so all of them hold. */
function combine(parts: readonly Part[]): Entry {
  const entries = parts.map(({ entry }) => entry);
  return {
    // Only exact names have pins, so no second part can have one.
    pin: entries.find(({ pin }) => pin !== undefined)?.pin,
    denied: entries.find(({ denied }) => denied !== undefined)?.denied,
    args: entries.flatMap(({ args }) => args),
    require: entries.flatMap(({ require }) => require),
    denyIf: entries.flatMap(({ denyIf }) => denyIf),
    approvalIf: entries.flatMap(({ approvalIf }) => approvalIf),
    matches: [...new Map(entries.flatMap(({ matches }) => matches).map((match) => [match.key, match])).values()],
    approvals: entries.flatMap(({ approvals }) => approvals),
    charges: planCharges(parts.flatMap(({ limits }) => limits)),
  };
}
