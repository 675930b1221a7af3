import type {
  ClassRules,
  ConditionDocument,
  JsonValue,
  LimitDocument,
  PolicyDocument,
  RuleDocument,
  ToolRules,
} from "callgate";
import fc from "fast-check";
import { argumentSchema } from "./schemas.js";

/** Names that a generated policy lists or hides; some of them mean something to a JavaScript object. */
export const TOOL_NAMES = ["read", "pay", "Pay", "delete/repo", "a~b", "é", "__proto__", "constructor"] as const;

/** Patterns that generated policies list or hide by; most match some of the names, and `delete*repo` goes over a `/`. */
export const NAME_PATTERNS = ["*", "p*", "?ay", "*a*", "??a?", "delete*repo", "**", "__*", "constructo?", "?"] as const;

/** URIs that generated policies name, with whether they can be read in one way only. */
export const URIS: ReadonlyMap<string, boolean> = new Map([
  ["note://a", true],
  ["note://b/c", true],
  ["https://example.com/", true],
  ["https://example.com", false],
  ["https://ann@example.com/", false],
  ["note://b/../a", false],
  ["NOTE://a", false],
  ["no uri", false],
]);
const URI_PATTERNS = ["*", "note:*", "*//?", "http*", "?ote://*"];

/** Methods, of MCP and not. */
export const METHODS = [
  "completion/complete",
  "sampling/createMessage",
  "roots/list",
  "ping",
  "vendor/run",
  "vendor/ping",
  "tools/list",
  "notifications/progress",
] as const;
const METHOD_PATTERNS = ["completion/*", "sampling/createMessage", "*s/list", "vendor/*", "vendor/ping", "*"];

/** Where generated conditions look. Generated arguments put something at each of these places. */
export const PATHS = [
  "args.n",
  "args.s",
  "args.deep.n",
  'args["deep.n"]',
  "args.items[*]",
  "args.items[*].price",
  "args.items[0]",
  "args.__proto__",
  "context.role",
] as const;

/** Each counter with what every limit on it must agree on; one is kept by the values of different paths. */
const COUNTERS = [
  { counter: "calls", window: "minute" },
  { counter: "calls", window: "minute", scope: "grant" },
  { counter: "spend", window: "day", scope: "global" },
  { counter: "visits", window: "hour", scope: "session" },
  { counter: "__proto__", window: "day" },
  { counter: "months", window: "month", scope: "global" },
  { counter: "weeks", window: "week" },
  { counter: "spell", window: "session" },
  { counter: "spell", window: "session", scope: "session" },
  { counter: "lately", window: "15m", algorithm: "sliding" },
  { counter: "by value", window: "36h", by: ["args.n"] },
  { counter: "by value", window: "36h", by: ["args.deep.n"] },
  { counter: "by value", window: "36h", by: ["args.items[0]"] },
  { counter: "by caller", window: "second", by: ["tool", "grant.id"], scope: "global" },
] as const satisfies readonly LimitDocument[];

/** Calls in flight; the lease of a counter is one, and neither `min` nor `increment_from` has a meaning. */
const SLOTS = [
  { counter: "slots", window: "in_flight" },
  { counter: "slots", window: "in_flight", lease: "10m" },
  { counter: "own slots", window: "in_flight", lease: "90s", by: ["args.s"] },
] as const satisfies readonly LimitDocument[];

const PLAIN = { noNullPrototype: true } as const;
const text = fc.constantFrom("", "a", "ab", "5", "pay é");
const number = fc.constantFrom(0, 1, 5, 100, 100.5, -1, 0.1, 9007199254740991);

/** Scalars and small structures, few enough that an operand and an argument often agree. */
export const smallJson: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.array(fc.oneof(number, text), { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("n", "price", "__proto__"), number, { maxKeys: 2, ...PLAIN }) },
);

const message = fc.constantFrom("no", "not like this", "");
const path = fc.constantFrom(...PATHS);
const list = fc.array(smallJson, { minLength: 1, maxLength: 3 });
const expression = fc.constantFrom("a", "^a+$", "(?i)PAY", "^$", "[0-9]", "\\bé");

/** Conditions on what is known beside the arguments. */
const beside = fc.oneof(
  fc.record(
    {
      path: fc.constant("tool"),
      op: fc.constantFrom("in" as const, "not_in" as const),
      value: fc.constant(["pay", "é"]),
    },
    PLAIN,
  ),
  fc.record({ path: fc.constant("tool"), op: fc.constant("regex" as const), value: fc.constantFrom("^p", "a") }, PLAIN),
  fc.record(
    { path: fc.constant("grant.id"), op: fc.constant("eq" as const), value: fc.constantFrom("a", "default") },
    PLAIN,
  ),
  fc.record(
    { path: fc.constant("grant.labels.team"), op: fc.constantFrom("eq" as const, "neq" as const), value: smallJson },
    PLAIN,
  ),
  fc.record(
    { path: fc.constantFrom("session.id", "server"), op: fc.constant("eq" as const), value: fc.constant("s") },
    PLAIN,
  ),
  fc.record(
    { path: fc.constantFrom("session.id", "server"), op: fc.constant("exists" as const), value: fc.boolean() },
    PLAIN,
  ),
  fc.record(
    {
      path: fc.constantFrom("time.hour", "time.minute", "time.weekday"),
      op: fc.constantFrom("lt" as const, "gte" as const),
      value: fc.constantFrom(1, 5, 12, 30),
    },
    PLAIN,
  ),
  fc.record(
    {
      path: fc.constant("time.date"),
      op: fc.constant("eq" as const),
      value: fc.constantFrom("2026-01-01", "1969-12-31"),
    },
    PLAIN,
  ),
);

const condition: fc.Arbitrary<ConditionDocument> = fc.oneof(
  { weight: 1, arbitrary: beside },
  { weight: 5, arbitrary: conditionOnArguments() },
);

function conditionOnArguments(): fc.Arbitrary<ConditionDocument> {
  return fc.oneof(
    fc.record({ path, op: fc.constantFrom("eq", "neq", "contains"), value: smallJson }, PLAIN),
    fc.record({ path, op: fc.constantFrom("lt", "lte", "gt", "gte"), value: number }, PLAIN),
    fc.record({ path, op: fc.constantFrom("in", "not_in"), value: list }, PLAIN),
    fc.record({ path, op: fc.constant("exists" as const), value: fc.boolean() }, PLAIN),
    fc.record({ path, op: fc.constant("regex" as const), value: expression }, PLAIN),
  );
}

/** A condition of `require`, where a missing value may be let pass. */
const requiredCondition: fc.Arbitrary<ConditionDocument> = fc
  .tuple(condition, fc.boolean())
  .map(([stated, optional]) =>
    optional && stated.op !== "exists" ? { ...stated, if_present: true as const } : stated,
  );

function ruleOf(conditions: fc.Arbitrary<ConditionDocument>): fc.Arbitrary<RuleDocument> {
  return fc.record(
    {
      conditions: fc.oneof(
        { weight: 12, arbitrary: fc.array(conditions, { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: fc.constant([]) },
      ),
      on_deny: message,
    },
    { requiredKeys: ["conditions"], ...PLAIN },
  );
}

/** A rule of `deny_if` and of `require_approval_if`; and one of `require`. */
export const rule: fc.Arbitrary<RuleDocument> = ruleOf(condition);
export const requirement: fc.Arbitrary<RuleDocument> = ruleOf(requiredCondition);

/** A list that is empty more often than not, so that not everything is refused by something. */
function seldom<T>(member: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<T[]>([]) },
    { weight: 1, arbitrary: fc.array(member, { maxLength: 2 }) },
  );
}

const amount = fc.constantFrom(0, 1, 2.5, 0.000001, 9007199254);

const refund = fc.constantFrom("not_executed" as const, "rejected" as const, "error" as const);

const counted = fc.tuple(
  fc.constantFrom<LimitDocument>(...COUNTERS),
  fc.record(
    {
      max: amount,
      min: fc.constantFrom(0, 1, 0.5),
      increment: amount,
      increment_from: fc.constantFrom("args.n", "args.items[*]", "args.items[*].price"),
      refund,
      on_deny: message,
    },
    { requiredKeys: [], ...PLAIN },
  ),
);

const inFlight = fc.tuple(
  fc.constantFrom<LimitDocument>(...SLOTS),
  fc.record({ max: amount, increment: amount, refund, on_deny: message }, { requiredKeys: [], ...PLAIN }),
);

export const limit: fc.Arbitrary<LimitDocument> = fc
  .oneof({ weight: 5, arbitrary: counted }, { weight: 1, arbitrary: inFlight })
  .map(([counter, rest]) => ({ ...counter, ...rest }));

const entryShapes = {
  require: fc.array(requirement, { maxLength: 2 }),
  deny_if: fc.array(rule, { maxLength: 2 }),
  require_approval_if: fc.array(rule, { maxLength: 1 }),
  limits: fc.array(limit, { maxLength: 2 }),
  action: fc.oneof(
    { weight: 6, arbitrary: fc.constant("allow" as const) },
    { weight: 1, arbitrary: fc.constant("deny" as const) },
    { weight: 3, arbitrary: fc.constant("require_approval" as const) },
  ),
  reason: message,
  rate_limit: fc.oneof(
    fc.record({ max: amount, window: fc.constantFrom(1, 60, 3600) }, PLAIN),
    fc.constantFrom("10/minute", "5/15m", "0/week", "1/month"),
  ),
};

const entryRules: fc.Arbitrary<Omit<ToolRules, "args">> = fc.record(entryShapes, { requiredKeys: [], ...PLAIN });

export const toolRules: fc.Arbitrary<ToolRules> = fc
  .tuple(
    entryRules,
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 3, arbitrary: argumentSchema },
      { weight: 1, arbitrary: fc.constant("tool" as const) },
    ),
  )
  .map(([rules, args]) => (args === undefined ? rules : { ...rules, args }));

/** A section for resources or prompts, over these names and patterns. */
function section(names: readonly string[], patterns: readonly string[]): fc.Arbitrary<ClassRules> {
  return fc.record(
    {
      default: fc.constantFrom("deny" as const, "allow" as const),
      hide: fc.oneof(
        { weight: 5, arbitrary: fc.constant<string[]>([]) },
        { weight: 1, arbitrary: fc.array(fc.constantFrom(...names, ...patterns), { maxLength: 2 }) },
      ),
      entries: fc.dictionary(fc.constantFrom(...names, ...patterns), entryRules, { maxKeys: 4, ...PLAIN }),
    },
    { requiredKeys: ["default"], ...PLAIN },
  );
}

const methodNames = fc.array(fc.constantFrom(...METHOD_PATTERNS), { maxLength: 2 });

/** Documents that `parsePolicy` accepts, over a small vocabulary of tools, paths and values. */
export const policyDocument: fc.Arbitrary<PolicyDocument> = fc.record(
  {
    version: fc.constant("1" as const),
    default: fc.constantFrom("deny" as const, "allow" as const),
    hide: fc.oneof(
      { weight: 19, arbitrary: fc.array(fc.constantFrom(...TOOL_NAMES), { maxLength: 1 }) },
      { weight: 2, arbitrary: fc.array(fc.constantFrom(...NAME_PATTERNS), { minLength: 1, maxLength: 2 }) },
    ),
    all_tools: fc.record(
      {
        require: seldom(requirement),
        deny_if: seldom(rule),
        require_approval_if: seldom(rule),
        limits: fc.array(limit, { maxLength: 2 }),
      },
      { requiredKeys: [], ...PLAIN },
    ),
    tools: fc.dictionary(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom<string>(...TOOL_NAMES) },
        { weight: 2, arbitrary: fc.constantFrom<string>(...NAME_PATTERNS) },
      ),
      toolRules,
      { maxKeys: 6, ...PLAIN },
    ),
    resources: section([...URIS.keys()], URI_PATTERNS),
    prompts: section(TOOL_NAMES, NAME_PATTERNS),
    methods: fc.record({ allow: methodNames, deny: methodNames }, { requiredKeys: [], ...PLAIN }),
  },
  { requiredKeys: ["version", "default"], ...PLAIN },
);

/** The same document with the keys of every object in another order. */
export function reorderKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reorderKeys) as T;
  if (value === null || typeof value !== "object") return value;
  const reordered: object = Object.create(Object.getPrototypeOf(value));
  for (const key of Object.keys(value).reverse()) {
    const member = reorderKeys((value as Record<string, unknown>)[key]);
    Object.defineProperty(reordered, key, { value: member, enumerable: true, writable: true, configurable: true });
  }
  return reordered as T;
}
