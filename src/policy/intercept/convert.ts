import type { AllToolsRules, ConditionDocument, LimitDocument, PolicyDocument, RuleDocument } from "../document.js";
import { boundOf } from "./bound.js";
import { counterName, countersOf, type InterceptCounters } from "./counters.js";
import { EVERY_TOOL, type InterceptCondition, type InterceptDocument, type InterceptState, STATE } from "./document.js";
import { argumentPath } from "./path.js";
import { type PlacedRule, rulesOf, rulesOfEntry } from "./rules.js";

/** The policy that a document becomes in which `checkIntercept` finds nothing. */
export function convertIntercept(document: InterceptDocument): PolicyDocument {
  const { hide, description } = document;
  const tools = Object.entries(document.tools ?? {});
  const counters = countersOf(rulesOf(document));
  const rulesUnder = (tool: string, entry: unknown): AllToolsRules =>
    combine(rulesOfEntry(tool, entry).map((rule) => convertRule(rule, counters)));
  const everyTool = tools.find(([name]) => name === EVERY_TOOL);
  return {
    version: "1",
    ...(description ? { description } : {}),
    default: document.default ?? "allow",
    ...(hide ? { hide } : {}),
    ...(everyTool === undefined ? {} : { all_tools: rulesUnder(...everyTool) }),
    // Never `tools["*"]`: under `default: deny` that would list every tool.
    tools: Object.fromEntries(
      tools.filter(([name]) => name !== EVERY_TOOL).map(([name, entry]) => [name, rulesUnder(name, entry)]),
    ),
  };
}

/** What one rule becomes: its conditions on arguments a requirement, those on counters limits. */
interface Converted {
  readonly require: readonly RuleDocument[];
  readonly deny_if: readonly RuleDocument[];
  readonly limits: readonly LimitDocument[];
}

function combine(rules: readonly Converted[]): AllToolsRules {
  const require = rules.flatMap((rule) => rule.require);
  const deny_if = rules.flatMap((rule) => rule.deny_if);
  const limits = rules.flatMap((rule) => rule.limits);
  return {
    ...(require.length > 0 ? { require } : {}),
    ...(deny_if.length > 0 ? { deny_if } : {}),
    ...(limits.length > 0 ? { limits } : {}),
  };
}

function convertRule({ full: rule, scope }: PlacedRule, counters: InterceptCounters): Converted {
  const onDeny = rule.on_deny ? { on_deny: rule.on_deny } : {};
  const always: RuleDocument = { conditions: [], ...onDeny };
  if (rule.action === "deny") return { require: [], deny_if: [always], limits: [] };
  const conditions = rule.conditions ?? [];
  const onArguments = conditions.filter(({ path }) => !path.startsWith(STATE)).map(convertCondition);
  const bounds = conditions.filter(({ path }) => path.startsWith(STATE)).map(readBound);
  const own = rule.state ? counterName(scope, rule.state) : undefined;
  const others = bounds.filter(({ counter }) => counter !== own);
  return {
    require: onArguments.length > 0 ? [{ conditions: onArguments, ...onDeny }] : [],
    deny_if: bounds.some(({ max }) => max < 0) ? [always] : [],
    limits: [
      ...(rule.state ? [countingLimit(scope, rule.state, bounds, onDeny)] : []),
      ...others.map((bound) => readingLimit(bound, counters, onDeny)),
    ],
  };
}

function convertCondition({ path, op, value }: InterceptCondition): ConditionDocument {
  return { path: argumentPath(path), op, value };
}

interface Bound {
  readonly counter: string;
  readonly max: number;
}

function readBound({ path, op, value }: InterceptCondition): Bound {
  return { counter: path.slice(STATE.length), max: boundOf(op === "lt" ? op : "lte", Number(value)) };
}

type OnDeny = Pick<LimitDocument, "on_deny">;

/**
 * A failed call gives its charge back there, known by a JSON-RPC error. Here only the errors that say that it never
 * ran do: an upstream could otherwise answer with an error to be called for ever.
 */
const SHARED = { scope: "global", refund: "rejected" } as const;

/** The limit that counts with a rule's own counter, held to the tightest of the rule's bounds on it. */
function countingLimit(scope: string, state: InterceptState, bounds: readonly Bound[], onDeny: OnDeny): LimitDocument {
  const counter = counterName(scope, state);
  const max = Math.min(...bounds.filter((bound) => bound.counter === counter).map((bound) => bound.max));
  const increment = state.increment || 1;
  return {
    counter,
    window: state.window,
    ...(Number.isFinite(max) ? { max: Math.max(max, 0) } : {}),
    // Where the argument is missing Intercept denies: `increment` must not stand in for it.
    ...(state.increment_from ? { increment_from: argumentPath(state.increment_from) } : {}),
    ...(state.increment_from || increment === 1 ? {} : { increment }),
    ...SHARED,
    ...onDeny,
  };
}

/** A limit that holds a counter of another rule to a bound, and adds nothing. */
function readingLimit({ counter, max }: Bound, counters: InterceptCounters, onDeny: OnDeny): LimitDocument {
  const { window } = counters.get(counter) as InterceptState;
  return { counter, window, max: Math.max(max, 0), increment: 0, ...SHARED, ...onDeny };
}
