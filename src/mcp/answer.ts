import { denialResult, denialText, type Retry } from "../enforce/denial.js";
import type { DenyDecision } from "../evaluate/decision.js";
import { own } from "../internal/own.js";
import { INVALID_PARAMS, isObject, METHOD_NOT_FOUND, type Params, type RequestId } from "./message.js";

const PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";

/** The revision from which results carry `resultType`. Revisions are dates, so their order is that of their text. */
const RESULT_TYPES_SINCE = "2026-07-28";

/** Whether a request says that it speaks 2026-07-28 or later. Each request says so itself; nothing else can tell. */
export function isModern(params: Params): boolean {
  const meta = own(params, "_meta");
  const version = isObject(meta) ? own(meta, PROTOCOL_VERSION) : undefined;
  return typeof version === "string" && version >= RESULT_TYPES_SINCE;
}

/** The answer to a denied `tools/call`: a result the model can read; for a task-augmented call an error. */
export function denialAnswer(id: RequestId, params: Params, decision: DenyDecision, retry: Retry): object {
  const result = denialResult(decision, retry);
  if (own(params, "task") !== undefined)
    return errorAnswer(id, INVALID_PARAMS, denialText(decision.message), result._meta);
  return { jsonrpc: "2.0", id, result: isModern(params) ? { ...result, resultType: "complete" } : result };
}

/** The answer to a denied request that is not a tool call. */
export function methodDenialAnswer(id: RequestId, decision: DenyDecision, retry: Retry, rpcCode: number): object {
  const { _meta } = denialResult(decision, retry);
  const message = rpcCode === METHOD_NOT_FOUND ? "Method not found" : denialText(decision.message);
  return errorAnswer(id, rpcCode, message, rpcCode === METHOD_NOT_FOUND ? undefined : _meta);
}

export function errorAnswer(id: RequestId, code: number, message: string, data?: object): object {
  return { jsonrpc: "2.0", id, error: data === undefined ? { code, message } : { code, message, data } };
}
