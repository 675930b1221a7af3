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
export type { ToolCategory, ToolSeverity } from "./classify/category.js";
export { type Confidence, classifyTool, type ToolClassification } from "./classify/classify.js";
export type { RiskSignal, ToolEvidence } from "./classify/evidence.js";
export { fingerprintTool } from "./classify/fingerprint.js";
export type { ArgumentGuard, GuardKind } from "./classify/guards.js";
export { type RecommendOptions, recommendPolicy } from "./classify/recommend.js";
export type { OmittedTool, PolicyRecommendation, ToolRecommendation } from "./classify/recommendation.js";
export type { ToolDefinition, ToolHints } from "./classify/tool.js";
export { decide } from "./compile/decide.js";
export { createMemoryStore, type MemoryStoreOptions } from "./counters/memory.js";
export type {
  CounterStore,
  Reading,
  Reservation,
  Reserved,
  ReserveOptions,
  StoreCharge,
} from "./counters/store.js";
export type { DenialInfo, DenialResult } from "./enforce/denial.js";
export { createGate, type Gate, type JudgedCall, type RunContext, type RunResult } from "./enforce/gate.js";
export type { CallerInfo, Facts, GateOptions, Resolver } from "./enforce/options.js";
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
  Call,
  CallContext,
  CallKind,
  Charge,
  CounterScope,
  Decision,
  DecisionCode,
  DenyDecision,
  Finding,
  Place,
} from "./evaluate/decision.js";
export type { Clock } from "./internal/clock.js";
export type { MaybePromise } from "./internal/maybe.js";
export type { IdSource } from "./internal/random-id.js";
export type { TargetOptions } from "./mcp/host.js";
export { type ServerLike, wrapServer } from "./mcp/server.js";
export { type TransportLike, wrapTransport } from "./mcp/transport.js";
export type {
  AllToolsRules,
  ClassRules,
  ConditionDocument,
  DefaultAction,
  EntryAction,
  JsonValue,
  LimitDocument,
  LimitScope,
  LimitWindow,
  MethodRules,
  Operator,
  Policy,
  PolicyDocument,
  RateLimitDocument,
  RuleDocument,
  ToolRules,
} from "./policy/document.js";
export type { PolicyIssue, PolicyIssueCode } from "./policy/issue.js";
export { type ParsedPolicy, parsePolicy, safeParsePolicy } from "./policy/parse.js";
