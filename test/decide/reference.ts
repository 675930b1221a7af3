/**
 * What a policy means, written a second time from the design alone: slow, plain, sharing no code with the library.
 * Covers tools, resources, prompts and methods: hide, default, entries by name and pattern, what holds for all tools,
 * schemas of arguments (by another validator), rules of the three lists over all roots, limits. Of the operators, all but
 * `path_within` and `host_in`, which have judges of their own.
 */
import type {
  CallKind,
  ClassRules,
  ConditionDocument,
  JsonSchema,
  LimitDocument,
  PolicyDocument,
  RuleDocument,
  ToolRules,
  Window,
} from "callgate";
import { compileSchema } from "json-schema-library";
import { URIS } from "../policy/documents.js";

export interface ReferenceCharge {
  readonly counter: string;
  readonly scope: string;
  readonly owner: string;
  readonly window: string;
  readonly by: readonly unknown[];
  /** Millionths, so that they are exact. */
  readonly amount: bigint;
  readonly max: bigint | undefined;
  readonly min: bigint | undefined;
  readonly refund: string;
}

export type ReferenceDecision =
  | {
      readonly outcome: "allow" | "require_approval";
      readonly charges: readonly ReferenceCharge[];
      readonly owed: readonly string[];
    }
  /** Where several things object, `codes` has each one's: the order of a list decides which is reported. */
  | { readonly outcome: "deny"; readonly codes: readonly string[] };

interface Caller {
  readonly grant?: string | undefined;
  readonly session?: string | undefined;
  readonly server?: string | undefined;
  readonly labels?: Readonly<Record<string, unknown>> | undefined;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
  readonly now?: number | undefined;
  readonly tool?: { readonly inputSchema?: unknown } | undefined;
}

export interface ReferenceCall {
  readonly kind: CallKind;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

type Verdict = true | false | "error";
type List = "require" | "deny_if" | "require_approval_if";
type Roots = Readonly<Record<string, unknown>>;

// --- a call ---------------------------------------------------------------------------------------------------------

const NOT_PERMITTED: ReferenceDecision = { outcome: "deny", codes: ["not_permitted"] };
const PASSED: ReferenceDecision = { outcome: "allow", charges: [], owed: [] };

export function referenceDecide(policy: PolicyDocument, call: ReferenceCall, caller: Caller): ReferenceDecision {
  if (call.kind === "method") return methodPasses(policy, call.name) ? PASSED : NOT_PERMITTED;
  const section = sectionOf(policy, call.kind);
  return section === undefined ? PASSED : decideIn(section, call, caller);
}

/** What rules a class of things, wherever it stands in the document. */
interface Section extends ClassRules {
  readonly at: string;
  readonly forAll: ToolRules;
  /** What the counters of its rate limits are called. */
  readonly rate: string;
}

function sectionOf(policy: PolicyDocument, kind: Exclude<CallKind, "method">): Section | undefined {
  const { hide = [], tools = {}, all_tools: forAll = {}, resources, prompts } = policy;
  if (kind === "tool") return { default: policy.default, hide, entries: tools, forAll, at: "/tools", rate: "" };
  const rules = kind === "resource" ? resources : prompts;
  return rules && { ...rules, forAll: {}, at: `/${kind}s/entries`, rate: `${kind}s ` };
}

/** Methods are ruled by name; those of MCP pass, and others by the default, where nobody says otherwise. */
function methodPasses({ methods = {}, default: byDefault }: PolicyDocument, method: string): boolean {
  const named = (patterns: readonly string[] = []): boolean => patterns.some((pattern) => matches(pattern, method));
  if (/^(tools|notifications)\//.test(method)) return true;
  if (named(methods.deny)) return false;
  return !method.startsWith("vendor/") || byDefault === "allow" || named(methods.allow);
}

function decideIn(section: Section, { kind, name, arguments: args }: ReferenceCall, caller: Caller): ReferenceDecision {
  if ((section.hide ?? []).some((pattern) => matches(pattern, name))) return NOT_PERMITTED;
  const entries = Object.entries(section.entries ?? {}).filter(([key]) => matches(key, name));
  const listed =
    entries.length > 0 && (kind !== "resource" || URIS.get(name) === true || entries.some(([key]) => key === name));
  if (!listed && section.default === "deny") return NOT_PERMITTED;
  if (entries.some(([, { action }]) => action === "deny")) return NOT_PERMITTED;

  const unfit = entries.flatMap(([, rules]) => argumentFault((rules as ToolRules).args, args, caller));
  if (unfit.length > 0) return { outcome: "deny", codes: unfit };

  const roots = rootsOf(name, args, caller);
  const everything: readonly (readonly [pointer: string, rules: ToolRules])[] = [
    ...entries.map(
      ([key, rules]) => [`${section.at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, rules] as const,
    ),
    ["/all_tools", section.forAll],
  ];
  const verdicts = (list: List): Verdict[] =>
    everything.flatMap(([, rules]) => (rules[list] ?? []).map((rule) => ruleVerdict(rule, list, roots)));
  const holds = verdicts("require").every((verdict) => verdict === true);
  const fires = verdicts("deny_if").some((verdict) => verdict !== false);
  if (!holds || fires) return { outcome: "deny", codes: ["denied"] };

  const limits = everything.flatMap(([, rules]) => (rules.limits ?? []).map((limit) => readLimit(limit)));
  for (const [key, { rate_limit }] of entries)
    if (rate_limit !== undefined) limits.push(readRateLimit(section.rate + key, rate_limit));
  const charges = chargeCounters(limits, roots, caller);
  const faults = charges.filter((charge): charge is string => typeof charge === "string");
  if (faults.length > 0) return { outcome: "deny", codes: faults };

  const owed = everything.flatMap(([pointer, rules]) => [
    ...(rules.action === "require_approval" ? [`${pointer}/action`] : []),
    ...(rules.require_approval_if ?? []).flatMap((rule, index) =>
      ruleVerdict(rule, "require_approval_if", roots) === false ? [] : [`${pointer}/require_approval_if/${index}`],
    ),
  ]);
  const outcome = owed.length > 0 ? "require_approval" : "allow";
  return { outcome, charges: charges as readonly ReferenceCharge[], owed: owed.sort() };
}

/** Why arguments cannot pass a schema, if they cannot. */
function argumentFault(schema: JsonSchema | "tool" | undefined, args: object, { tool }: Caller): readonly string[] {
  const wanted = schema === "tool" ? (tool?.inputSchema as JsonSchema | undefined) : schema;
  if (wanted === undefined) return schema === undefined ? [] : ["unavailable"];
  return compileSchema(wanted as object).validate(withoutPrototypes(args)).valid ? [] : ["invalid_arguments"];
}

/** The other validator looks names up in plain objects; no generated schema speaks of `__proto__`, so any name will do. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  if (typeOf(value) !== "object") return value;
  const renamed = Object.entries(value as object).map(([key, member]) => [
    key === "__proto__" ? "(proto)" : key,
    withoutPrototypes(member),
  ]);
  return Object.fromEntries(renamed);
}

/** Every entry whose name or pattern matches, under its key. */
export function entriesFor(
  policy: PolicyDocument,
  name: string,
): readonly (readonly [key: string, rules: ToolRules])[] {
  return Object.entries(policy.tools ?? {}).filter(([key]) => matches(key, name));
}

/** `*` is any run of characters, `?` is one, and all else is itself. */
export function matches(pattern: string, name: string): boolean {
  const try_ = (wanted: readonly string[], given: readonly string[]): boolean => {
    const [first, ...rest] = wanted;
    if (first === undefined) return given.length === 0;
    if (first === "*") return try_(rest, given) || (given.length > 0 && try_(wanted, given.slice(1)));
    return given.length > 0 && (first === "?" || first === given[0]) && try_(rest, given.slice(1));
  };
  return try_(Array.from(pattern), Array.from(name));
}

function rootsOf(name: string, args: object, caller: Caller): Roots {
  const date = caller.now === undefined ? undefined : new Date(caller.now);
  return {
    args,
    tool: name,
    grant: { id: caller.grant ?? "default", labels: caller.labels ?? {} },
    session: caller.session === undefined ? {} : { id: caller.session },
    ...(caller.server === undefined ? {} : { server: caller.server }),
    // Without a clock there is nothing to walk into.
    time:
      date === undefined
        ? null
        : {
            hour: date.getUTCHours(),
            minute: date.getUTCMinutes(),
            weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
            date: date.toJSON().split("T")[0],
          },
    context: caller.facts ?? {},
  };
}

// --- rules ----------------------------------------------------------------------------------------------------------

function ruleVerdict(rule: RuleDocument, list: List, roots: Roots): Verdict {
  if (rule.conditions === undefined) throw new Error("no reference for logic: json-logic-js is its oracle");
  return all(rule.conditions.map((condition) => conditionVerdict(condition, list, roots)));
}

function conditionVerdict(condition: ConditionDocument, list: List, roots: Roots): Verdict {
  const [root = "", ...steps] = stepsOf(condition.path);
  const ifMissing = condition.op === "exists" ? condition.value === false : condition.if_present === true;
  const judge = (value: unknown, rest: readonly Step[]): Verdict => {
    const [step, ...after] = rest;
    if (step === undefined) return judgeValue(condition, value);
    if (step === "*") {
      if (!Array.isArray(value)) return "error";
      const each = value.map((element) => judge(element, after));
      if (list !== "require") return any(each);
      return each.length > 0 && all(each);
    }
    if (typeof step === "number" ? !Array.isArray(value) : typeOf(value) !== "object") return "error";
    if (!Object.hasOwn(value as object, step)) return ifMissing;
    return judge((value as Record<string | number, unknown>)[step], after);
  };
  return Object.hasOwn(roots, root) ? judge(roots[root], steps) : ifMissing;
}

function judgeValue({ op, value: operand }: ConditionDocument, value: unknown): Verdict {
  const comparable = (other: unknown): boolean => typeOf(value) === typeOf(other) && isExact(value);
  const equals = (other: unknown): boolean => canonical(value) === canonical(other);
  switch (op) {
    case "eq":
      return comparable(operand) ? equals(operand) : "error";
    case "neq":
      return comparable(operand) ? !equals(operand) : "error";
    case "lt":
      return comparable(operand) ? (value as number) < (operand as number) : "error";
    case "lte":
      return comparable(operand) ? (value as number) <= (operand as number) : "error";
    case "gt":
      return comparable(operand) ? (value as number) > (operand as number) : "error";
    case "gte":
      return comparable(operand) ? (value as number) >= (operand as number) : "error";
    case "in":
      return (operand as unknown[]).some(comparable) ? (operand as unknown[]).some(equals) : "error";
    case "not_in":
      return (operand as unknown[]).some(comparable) ? !(operand as unknown[]).some(equals) : "error";
    case "exists":
      return value === undefined ? "error" : (value !== null) === operand;
    case "regex":
      return typeof value === "string" ? toRegExp(String(operand)).test(value) : "error";
    case "contains": {
      if (typeof value === "string") return typeof operand === "string" ? value.includes(operand) : "error";
      if (!Array.isArray(value) || !isExact(value)) return "error";
      return any(
        value.map((element) =>
          typeOf(element) === typeOf(operand) ? canonical(element) === canonical(operand) : "error",
        ),
      );
    }
    default:
      throw new Error(`no reference for ${op}`);
  }
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes("error") ? "error" : true;
}

function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  return verdicts.includes("error") ? "error" : false;
}

// --- values and paths -----------------------------------------------------------------------------------------------

type Step = string | number;

/** `args.a["b.c"][0][*]` as `args`, `a`, `b.c`, 0 and `*`. A key named `*` is outside the subset. */
function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = [];
  for (const [, name, quoted, index] of path.matchAll(/(?:^|\.)([^.[\]]+)|\["([^"]*)"\]|\[(\d+|\*)\]/g)) {
    if (index === undefined || index === "*") steps.push(name ?? quoted ?? "*");
    else steps.push(Number(index));
  }
  return steps;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** JSON, and no number anywhere in it that is not finite or is an integer a double does not hold exactly. */
export function isExact(value: unknown): boolean {
  switch (typeOf(value)) {
    case "number":
      return Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value as number) <= 2 ** 53 - 1);
    case "array":
    case "object":
      return Object.values(value as object).every(isExact);
    default:
      return ["null", "boolean", "string"].includes(typeOf(value));
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (typeOf(value) !== "object") return JSON.stringify(value);
  const members = Object.entries(value as object).map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.sort()}}`;
}

/** The few RE2 forms that generated policies use, as JavaScript's. */
function toRegExp(source: string): RegExp {
  return source.startsWith("(?i)") ? new RegExp(source.slice(4), "i") : new RegExp(source);
}

// --- limits ---------------------------------------------------------------------------------------------------------

interface Limit {
  readonly counter: string;
  readonly scope: string;
  readonly window: string;
  readonly by: readonly string[];
  readonly refund: string;
  readonly max: bigint | undefined;
  readonly min: bigint | undefined;
  readonly increment: bigint | undefined;
  readonly from: string | undefined;
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["second", 1],
  ["minute", 60],
  ["hour", 3_600],
  ["day", 86_400],
  ["week", 604_800],
  ["s", 1],
  ["m", 60],
  ["h", 3_600],
  ["d", 86_400],
]);

/** A window in words: of one length in seconds, how a week begins, how it slides, how long a slot is leased. */
function readWindow({ window, algorithm = "fixed", lease = "10m" }: LimitDocument): string {
  if (window === "month" || window === "session") return window;
  if (window === "in_flight") return `in flight, leased for ${secondsOf(lease)} s`;
  const monday = window === "week" && algorithm === "fixed" ? " from Monday" : "";
  return `${algorithm} ${secondsOf(window)} s${monday}`;
}

/** Seconds of a name, or of a number with a unit. */
function secondsOf(text: string): number {
  const named = SECONDS.get(text);
  return named ?? Number(text.slice(0, -1)) * (SECONDS.get(text.slice(-1)) ?? Number.NaN);
}

/** The window of a charge, in the same words. */
export function windowTold(window: Window): string {
  switch (window.kind) {
    case "fixed":
      return `fixed ${window.ms / 1_000} s${window.offsetMs === 4 * 86_400_000 ? " from Monday" : ""}`;
    case "sliding":
      return `sliding ${window.ms / 1_000} s`;
    case "in_flight":
      return `in flight, leased for ${window.leaseMs / 1_000} s`;
    default:
      return window.kind;
  }
}

function readLimit(limit: LimitDocument): Limit {
  const from = limit.increment_from;
  const increment = limit.increment ?? (from === undefined ? 1 : undefined);
  return {
    counter: limit.counter,
    scope: limit.scope ?? (limit.window === "session" ? "session" : "grant"),
    window: readWindow(limit),
    by: limit.by ?? [],
    refund: limit.refund ?? "not_executed",
    max: limit.max === undefined ? undefined : millionths(limit.max),
    min: limit.min === undefined ? undefined : millionths(limit.min),
    increment: increment === undefined ? undefined : millionths(increment),
    from,
  };
}

function readRateLimit(name: string, rate: NonNullable<ToolRules["rate_limit"]>): Limit {
  const [calls = "", window = ""] = typeof rate === "string" ? rate.split("/") : [rate.max, `${rate.window}s`];
  return readLimit({ counter: `(rate_limit) ${name}`, window: window as LimitDocument["window"], max: Number(calls) });
}

/** A charge for each counter, or the code of why there is none. */
function chargeCounters(limits: readonly Limit[], roots: Roots, caller: Caller): readonly (ReferenceCharge | string)[] {
  const keyed = limits.map((limit) => ({ limit, by: limit.by.map((path) => valueAt(path, roots)) }));
  const keys = [...new Set(keyed.map(({ limit, by }) => keyOf(limit.counter, by)))].sort();
  return keys.map((key) => {
    const together = keyed.filter(({ limit, by }) => keyOf(limit.counter, by) === key);
    const { by, limit } = together[0] as (typeof keyed)[number];
    const shared = together.map((one) => one.limit);
    const { counter, scope, window } = limit;
    const owners = new Map([
      ["grant", caller.grant ?? "default"],
      ["session", caller.session],
      ["global", ""],
    ]);
    const owner = owners.get(scope);
    if (owner === undefined) return "unavailable";
    if (by.includes(undefined)) return "denied";
    const amounts = shared.map((one) => amountOf(one, roots));
    if (amounts.includes(undefined)) return "denied";
    const amount = (amounts as bigint[]).sort(ascending).at(-1) ?? 0n;
    const maxima = shared.flatMap(({ max }) => (max === undefined ? [] : [max]));
    const minima = shared.flatMap(({ min }) => (min === undefined ? [] : [min]));
    const refund =
      ["not_executed", "rejected", "error"].find((rule) => shared.some((one) => one.refund === rule)) ?? "";
    const bounds = { max: maxima.sort(ascending)[0], min: minima.sort(ascending).at(-1) };
    return { counter, scope, owner, window, by, amount, ...bounds, refund };
  });
}

/** Tells counters apart, and sorts them. What has no value is a counter of nobody's. */
export function keyOf(counter: string, by: readonly unknown[]): string {
  return JSON.stringify([counter, by.map((value) => [typeof value, value])]);
}

/** The value that a counter is kept by; `undefined` where there is none that could be. */
function valueAt(path: string, roots: Roots): unknown {
  const value = stepsOf(path).reduce<unknown>((current, step) => {
    if (current === null || typeof current !== "object") return undefined;
    if ((typeof step === "number") !== Array.isArray(current) && current !== roots) return undefined;
    return Object.hasOwn(current, step) ? (current as Record<string | number, unknown>)[step] : undefined;
  }, roots);
  return ["string", "number", "boolean"].includes(typeof value) && isExact(value) ? value : undefined;
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1);

function amountOf({ from, increment }: Limit, roots: Roots): bigint | undefined {
  if (from === undefined) return increment;
  const [root = "", ...steps] = stepsOf(from);
  const sum = sumAt(roots[String(root)], steps, true);
  if (sum === "missing") return increment;
  return sum === undefined || sum > 9_007_199_254_000_000n ? undefined : sum;
}

/** The sum below a path; `undefined` where it cannot be counted. Only the argument itself may be missing. */
function sumAt(value: unknown, steps: readonly Step[], mayMiss: boolean): bigint | undefined | "missing" {
  const [step, ...after] = steps;
  if (step === undefined) return millionths(value);
  if (step === "*") {
    if (!Array.isArray(value)) return undefined;
    const parts = value.map((element) => sumAt(element, after, false));
    return parts.every((part) => typeof part === "bigint") ? parts.reduce((a, b) => a + b, 0n) : undefined;
  }
  if (typeof step === "number" ? !Array.isArray(value) : typeOf(value) !== "object") return undefined;
  if (!Object.hasOwn(value as object, step)) return mayMiss ? "missing" : undefined;
  return sumAt((value as Record<string | number, unknown>)[step], after, mayMiss);
}

/** The amount in millionths, digit by digit; `undefined` where there are more than six decimals or it is none. */
export function millionths(value: unknown): bigint | undefined {
  if (typeof value !== "number" || !(value >= 0 && value <= 9_007_199_254)) return undefined;
  const [, digits = "0", decimals = "", exponent = "0"] =
    /^(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(value)) ?? [];
  const shift = 6 + Number(exponent) - decimals.length;
  const scaled = BigInt(digits + decimals);
  if (shift >= 0) return scaled * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return scaled % divisor === 0n ? scaled / divisor : undefined;
}
