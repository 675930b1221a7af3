import type { RefusalCode } from "../audit/event.js";
import { type CopyLimits, copyJson, NotJsonError } from "../internal/json-copy.js";
import { own } from "../internal/own.js";
import { jsonPointer } from "../internal/pointer.js";

export type RequestId = string | number;
export type Params = { readonly [name: string]: unknown };

/** A message whose members were each read once. `message` has what was read: it is what is judged and what is sent. */
export type Message = Request | Notification | Response | Malformed;

export interface Request {
  readonly kind: "request";
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
  readonly message: object;
}

export interface Notification {
  readonly kind: "notification";
  readonly method: string;
  readonly params: Params;
  readonly message: object;
}

/** Exactly one of `result` and `error` is there. */
export interface Response {
  readonly kind: "response";
  readonly id: unknown;
  readonly result: unknown;
  readonly error: unknown;
  readonly message: object;
}

/** A message that is not handed on: why, and to which request an answer is due, if to any. */
export interface Malformed {
  readonly kind: "malformed";
  readonly code: RefusalCode;
  readonly reason: string;
  /** JSON-RPC code of the answer. */
  readonly rpcCode: typeof INVALID_REQUEST | typeof INVALID_PARAMS;
  /** The id, where it is one; of a request, if `asks`, and otherwise of the request it would answer. */
  readonly id: RequestId | undefined;
  readonly asks: boolean;
  readonly method: string | undefined;
}

export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** The members of a message, each read once. What is `undefined` is as good as absent. */
interface Envelope {
  jsonrpc: unknown;
  id: unknown;
  /** An `id` that is there and `undefined` is no request of anybody's. */
  hasId: boolean;
  method: unknown;
  params: unknown;
  result: unknown;
  error: unknown;
  hasOther: boolean;
}

/** What becomes of the values inside a message: copied, because they are judged, or handed on as they are. */
type Copy = (value: unknown, method: string | undefined) => unknown;

/** Reads a message of the caller: a copy in depth, within `caps`. */
export function readFromCaller(message: unknown, caps: CopyLimits): Message {
  return read(message, (value, method) => (method === "tools/call" ? copyCall(value, caps) : copy(value, caps)));
}

/** Reads a message of the called. Its members are read once; what they hold is handed on as it is. */
export function readFromCalled(message: unknown): Message {
  return read(message, (value) => value);
}

export function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A copy as `JSON.stringify` would see the value: keys that are `undefined` are left out. */
export function copy(value: unknown, { depth, values }: CopyLimits): unknown {
  return copyJson(value, { depth, values, undefinedKeys: "drop", prototype: Object.prototype });
}

/** A shape that is not exactly a JSON-RPC 2.0 request, notification or response is malformed. */
function read(message: unknown, copied: Copy): Message {
  const envelope = emptyEnvelope();
  try {
    if (Array.isArray(message)) return malformed(envelope, "batch", "batches are not accepted");
    readMembers(message, envelope);
    const fault = faultOf(envelope);
    if (fault !== undefined) return malformed(envelope, "malformed", fault);
  } catch (error) {
    return malformed(envelope, "malformed", reasonOf(error));
  }
  try {
    return envelope.method === undefined ? toResponse(envelope, copied) : toRequest(envelope, copied);
  } catch (error) {
    return malformed(envelope, "malformed", reasonOf(error), INVALID_PARAMS);
  }
}

function emptyEnvelope(): Envelope {
  return {
    jsonrpc: undefined,
    id: undefined,
    hasId: false,
    method: undefined,
    params: undefined,
    result: undefined,
    error: undefined,
    hasOther: false,
  };
}

function readMembers(message: unknown, envelope: Envelope): void {
  if (!isObject(message)) throw new NotJsonError("not_json", "a message that is not an object", []);
  for (const key of Object.keys(message)) {
    switch (key) {
      case "id":
        envelope.hasId = true;
        envelope.id = message.id;
        break;
      case "jsonrpc":
      case "method":
      case "params":
      case "result":
      case "error":
        envelope[key] = message[key];
        break;
      default:
        envelope.hasOther ||= message[key] !== undefined;
    }
  }
}

function faultOf({ jsonrpc, id, hasId, method, params, result, error, hasOther }: Envelope): string | undefined {
  if (jsonrpc !== "2.0") return '`jsonrpc` must be "2.0"';
  if (hasOther) return "a message has no members but those of JSON-RPC";
  if (method === undefined) {
    if (params !== undefined) return "a response has no `params`";
    return (result === undefined) === (error === undefined) ? "a response has either `result` or `error`" : undefined;
  }
  if (result !== undefined || error !== undefined) return "a message is either a request or a response";
  if (typeof method !== "string" || method === "") return "`method` must be a string that is not empty";
  if (hasId && !isRequestId(id)) return "`id` must be a string or a whole number";
  return params === undefined || isObject(params) ? undefined : "`params` must be an object";
}

function toRequest({ id, hasId, method: named, params: given }: Envelope, copied: Copy): Request | Notification {
  const method = named as string;
  const params = given === undefined ? undefined : (copied(given, method) as Params);
  const message: Record<string, unknown> = hasId ? { jsonrpc: "2.0", id, method } : { jsonrpc: "2.0", method };
  if (params !== undefined) message.params = params;
  const parts = { method, params: params ?? {}, message };
  return hasId ? { kind: "request", id: id as RequestId, ...parts } : { kind: "notification", ...parts };
}

function toResponse({ id, result: given, error: failed }: Envelope, copied: Copy): Response {
  const result = given === undefined ? undefined : copied(given, undefined);
  const error = failed === undefined ? undefined : copied(failed, undefined);
  const message = error === undefined ? { jsonrpc: "2.0", id, result } : { jsonrpc: "2.0", id, error };
  return { kind: "response", id, result, error, message };
}

/** The parameters of a tool call. Its arguments must be JSON as they are: nothing of them is dropped. */
function copyCall(params: unknown, { depth, values }: CopyLimits): unknown {
  return copyJson(params, {
    depth,
    values,
    undefinedKeys: "drop",
    refuseUnder: "arguments",
    prototype: Object.prototype,
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof NotJsonError)) return "the message could not be read";
  const place = error.path.length === 0 ? "" : ` at ${jsonPointer(error.path)}`;
  return `a message must be JSON, found ${error.message}${place}`;
}

function malformed(
  { id, method }: Envelope,
  code: RefusalCode,
  reason: string,
  rpcCode: Malformed["rpcCode"] = INVALID_REQUEST,
): Malformed {
  return {
    kind: "malformed",
    code,
    reason,
    rpcCode,
    id: isRequestId(id) ? id : undefined,
    asks: method !== undefined,
    method: typeof method === "string" ? method : undefined,
  };
}

/** The code of a JSON-RPC error, where it has one. */
export function codeOf(error: unknown): number | undefined {
  const code = isObject(error) ? own(error, "code") : undefined;
  return typeof code === "number" ? code : undefined;
}
