import type { Admission, Engine } from "../enforce/engine.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import { nameFault } from "../internal/tool-name.js";
import { denialAnswer, errorAnswer, methodDenialAnswer } from "./answer.js";
import type { Connection } from "./connection.js";
import { filterTools, isToolList } from "./listing.js";
import { type LiveRequest, LiveRequests } from "./live.js";
import {
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  isObject,
  isRequestId,
  type Malformed,
  METHOD_NOT_FOUND,
  type Params,
  type ReadMessage,
  type RequestId,
  readMessage,
} from "./message.js";
import { isMcpMethod, NAMED_CALLS } from "./methods.js";
import type { TaskOwners } from "./tasks.js";

/** The two ends of a guarded connection. */
export interface Link {
  /** Hands a message of the caller to the one who is called. */
  forward(message: object, extra: unknown): MaybePromise<void>;
  /** Hands a message to the caller. */
  answer(message: object, extra?: unknown): MaybePromise<void>;
}

interface Request {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
  readonly message: object;
}

/** The most pages that one walk through `tools/list` may have. */
const MAX_PAGES = 1_000;

/**
 * Stands on one connection between the caller and the called: judges what the caller asks, and filters what comes
 * back. Client and server differ only in which end each message comes in at.
 */
export class Guard {
  readonly #engine: Engine;
  readonly #connection: Connection;
  readonly #link: Link;
  readonly #tasks: TaskOwners;
  readonly #live = new LiveRequests();
  /** Tools that were listed with two definitions: not listed, so not callable. */
  readonly #ambiguous = new Set<string>();
  #pages = 0;
  #state: "idle" | "open" | "closed" = "idle";

  constructor(engine: Engine, connection: Connection, link: Link, tasks: TaskOwners) {
    this.#engine = engine;
    this.#connection = connection;
    this.#link = link;
    this.#tasks = tasks;
  }

  open(): void {
    this.#state = "open";
  }

  close(): void {
    this.#state = "closed";
    this.#live.closeAll();
  }

  /** A message from the caller. What is handed on is the copy that was judged. */
  fromCaller(message: unknown, extra: unknown, signal?: AbortSignal): MaybePromise<void> {
    const read = readMessage(message, this.#engine.caps);
    switch (read.kind) {
      case "malformed":
        return this.#refuse(read, message);
      case "response":
        return this.#link.forward(read.message, extra);
      case "notification":
        return this.#notification(read, extra);
      case "request":
        return this.#request(read, extra, signal);
      default:
        return read satisfies never;
    }
  }

  /** A message to the caller: an answer, or what the called wants of the caller. */
  fromCalled(message: unknown, extra: unknown): MaybePromise<void> {
    if (!isObject(message)) return this.#drop(Array.isArray(message) ? "batch" : "malformed", undefined, undefined);
    const { method, id } = message;
    if (method === undefined) return this.#response(message, extra);
    if (typeof method !== "string" || message.result !== undefined || message.error !== undefined) {
      return this.#drop("malformed", undefined, id);
    }
    if (method === "tools/call") return this.#wrongDirection(id);
    if (method === "notifications/tools/list_changed") this.#ambiguous.clear();
    if (isMcpMethod(method) || !isRequestId(id)) return this.#link.answer(message, extra);
    return this.#unknownRequestOfCalled(message, method, id, extra);
  }

  #notification(read: Extract<ReadMessage, { kind: "notification" }>, extra: unknown): MaybePromise<void> {
    const { method, params, message } = read;
    if (method === "tools/call") return this.#drop("notification_call", method, undefined);
    if (method === "notifications/cancelled") {
      // A held request was never handed on: its cancellation is nothing the other side could know of.
      return this.#live.giveUp(own(params, "requestId")) === "held" ? undefined : this.#link.forward(message, extra);
    }
    if (isMcpMethod(method)) return this.#link.forward(message, extra);
    return chain(this.#admit({ kind: "method", name: method }, read, extra, undefined), (admission) => {
      if (!admission.admitted) return;
      admission.settle("ok");
      return this.#link.forward(message, extra);
    });
  }

  #request(request: Request, extra: unknown, signal: AbortSignal | undefined): MaybePromise<void> {
    const { id, method, params } = request;
    if (this.#live.has(id)) {
      return this.#reject(request, "duplicate_id", INVALID_REQUEST, "a request with this id is in flight");
    }
    if (method === "tools/call") return this.#toolCall(request, extra, signal);
    const named = NAMED_CALLS.get(method);
    if (named !== undefined) {
      const name = own(params, named.member);
      if (typeof name !== "string" || name === "") {
        return this.#reject(
          request,
          "malformed",
          INVALID_PARAMS,
          `\`${named.member}\` must be a string that is not empty`,
        );
      }
      return this.#judged(request, { kind: named.kind, name }, extra, signal, INVALID_PARAMS);
    }
    if (!isMcpMethod(method)) {
      return this.#judged(request, { kind: "method", name: method }, extra, signal, METHOD_NOT_FOUND);
    }
    if (method === "tools/list" && this.#tooManyPages(params)) {
      return this.#reject(request, "too_many_pages", INVALID_PARAMS, `a list of tools has at most ${MAX_PAGES} pages`);
    }
    const live = this.#track(request, extra, signal);
    if (!method.startsWith("tasks/")) return this.#forward(live, request.message, extra);
    return chain(this.#tasks.mayUse(live.asking, own(params, "taskId")), (may) => {
      if (may) return this.#forward(live, request.message, extra);
      this.#live.drop(live);
      return this.#reject(request, "foreign_task", INVALID_PARAMS, "unknown task");
    });
  }

  #toolCall(request: Request, extra: unknown, signal: AbortSignal | undefined): MaybePromise<void> {
    const name = own(request.params, "name");
    const args = own(request.params, "arguments");
    const fault = nameFault(name);
    if (fault !== undefined) {
      return this.#reject(request, "invalid_name", INVALID_PARAMS, `the name of a tool ${fault}`);
    }
    if (args !== undefined && !isObject(args)) {
      return this.#reject(request, "invalid_arguments", INVALID_PARAMS, "`arguments` must be an object");
    }
    const call = { kind: "tool" as const, name: name as string, arguments: args as Params | undefined };
    return this.#judged(request, call, extra, signal, undefined);
  }

  /** Admits the call or answers it with its denial; as an error where `rpcCode` says which. */
  #judged(
    request: Request,
    call: {
      readonly kind: "tool" | "resource" | "prompt" | "method";
      readonly name: string;
      readonly arguments?: Params | undefined;
    },
    extra: unknown,
    signal: AbortSignal | undefined,
    rpcCode: number | undefined,
  ): MaybePromise<void> {
    const live = this.#track(request, extra, signal);
    const { id, params } = request;
    return chain(this.#admit(call, request, extra, live), (admission) => {
      if (admission.admitted) {
        live.settle = admission.settle;
        return this.#forward(live, request.message, extra);
      }
      this.#live.drop(live);
      if (live.dead) return this.#gone();
      const { decision, retry } = admission;
      return this.#link.answer(
        rpcCode === undefined
          ? denialAnswer(id, params, decision, retry)
          : methodDenialAnswer(id, decision, retry, rpcCode),
      );
    });
  }

  #admit(
    call: {
      readonly kind: "tool" | "resource" | "prompt" | "method";
      readonly name: string;
      readonly arguments?: Params | undefined;
    },
    { params, id }: { readonly params: Params; readonly id?: RequestId },
    extra: unknown,
    live: LiveRequest | undefined,
  ): MaybePromise<Admission> {
    const asking = live?.asking ?? this.#connection.asking(call.kind, call.name, params, extra);
    return this.#engine.admit({
      ...asking,
      call: { name: call.name, kind: call.kind, arguments: call.arguments },
      requestId: id,
      ambiguous: call.kind === "tool" && this.#ambiguous.has(call.name),
      stateless: this.#connection.isStateless(extra),
      dead: () => live?.dead === true,
    });
  }

  /** Registers a request as live, and gives it up when its sender aborts. */
  #track({ id, method, params }: Request, extra: unknown, signal: AbortSignal | undefined): LiveRequest {
    const name = own(params, "name") ?? own(params, "uri");
    const named = NAMED_CALLS.get(method);
    const kind = method === "tools/call" ? "tool" : (named?.kind ?? "method");
    const asked = kind === "method" || typeof name !== "string" ? method : name;
    const live = this.#live.add(id, method, this.#connection.asking(kind, asked, params, extra));
    if (signal !== undefined) {
      const onAbort = (): void => void this.#live.giveUp(id);
      if (signal.aborted) live.dead = true;
      signal.addEventListener("abort", onAbort, { once: true });
      live.unlisten = () => signal.removeEventListener("abort", onAbort);
    }
    return live;
  }

  /** From here on the request may have run: its charge stays, whatever is thrown. */
  #forward(live: LiveRequest, message: object, extra: unknown): MaybePromise<void> {
    if (live.dead || this.#state !== "open") {
      this.#live.drop(live);
      live.settle?.("not_executed");
      return this.#gone();
    }
    live.forwarded = true;
    const failed = (error: unknown): never => {
      this.#live.drop(live);
      live.settle?.("threw");
      throw error;
    };
    return attempt<void>(() => this.#link.forward(message, extra), failed);
  }

  /** Nobody waits for an answer any more; but who sends on a transport that is not open is told, as by any transport. */
  #gone(): void {
    if (this.#state === "open" || this.#connection.side === "server") return;
    throw new Error(this.#state === "closed" ? "the transport is closed" : "the transport is not started");
  }

  #response(message: Record<string, unknown>, extra: unknown): MaybePromise<void> {
    const { id, result, error } = message;
    const live = this.#live.takeAnswered(id);
    if (live === undefined) return this.#drop("unknown_response", undefined, id);
    if ((result === undefined) === (error === undefined)) {
      live.settle?.("protocol_error");
      this.#drop("malformed", live.method, id);
      return this.#link.answer(errorAnswer(live.id, INTERNAL_ERROR, "malformed response"), extra);
    }
    live.settle?.(
      error !== undefined ? "protocol_error" : isObject(result) && result.isError === true ? "tool_error" : "ok",
    );
    const noted = this.#tasks.note(live, result);
    return chain(noted, () => {
      if (live.method === "tasks/list") return this.#taskList(live, message, extra);
      if (error !== undefined || (live.method !== "tools/list" && !isToolList(result))) {
        return this.#link.answer(message, extra);
      }
      return this.#toolList(live, message, extra);
    });
  }

  #toolList(live: LiveRequest, message: Record<string, unknown>, extra: unknown): MaybePromise<void> {
    return chain(this.#engine.lists(live.asking), (lists) => {
      const filtered = attempt(
        () => filterTools(message.result, lists),
        () => undefined,
      ) as ReturnType<typeof filterTools>;
      if (filtered === undefined) {
        this.#connection.notice("unfilterable_list", "a list of tools could not be read, and was not handed on");
        return this.#link.answer(errorAnswer(live.id, INTERNAL_ERROR, "the list of tools cannot be read"), extra);
      }
      const { result, removed, ambiguous } = filtered;
      if (removed.length > 0) this.#connection.notice("tools_removed", "tools were taken out of a list", removed);
      if (ambiguous.length > 0) {
        for (const name of ambiguous) this.#ambiguous.add(name);
        this.#connection.notice("ambiguous_tool", "tools are listed with several definitions", ambiguous);
      }
      return this.#link.answer({ ...message, result }, extra);
    });
  }

  #taskList(live: LiveRequest, message: Record<string, unknown>, extra: unknown): MaybePromise<void> {
    return chain(this.#tasks.ownOnly(live.asking, message.result), (result) =>
      this.#link.answer(result === message.result ? message : { ...message, result: result as object }, extra),
    );
  }

  #tooManyPages(params: Params): boolean {
    this.#pages = own(params, "cursor") === undefined ? 1 : this.#pages + 1;
    return this.#pages > MAX_PAGES;
  }

  #unknownRequestOfCalled(message: object, method: string, id: RequestId, extra: unknown): MaybePromise<void> {
    return chain(this.#admit({ kind: "method", name: method }, { params: {}, id }, extra, undefined), (admission) => {
      if (!admission.admitted) {
        const { decision, retry } = admission;
        return this.#link.forward(methodDenialAnswer(id, decision, retry, METHOD_NOT_FOUND), undefined);
      }
      admission.settle("ok");
      return this.#link.answer(message, extra);
    });
  }

  /** A call from the side that is called: this end was wrapped as if it were the other. */
  #wrongDirection(id: unknown): MaybePromise<void> {
    const reason = `a tool call came from the wrong side: guard a ${this.#connection.side === "client" ? "server with wrapServer" : "client with wrapTransport"}`;
    this.#connection.refused({ code: "wrong_direction", method: "tools/call", requestId: idOf(id), message: reason });
    return isRequestId(id)
      ? this.#link.forward(errorAnswer(id, METHOD_NOT_FOUND, "Method not found"), undefined)
      : undefined;
  }

  #refuse({ code, reason, rpcCode, id, method }: Malformed, message: unknown): MaybePromise<void> {
    this.#connection.refused({ code, method, requestId: id, message: reason });
    if (id !== undefined) return this.#link.answer(errorAnswer(id, rpcCode, reason));
    if (!Array.isArray(message)) return;
    // Each request of a batch is answered, or its sender would wait for ever.
    const answered: unknown[] = message
      .filter((element) => isObject(element) && typeof element.method === "string" && isRequestId(element.id))
      .map((element) => this.#link.answer(errorAnswer(element.id, INVALID_REQUEST, reason)));
    const waits = answered.filter(isPromiseLike);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  #reject(
    { id, method }: Request,
    code: Parameters<Connection["refused"]>[0]["code"],
    rpcCode: number,
    reason: string,
  ): MaybePromise<void> {
    this.#connection.refused({ code, method, requestId: id, message: reason });
    return this.#link.answer(errorAnswer(id, rpcCode, reason));
  }

  #drop(code: Parameters<Connection["refused"]>[0]["code"], method: string | undefined, id: unknown): void {
    this.#connection.refused({ code, method, requestId: idOf(id), message: DROPPED[code] ?? "not a message of MCP" });
  }
}

const DROPPED: { readonly [code in Parameters<Connection["refused"]>[0]["code"]]?: string } = {
  batch: "batches are not accepted",
  notification_call: "a tool call without an id asks for an effect without an answer",
  unknown_response: "no request with this id waits for an answer",
};

function idOf(id: unknown): RequestId | undefined {
  return isRequestId(id) ? id : undefined;
}
