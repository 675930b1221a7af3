import * as root from "callgate";
import * as postgres from "callgate/postgres";
import * as redis from "callgate/redis";
import * as sqlite from "callgate/sqlite";
import * as testing from "callgate/testing";
import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { type Difference, difference, readSurface } from "./surface.js";

const none: Difference = { missing: [], extra: [] };

const values = {
  callgate: [
    "CallgateError",
    "NotExecutedError",
    "OptionsError",
    "PolicyError",
    "StoreError",
    "checkPolicy",
    "classifyTool",
    "createGate",
    "createMemoryStore",
    "decide",
    "definePolicy",
    "explain",
    "fingerprintTool",
    "fromIntercept",
    "parsePolicy",
    "pinPolicy",
    "policyJsonSchema",
    "recommendPolicy",
    "safeParsePolicy",
    "scanServer",
    "wrapServer",
    "wrapTransport",
  ],
  "callgate/postgres": ["createPostgresStore"],
  "callgate/redis": ["createRedisStore"],
  "callgate/sqlite": ["createSqliteStore"],
  "callgate/testing": [
    "UnexpectedDecision",
    "counterStoreContract",
    "createRecordingSink",
    "createSettableClock",
    "expectAllowed",
    "expectDenied",
  ],
} satisfies Record<string, string[]>;

const types = {
  callgate: [
    "AllToolsRules",
    "AllowDecision",
    "ApprovalDecision",
    "ApprovalOwed",
    "ArgumentGuard",
    "ArgumentStep",
    "AuditEvent",
    "AuditSink",
    "Bound",
    "Call",
    "CallContext",
    "CallKind",
    "CallResult",
    "CallerInfo",
    "Charge",
    "ChargeRecord",
    "CheckOptions",
    "ClassRules",
    "Clock",
    "ConditionDocument",
    "ConditionRuleDocument",
    "Confidence",
    "CounterName",
    "CounterScope",
    "CounterStore",
    "CounterUsage",
    "Decision",
    "DecisionCode",
    "DecisionEvent",
    "DefaultAction",
    "DenialInfo",
    "DenialResult",
    "DenyDecision",
    "EntryAction",
    "ErrorCode",
    "ExplainOptions",
    "ExplainedCondition",
    "ExplainedEffect",
    "ExplainedStep",
    "ExplainedValue",
    "ExplainedVerdict",
    "Explanation",
    "Facts",
    "Finding",
    "Gate",
    "GateOptions",
    "Grade",
    "GradeReason",
    "GuardKind",
    "HiddenText",
    "IdSource",
    "JsonSchema",
    "JsonType",
    "JsonValue",
    "JudgedCall",
    "LimitAlgorithm",
    "LimitDocument",
    "LimitRefund",
    "LimitScope",
    "LimitStep",
    "LimitWindow",
    "ListedTool",
    "ListingMode",
    "ListingOptions",
    "LogicRuleDocument",
    "MaybePromise",
    "MemoryStoreOptions",
    "MethodRules",
    "NameStep",
    "NamedTool",
    "NoticeCode",
    "NoticeEvent",
    "OmittedTool",
    "Operator",
    "OutcomeEvent",
    "ParsedPolicy",
    "PinStep",
    "Place",
    "Policy",
    "PolicyCheckCode",
    "PolicyDocument",
    "PolicyFor",
    "PolicyIssue",
    "PolicyIssueCode",
    "PolicyRecommendation",
    "RateLimitDocument",
    "Reading",
    "RecommendOptions",
    "Refund",
    "RefusalCode",
    "RefusalEvent",
    "Reservation",
    "ReserveOptions",
    "Reserved",
    "Resolver",
    "RiskSignal",
    "RuleDocument",
    "RuleStep",
    "RunContext",
    "RunResult",
    "ScanChange",
    "ScanClient",
    "ScanOptions",
    "ScanProblem",
    "ScanTransport",
    "ScannedItem",
    "ScannedTool",
    "ServerLike",
    "ServerScan",
    "Side",
    "StandardResult",
    "StandardSchema",
    "StoreCharge",
    "TargetOptions",
    "ToolCategory",
    "ToolClassification",
    "ToolDefinition",
    "ToolEvidence",
    "ToolHints",
    "ToolList",
    "ToolRecommendation",
    "ToolRules",
    "ToolSeverity",
    "TransportLike",
    "UsageOptions",
    "Window",
  ],
  "callgate/sqlite": ["SqliteDatabase", "SqliteStatement", "SqliteStoreOptions"],
  "callgate/redis": ["IoredisClient", "NodeRedisClient", "RedisClient", "RedisStore", "RedisStoreOptions"],
  "callgate/postgres": ["PostgresPool", "PostgresStore", "PostgresStoreOptions"],
  "callgate/testing": [
    "CounterStoreClaims",
    "CounterStoreSubject",
    "RecordingSink",
    "SettableClock",
    "StoreCapacity",
    "SubjectClock",
    "TestRunner",
  ],
} satisfies Record<keyof typeof values, string[]>;

const modules: Readonly<Record<keyof typeof values, object>> = {
  callgate: root,
  "callgate/sqlite": sqlite,
  "callgate/redis": redis,
  "callgate/postgres": postgres,
  "callgate/testing": testing,
};

const entries: Readonly<Record<keyof typeof values, string>> = {
  callgate: "src/index.ts",
  "callgate/sqlite": "src/sqlite.ts",
  "callgate/redis": "src/redis.ts",
  "callgate/postgres": "src/postgres.ts",
  "callgate/testing": "src/testing.ts",
};

/** Unions that callers switch on: a code that is new or gone is a change of the surface. */
const unions: readonly { type: string; property?: string; literals: string[] }[] = [
  { type: "Decision", property: "outcome", literals: ["allow", "deny", "require_approval"] },
  { type: "AllowDecision", property: "code", literals: ["allowed"] },
  {
    type: "DenyDecision",
    property: "code",
    literals: ["not_permitted", "invalid_arguments", "denied", "approval_required", "rate_limited", "unavailable"],
  },
  { type: "ApprovalDecision", property: "code", literals: ["approval_required"] },
  {
    type: "DenialInfo",
    property: "code",
    literals: ["not_permitted", "invalid_arguments", "denied", "approval_required", "rate_limited", "unavailable"],
  },
  { type: "CallKind", literals: ["tool", "resource", "prompt", "method"] },
  {
    type: "ErrorCode",
    literals: [
      "invalid_policy",
      "invalid_options",
      "already_wrapped",
      "already_connected",
      "store_full",
      "store_timeout",
      "store_failed",
      "not_executed",
      "invalid_tool",
      "scan_failed",
    ],
  },
  { type: "ToolCategory", literals: ["Read", "Write", "Execute", "Destructive", "Financial"] },
  { type: "ToolSeverity", literals: ["low", "medium", "high", "critical"] },
  { type: "Confidence", literals: ["high", "medium", "low"] },
  { type: "RiskSignal", literals: ["url", "code", "credentials", "bulk", "admin", "contradiction", "unread"] },
  { type: "Grade", literals: ["A", "B", "C", "D", "F"] },
  { type: "GuardKind", literals: ["schema", "path", "host", "spend"] },
  {
    type: "PolicyIssueCode",
    literals: [
      "invalid_encoding",
      "invalid_json",
      "not_json",
      "too_large",
      "too_deep",
      "too_many_tools",
      "duplicate_key",
      "wrong_type",
      "missing_key",
      "unknown_key",
      "invalid_value",
      "invalid_name",
      "invalid_path",
      "invalid_operand",
      "invalid_regex",
      "invalid_logic",
      "invalid_amount",
      "invalid_schema",
      "contradictory_counter",
      "cannot_convert",
    ],
  },
  {
    type: "PolicyCheckCode",
    literals: [
      "unmatched_name",
      "unmatched_pattern",
      "lists_everything",
      "hidden_entry",
      "unknown_argument",
      "type_mismatch",
      "value_not_in_enum",
      "optional_argument",
      "never_true",
      "always_fires",
      "contradictory_conditions",
      "empty_requirement",
      "unanchored_regex",
      "misplaced_operator",
      "amount_without_currency",
      "unbounded_by",
      "session_limit",
      "limit_never_binds",
      "limit_always_refuses",
      "unread_counter",
      "unruled_class",
      "pin_mismatch",
      "unguarded_destructive",
      "destructive_by_default",
    ],
  },
  {
    type: "PolicyCheckCode",
    literals: [
      "unmatched_name",
      "unmatched_pattern",
      "lists_everything",
      "hidden_entry",
      "unknown_argument",
      "type_mismatch",
      "value_not_in_enum",
      "optional_argument",
      "never_true",
      "always_fires",
      "contradictory_conditions",
      "empty_requirement",
      "unanchored_regex",
      "misplaced_operator",
      "amount_without_currency",
      "unbounded_by",
      "session_limit",
      "limit_never_binds",
      "limit_always_refuses",
      "unread_counter",
      "unruled_class",
      "pin_mismatch",
      "unguarded_destructive",
      "destructive_by_default",
    ],
  },
  { type: "PolicyIssue", property: "severity", literals: ["error", "warning"] },
  { type: "AuditEvent", property: "type", literals: ["decision", "outcome", "refusal", "notice"] },
  {
    type: "CallResult",
    literals: ["ok", "task", "tool_error", "protocol_error", "threw", "cancelled", "closed", "not_executed"],
  },
  {
    type: "RefusalCode",
    literals: [
      "batch",
      "malformed",
      "notification_call",
      "invalid_name",
      "invalid_arguments",
      "duplicate_id",
      "unknown_response",
      "wrong_direction",
      "foreign_task",
      "too_many_pages",
    ],
  },
  {
    type: "NoticeCode",
    literals: [
      "grant_not_resolved",
      "limit_cannot_hold",
      "tools_removed",
      "names_removed",
      "ambiguous_tool",
      "unfilterable_list",
      "counters_reset",
      "pin_mismatch",
      "poisoned_text",
      "shadowed_tool",
      "lease_lost",
      "release_failed",
    ],
  },
  { type: "Side", literals: ["client", "server", "direct"] },
  {
    type: "Operator",
    literals: [
      "eq",
      "neq",
      "lt",
      "lte",
      "gt",
      "gte",
      "in",
      "not_in",
      "exists",
      "regex",
      "contains",
      "path_within",
      "host_in",
    ],
  },
  {
    type: "LimitWindow",
    literals: [
      ...["second", "minute", "hour", "day", "week", "month", "session", "in_flight"],
      ...["…s", "…m", "…h", "…d"],
    ],
  },
  { type: "Window", property: "kind", literals: ["fixed", "month", "sliding", "session", "in_flight"] },
  { type: "LimitAlgorithm", literals: ["fixed", "sliding"] },
  { type: "LimitRefund", literals: ["not_executed", "rejected", "error"] },
  { type: "Refund", literals: ["not_executed", "rejected", "error"] },
  { type: "LimitScope", literals: ["grant", "session", "global"] },
  { type: "EntryAction", literals: ["allow", "deny", "require_approval"] },
];

const surface = readSurface(Object.values(entries));

describe("the public surface", () => {
  test("the package has these subpaths", () => {
    expect(
      difference(
        [
          ".",
          "./sqlite",
          "./redis",
          "./postgres",
          "./postgres.sql",
          "./testing",
          "./policy.schema.json",
          "./package.json",
        ],
        Object.keys(manifest.exports),
      ),
    ).toEqual(none);
  });

  test.each(Object.entries(values))("%s exports these values at run time", (subpath, pinned) => {
    expect(difference(pinned, Object.keys(modules[subpath as keyof typeof values]))).toEqual(none);
  });

  test.each(Object.entries(types))("%s exports these names and types to the compiler", (subpath, pinned) => {
    const key = subpath as keyof typeof values;
    expect(difference([...values[key], ...pinned], surface.names(entries[key]))).toEqual(none);
  });

  test.each(unions.map((union) => [[union.type, union.property ?? []].flat().join("."), union] as const))(
    "%s has these values",
    (_name, { type, property, literals }) => {
      expect(difference(literals, surface.literals("src/index.ts", type, property))).toEqual(none);
    },
  );
});

describe("a planted change is seen", () => {
  test("a name that is gone is missing", () => {
    expect(difference(["decide", "explain"], ["decide"])).toEqual({ missing: ["explain"], extra: [] });
  });

  test("a name that is new is extra", () => {
    expect(difference(["decide"], ["decide", "explain"])).toEqual({ missing: [], extra: ["explain"] });
  });

  test("a type alone is a change", () => {
    const [first, ...rest] = surface.names("src/index.ts");
    expect(difference(rest, surface.names("src/index.ts"))).toEqual({ missing: [], extra: [first] });
    expect(surface.names("src/index.ts")).toContain("Decision");
    expect(Object.keys(root)).not.toContain("Decision");
  });

  test("a code that is new is extra", () => {
    const outcomes = surface.literals("src/index.ts", "Decision", "outcome");
    expect(difference(["allow", "deny"], outcomes)).toEqual({ missing: [], extra: ["require_approval"] });
  });
});
