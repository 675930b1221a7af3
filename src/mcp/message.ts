import type { RefusalCode } from "../audit/event.js";
import { type CopyLimits, copyJson, NotJsonError } from "../internal/json-copy.js";
import { jsonPointer } from "../internal/pointer.js";

export type RequestId = string | number;
export type Params = { readonly [name: string]: unknown };

/** A message as it was read, once: what is judged is `message`, and `message` is what is sent. */
export type ReadMessage =
  | {
      readonly kind: "request";
      readonly id: RequestId;
      readonly method: string;
      readonly params: Params;
      readonly message: object;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: Params; readonly message: object }
  | { readonly kind: "response"; readonly message: object }
  | Malformed;

/** A message that is not forwarded: why, and to which request an answer is due, if to any. */
export interface Malformed {
  readonly kind: "malformed";
  readonly code: RefusalCode;
  readonly reason: string;
  /** JSON-RPC code of the answer. */
  readonly rpcCode: typeof INVALID_REQUEST | typeof INVALID_PARAMS;
  readonly id: RequestId | undefined;
  readonly method: string | undefined;
}

export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

const REQUEST_KEYS: ReadonlySet<string> = new Set(["jsonrpc", "id", "method", "params"]);
const RESPONSE_KEYS: ReadonlySet<string> = new Set(["jsonrpc", "id", "result", "error"]);

/**
 * Copies a message that asks for something, every part read once, and says what it is. A shape that is not exactly a
 * JSON-RPC 2.0 request, notification or response is malformed.
 */
export function readMessage(message: unknown, caps: CopyLimits): ReadMessage {
  if (Array.isArray(message)) return malformed({}, "batch", "batches are not accepted");
  let members: Record<string, unknown>;
  try {
    members = ownMembers(message);
  } catch (error) {
    return malformed({}, "malformed", reasonOf(error));
  }
  const fault = envelopeFault(members);
  if (fault !== undefined) return malformed(members, "malformed", fault);
  try {
    return classify(members, caps);
  } catch (error) {
    return malformed(members, "malformed", reasonOf(error), INVALID_PARAMS);
  }
}

export function isRequestId(id: unknown): id is RequestId {
  return typeof id === "string" || Number.isSafeInteger(id);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The own enumerable members with a value, each read once. */
function ownMembers(message: unknown): Record<string, unknown> {
  if (!isObject(message)) throw new NotJsonError("not_json", "a message that is not an object", []);
  const members: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(message)) {
    const value = message[key];
    // An `id` that is there and undefined is no request of anybody's; other members are as good as absent.
    if (value !== undefined || key === "id") members[key] = value;
  }
  return members;
}

function envelopeFault(members: Record<string, unknown>): string | undefined {
  if (members.jsonrpc !== "2.0") return '`jsonrpc` must be "2.0"';
  const keys = Object.keys(members);
  if ("method" in members) {
    if (!keys.every((key) => REQUEST_KEYS.has(key))) return "a request has no members but `id`, `method` and `params`";
    if (typeof members.method !== "string" || members.method === "") return "`method` must be a string";
    if ("id" in members && !isRequestId(members.id)) return "`id` must be a string or a whole number";
    return members.params === undefined || isObject(members.params) ? undefined : "`params` must be an object";
  }
  if (!keys.every((key) => RESPONSE_KEYS.has(key))) return "a response has no members but `id`, `result` and `error`";
  return "result" in members !== "error" in members ? undefined : "a response has either `result` or `error`";
}

function classify(members: Record<string, unknown>, caps: CopyLimits): ReadMessage {
  if (!("method" in members)) return { kind: "response", message: copy(members, caps, "drop") as object };
  const method = members.method as string;
  const params = members.params === undefined ? undefined : copyParams(members.params, method, caps);
  const message: Record<string, unknown> = { jsonrpc: "2.0" };
  if ("id" in members) message.id = members.id;
  message.method = method;
  if (params !== undefined) message.params = params;
  const read = { method, params: params ?? {}, message };
  return "id" in members
    ? { kind: "request", id: members.id as RequestId, ...read }
    : { kind: "notification", ...read };
}

/** Members that are `undefined` are left out, as on the wire; but a tool's arguments must be JSON as they are. */
function copyParams(params: unknown, method: string, caps: CopyLimits): Params {
  if (method !== "tools/call") return copy(params, caps, "drop") as Params;
  const { arguments: args, ...rest } = ownMembers(params);
  const copied = copy(rest, caps, "drop") as Record<string, unknown>;
  if (args !== undefined) copied.arguments = copyArguments(args, caps);
  return copied;
}

function copyArguments(args: unknown, caps: CopyLimits): unknown {
  try {
    return copy(args, caps, "refuse");
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new NotJsonError(error.fault, error.message, ["arguments", ...error.path]);
  }
}

function copy(value: unknown, { depth, values }: CopyLimits, undefinedKeys: "drop" | "refuse"): unknown {
  return copyJson(value, { depth, values, undefinedKeys, prototype: Object.prototype });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof NotJsonError)) return "the message could not be read";
  const place = error.path.length === 0 ? "" : ` at ${jsonPointer(error.path)}`;
  return `a message must be JSON, found ${error.message}${place}`;
}

function malformed(
  members: Record<string, unknown>,
  code: RefusalCode,
  reason: string,
  rpcCode: Malformed["rpcCode"] = INVALID_REQUEST,
): Malformed {
  const id = "method" in members && isRequestId(members.id) ? members.id : undefined;
  const method = typeof members.method === "string" ? members.method : undefined;
  return { kind: "malformed", code, reason, rpcCode, id, method };
}
