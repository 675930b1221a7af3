export type {
  AuditEvent,
  AuditSink,
  CallResult,
  ChargeRecord,
  DecisionEvent,
  NoticeCode,
  NoticeEvent,
  OutcomeEvent,
  RefusalCode,
  RefusalEvent,
  Side,
} from "./audit/event.js";
export { type CheckOptions, checkPolicy } from "./check/check.js";
export type { ToolCategory, ToolSeverity } from "./classify/category.js";
export { type Confidence, classifyTool, type ToolClassification } from "./classify/classify.js";
export type { RiskSignal, ToolEvidence } from "./classify/evidence.js";
export type { ArgumentGuard, GuardKind } from "./classify/guards.js";
export { type RecommendOptions, recommendPolicy } from "./classify/recommend.js";
export type { OmittedTool, PolicyRecommendation, ToolRecommendation } from "./classify/recommendation.js";
export { decide } from "./compile/decide.js";
export { createMemoryStore, type MemoryStoreOptions } from "./counters/memory.js";
export type {
  CounterName,
  CounterStore,
  Reading,
  Reservation,
  Reserved,
  ReserveOptions,
  StoreCharge,
} from "./counters/store.js";
export { fingerprintTool } from "./definition/fingerprint.js";
export type { HiddenText } from "./definition/hidden-text.js";
export type { ToolDefinition, ToolHints } from "./definition/tool.js";
export type { DenialInfo, DenialResult } from "./enforce/denial.js";
export { createGate, type Gate, type JudgedCall, type RunContext, type RunResult } from "./enforce/gate.js";
export type { CallerInfo, Facts, GateOptions, ListingMode, ListingOptions, Resolver } from "./enforce/options.js";
export type { StandardResult, StandardSchema } from "./enforce/standard-schema.js";
export type { CounterUsage, UsageOptions } from "./enforce/usage.js";
export {
  CallgateError,
  type ErrorCode,
  NotExecutedError,
  OptionsError,
  PolicyError,
  StoreError,
} from "./errors.js";
export type {
  AllowDecision,
  ApprovalDecision,
  ApprovalOwed,
  Bound,
  Call,
  CallContext,
  CallKind,
  Charge,
  CounterScope,
  Decision,
  DecisionCode,
  DenyDecision,
  Finding,
  ListedTool,
  Place,
  Refund,
} from "./evaluate/decision.js";
export type { JsonType } from "./evaluate/json-type.js";
export { explain } from "./explain/explain.js";
export type {
  ArgumentStep,
  ExplainedCondition,
  ExplainedEffect,
  ExplainedStep,
  ExplainedValue,
  ExplainedVerdict,
  ExplainOptions,
  Explanation,
  LimitStep,
  NameStep,
  PinStep,
  RuleStep,
} from "./explain/explanation.js";
export type { Clock } from "./internal/clock.js";
export type { MaybePromise } from "./internal/maybe.js";
export type { IdSource } from "./internal/random-id.js";
export type { Window } from "./internal/window.js";
export type { TargetOptions } from "./mcp/host.js";
export { type ServerLike, wrapServer } from "./mcp/server.js";
export { type TransportLike, wrapTransport } from "./mcp/transport.js";
export { definePolicy, type NamedTool, type PolicyFor, type ToolList } from "./policy/define.js";
export type {
  AllToolsRules,
  ClassRules,
  ConditionDocument,
  ConditionRuleDocument,
  DefaultAction,
  EntryAction,
  JsonSchema,
  JsonValue,
  LimitAlgorithm,
  LimitDocument,
  LimitRefund,
  LimitScope,
  LimitWindow,
  LogicRuleDocument,
  MethodRules,
  Operator,
  Policy,
  PolicyDocument,
  RateLimitDocument,
  RuleDocument,
  ToolRules,
} from "./policy/document.js";
export { fromIntercept } from "./policy/intercept/from-intercept.js";
export type { PolicyCheckCode, PolicyIssue, PolicyIssueCode } from "./policy/issue.js";
export { policyJsonSchema } from "./policy/json-schema.js";
export { type ParsedPolicy, parsePolicy, safeParsePolicy } from "./policy/parse.js";
export { pinPolicy } from "./policy/pin-policy.js";
export type { ScanChange } from "./scan/changes.js";
export type { Grade, GradeReason } from "./scan/grade.js";
export type { ScanProblem } from "./scan/inventory.js";
export { type ScanOptions, scanServer } from "./scan/scan.js";
export type { ScannedItem, ScannedTool, ServerScan } from "./scan/scan-result.js";
export type { ScanTransport } from "./scan/session.js";
export type { ScanClient } from "./scan/source.js";
