import { denialResult, denialText, NO_RETRY } from "../enforce/denial.js";
import type { Engine } from "../enforce/engine.js";
import type { DenyDecision } from "../evaluate/decision.js";
import { chain, type MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import { errorAnswer } from "./answer.js";
import type { Connection } from "./connection.js";
import type { LiveRequest } from "./live.js";
import { INVALID_PARAMS, isObject, METHOD_NOT_FOUND, type RequestId } from "./message.js";

/** JSON-RPC code that a client answers with when its person declines a request for sampling. */
const USER_REJECTED = -1;

/** What the called is told when a policy denies what it wants of the caller. */
export function refusalOf(id: RequestId, method: string): object {
  switch (method) {
    case "sampling/createMessage":
      return errorAnswer(id, USER_REJECTED, "User rejected sampling request");
    case "elicitation/create":
      return { jsonrpc: "2.0", id, result: { action: "decline" } };
    default:
      return errorAnswer(id, METHOD_NOT_FOUND, "Method not found");
  }
}

/**
 * On 2026-07-28 what the called wants of the caller arrives inside results, as `inputRequests`. A result that wants
 * what the policy denies is replaced by the denial: a client would fulfil it without a request ever being sent.
 */
export class WantedInResults {
  readonly #engine: Engine;
  readonly #connection: Connection;

  constructor(engine: Engine, connection: Connection) {
    this.#engine = engine;
    this.#connection = connection;
  }

  /** The answer in place of a result that wants something forbidden; `undefined` for any other. */
  forbidden(live: LiveRequest, result: unknown): MaybePromise<object | undefined> {
    if (!isObject(result)) return undefined;
    const wanted = own(result, "inputRequests");
    if (!isObject(wanted)) return undefined;
    return chain(this.#firstDenied(live, Object.values(wanted)), (denied) =>
      denied === undefined ? undefined : replacement(live, denied),
    );
  }

  #firstDenied(live: LiveRequest, wanted: readonly unknown[]): MaybePromise<DenyDecision | undefined> {
    if (wanted.length === 0) return undefined;
    const [first, ...rest] = wanted;
    const method = isObject(first) ? own(first, "method") : undefined;
    if (typeof method !== "string") return this.#firstDenied(live, rest);
    const asked = this.#connection.askedFor({ kind: "method", name: method }, live.asking, live.id);
    return chain(this.#engine.forbids(asked), (denied) => denied ?? this.#firstDenied(live, rest));
  }
}

function replacement({ id, method }: LiveRequest, denied: DenyDecision): object {
  const result = denialResult(denied, NO_RETRY);
  if (method === "tools/call") return { jsonrpc: "2.0", id, result: { ...result, resultType: "complete" } };
  return errorAnswer(id, INVALID_PARAMS, denialText(denied.message), result._meta);
}
