import type { RefusalCode } from "../audit/event.js";
import type { Admission } from "../enforce/admission.js";
import { NO_RETRY } from "../enforce/denial.js";
import type { Engine } from "../enforce/engine.js";
import type { Call, CallKind, DenyDecision } from "../evaluate/decision.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { isMcpMethod, isRuledAsMethod, NAMED_CALLS } from "../internal/mcp-methods.js";
import { nameFault } from "../internal/name.js";
import { own } from "../internal/own.js";
import { denialAnswer, errorAnswer, methodDenialAnswer } from "./answer.js";
import type { Connection } from "./connection.js";
import type { GuardHost } from "./host.js";
import { ListedTools } from "./listed-tools.js";
import { type LiveRequest, LiveRequests } from "./live.js";
import {
  codeOf,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  isObject,
  isRequestId,
  type Malformed,
  METHOD_NOT_FOUND,
  type Notification,
  type Params,
  type Request,
  type RequestId,
  type Response,
  readFromCalled,
  readFromCaller,
} from "./message.js";
import { OwnRequests } from "./own-requests.js";
import { MAX_PAGES, Results } from "./results.js";
import type { RunningTasks } from "./running-tasks.js";
import type { TaskOwners } from "./tasks.js";
import { refusalOf } from "./wanted.js";

/** The two ends of a guarded connection. */
export interface Link {
  /** Hands a message of the caller to the one who is called. */
  forward(message: object, extra: unknown): MaybePromise<void>;
  /** Hands a message to the caller. */
  answer(message: object, extra?: unknown): MaybePromise<void>;
}

/** A call as the gate is to judge it. */
type Named = Call & { readonly kind: CallKind };

/**
 * Stands on one connection between the caller and the called: judges what the caller asks, and filters what comes
 * back. Client and server differ only in which end each message comes in at.
 */
export class Guard {
  readonly #engine: Engine;
  readonly #connection: Connection;
  readonly #link: Link;
  readonly #tasks: TaskOwners;
  readonly #running: RunningTasks;
  readonly #results: Results;
  readonly #own: OwnRequests;
  readonly #listed: ListedTools;
  readonly #live = new LiveRequests();
  #state: "idle" | "open" | "closed" = "idle";

  constructor(host: GuardHost, connection: Connection, link: Link) {
    const { engine, tasks, running } = host;
    this.#engine = engine;
    this.#connection = connection;
    this.#link = link;
    this.#tasks = tasks;
    this.#running = running;
    this.#results = new Results(host, connection);
    this.#own = new OwnRequests((message, extra) => link.forward(message, extra));
    this.#listed = new ListedTools(this.#own, engine.caps, engine.inTime);
  }

  open(): void {
    this.#state = "open";
  }

  close(): void {
    this.#state = "closed";
    this.#own.close();
    this.#live.closeAll();
  }

  /** A message from the caller. What is handed on is the copy that was judged. */
  fromCaller(raw: unknown, extra: unknown, signal?: AbortSignal): MaybePromise<void> {
    const message = readFromCaller(raw, this.#engine.caps);
    switch (message.kind) {
      case "malformed":
        return this.#refuse(message, raw);
      case "response":
        return this.#link.forward(message.message, extra);
      case "notification":
        return this.#notification(message, extra);
      case "request":
        return this.#request(message, extra, signal);
      default:
        return message satisfies never;
    }
  }

  /** A message to the caller: an answer, or what the called wants of the caller. */
  fromCalled(raw: unknown, extra: unknown): MaybePromise<void> {
    const message = readFromCalled(raw);
    switch (message.kind) {
      case "malformed":
        return this.#refuseOfCalled(message, extra);
      case "response":
        return this.#response(message, extra);
      case "notification":
      case "request":
        return this.#wantedByCalled(message, extra);
      default:
        return message satisfies never;
    }
  }

  #notification(notification: Notification, extra: unknown): MaybePromise<void> {
    const { method, params, message } = notification;
    if (method === "tools/call") {
      return this.#drop("notification_call", method, undefined, "a tool call without an id asks for no answer");
    }
    if (method === "notifications/cancelled") {
      if (this.#own.owns(own(params, "requestId"))) return;
      // A held request was never handed on: its cancellation is nothing the other side could know of.
      return this.#live.giveUp(own(params, "requestId")) === "held" ? undefined : this.#link.forward(message, extra);
    }
    if (isMcpMethod(method)) return this.#link.forward(message, extra);
    return chain(this.#admit({ kind: "method", name: method }, params, undefined, extra), (admission) => {
      if (!admission.admitted) return;
      admission.settle("ok");
      return this.#link.forward(message, extra);
    });
  }

  #request(request: Request, extra: unknown, signal: AbortSignal | undefined): MaybePromise<void> {
    const { id, method, params, message } = request;
    if (this.#live.has(id) || this.#own.owns(id)) {
      return this.#reject(request, "duplicate_id", INVALID_REQUEST, "a request with this id is in flight");
    }
    if (method === "tools/call") return this.#toolCall(request, extra, signal);
    if (NAMED_CALLS.has(method)) return this.#namedCall(request, extra, signal);
    if (!isMcpMethod(method)) {
      return this.#judged(request, { kind: "method", name: method }, extra, signal, METHOD_NOT_FOUND);
    }
    if (method === "tools/list" && this.#results.isOneTooMany(params)) {
      return this.#reject(request, "too_many_pages", INVALID_PARAMS, `a list has at most ${MAX_PAGES} pages`);
    }
    const live = this.#track(request, { kind: "method", name: method }, extra, signal);
    if (method === "tools/list") this.#listed.expect(live);
    return chain(this.#forbids(method, params, live, extra), (denied) => {
      if (denied !== undefined) {
        this.#live.drop(live);
        return this.#link.answer(methodDenialAnswer(id, denied, NO_RETRY, METHOD_NOT_FOUND));
      }
      return method.startsWith("tasks/")
        ? this.#taskRequest(request, live, extra)
        : this.#forward(live, message, extra);
    });
  }

  #taskRequest(request: Request, live: LiveRequest, extra: unknown): MaybePromise<void> {
    const taskId = own(request.params, "taskId");
    if (typeof taskId === "string") live.taskId = taskId;
    return chain(this.#tasks.mayUse(live.asking, taskId), (may) => {
      if (may) return this.#forward(live, request.message, extra);
      this.#live.drop(live);
      return this.#reject(request, "foreign_task", INVALID_PARAMS, "unknown task");
    });
  }

  /** What the policy says by name of a method that MCP knows. */
  #forbids(
    method: string,
    params: Params,
    live: LiveRequest | undefined,
    extra: unknown,
  ): MaybePromise<DenyDecision | undefined> {
    if (!this.#engine.mayRuleMethods || !isRuledAsMethod(method)) return undefined;
    const asking = live?.asking ?? this.#connection.asking("method", method, params, extra);
    return this.#engine.forbids(this.#connection.askedFor({ kind: "method", name: method }, asking, live?.id));
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
    return this.#judged(request, { kind: "tool", name: name as string, arguments: args }, extra, signal, undefined);
  }

  #namedCall(request: Request, extra: unknown, signal: AbortSignal | undefined): MaybePromise<void> {
    const { kind, member } = NAMED_CALLS.get(request.method) as { kind: CallKind; member: string };
    const name = own(request.params, member);
    if (typeof name === "string" && name !== "") {
      return this.#judged(request, { kind, name }, extra, signal, INVALID_PARAMS);
    }
    return this.#reject(request, "malformed", INVALID_PARAMS, `\`${member}\` must be a string that is not empty`);
  }

  /** Forwards the call if it is admitted, and answers it with its denial if not; with an error where `rpcCode` says which. */
  #judged(
    request: Request,
    call: Named,
    extra: unknown,
    signal: AbortSignal | undefined,
    rpcCode: number | undefined,
  ): MaybePromise<void> {
    const { id, params, message } = request;
    const live = this.#track(request, call, extra, signal);
    return chain(this.#admit(call, params, live, extra), (admission) => {
      if (admission.admitted) {
        live.settle = admission.settle;
        return this.#forward(live, message, extra);
      }
      this.#live.drop(live);
      if (live.dead) return this.#gone();
      const { decision, retry } = admission;
      if (rpcCode === undefined) return this.#link.answer(denialAnswer(id, params, decision, retry));
      return this.#link.answer(methodDenialAnswer(id, decision, retry, rpcCode));
    });
  }

  #admit(call: Named, params: Params, live: LiveRequest | undefined, extra: unknown): MaybePromise<Admission> {
    const { caller, session, given } = live?.asking ?? this.#connection.asking(call.kind, call.name, params, extra);
    return this.#engine.admit({
      caller,
      session,
      given,
      call,
      requestId: live?.id,
      ambiguous: call.kind === "tool" && this.#results.isAmbiguous(call.name),
      stateless: this.#connection.isStateless(extra),
      dead: () => live?.dead === true,
      listedTool: (grant) => this.#listed.find(grant, call.name, { params, extra: this.#toCalled(extra) }),
    });
  }

  /** Registers a request as live, and gives it up when its sender aborts. */
  #track({ id, method, params }: Request, call: Named, extra: unknown, signal: AbortSignal | undefined): LiveRequest {
    const live = this.#live.add(id, method, this.#connection.asking(call.kind, call.name, params, extra));
    if (signal === undefined) return live;
    const onAbort = (): void => void this.#live.giveUp(id);
    live.dead = signal.aborted;
    live.unlisten = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
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
    return attempt<void>(
      () => this.#link.forward(message, extra),
      (error) => {
        this.#live.drop(live);
        live.settle?.("threw");
        throw error;
      },
    );
  }

  /** Nobody waits for an answer any more; but who sends on a transport that is not open is told, as by any transport. */
  #gone(): void {
    if (this.#state === "open" || this.#connection.side === "server") return;
    throw new Error(this.#state === "closed" ? "the transport is closed" : "the transport is not started");
  }

  /** What a request of the guard's own carries along: who asks, on a server; nothing of how a client sends. */
  #toCalled(extra: unknown): unknown {
    return this.#connection.side === "server" ? extra : undefined;
  }

  #response({ id, result, error, message }: Response, extra: unknown): MaybePromise<void> {
    if (this.#own.owns(id)) return this.#own.answer(id, result);
    const live = this.#live.takeAnswered(id);
    if (live === undefined) {
      return this.#drop("unknown_response", undefined, id, "no request with this id waits for an answer");
    }
    const server = this.#connection.server ?? "";
    if (error !== undefined) live.settle?.("protocol_error", codeOf(error));
    else if (live.method === "tools/call") this.#running.answered(server, live, result);
    else live.settle?.("ok");
    if (live.method === "tasks/result" && live.taskId !== undefined) this.#running.ended(server, live.taskId);
    else if (live.method.startsWith("tasks/")) this.#running.heard(server, result);
    return chain(this.#noteListed(live, result), () =>
      chain(this.#results.filter(live, message, result), (answer) => this.#link.answer(answer, extra)),
    );
  }

  /** Remembers a list of tools, where a policy may look at them. */
  #noteListed(live: LiveRequest, result: unknown): MaybePromise<void> {
    if (live.method !== "tools/list" || result === undefined || !this.#engine.mayNeedListedTools) return;
    return attempt<void>(
      () =>
        chain(this.#engine.grant(live.asking), (grant) => {
          if (grant !== undefined) this.#listed.note(live, grant, result);
        }),
      // A list that cannot be read tells nothing; it is not handed on either.
      () => undefined,
    );
  }

  #wantedByCalled(wanted: Request | Notification, extra: unknown): MaybePromise<void> {
    const { method, message } = wanted;
    const id = wanted.kind === "request" ? wanted.id : undefined;
    // Said while a request of the guard's own is served: nobody on the other side knows of it.
    if (this.#own.owns(isObject(extra) ? own(extra, "relatedRequestId") : undefined)) {
      return this.#tellCalled(id, METHOD_NOT_FOUND, "Method not found");
    }
    if (method === "tools/call") {
      // This end was wrapped as if it were the other.
      const right = this.#connection.side === "client" ? "a server with wrapServer" : "a client with wrapTransport";
      this.#drop("wrong_direction", method, id, `a tool call came from the side that is called: guard ${right}`);
      return this.#tellCalled(id, METHOD_NOT_FOUND, "Method not found");
    }
    if (method === "notifications/tools/list_changed") {
      this.#results.listChanged();
      this.#listed.forget();
    }
    if (method.startsWith("notifications/tasks")) this.#running.heard(this.#connection.server ?? "", wanted.params);
    if (isMcpMethod(method)) {
      return chain(this.#forbids(method, {}, undefined, extra), (denied) => {
        if (denied === undefined) return this.#link.answer(message, extra);
        return id === undefined ? undefined : this.#link.forward(refusalOf(id, method), undefined);
      });
    }
    return chain(this.#admit({ kind: "method", name: method }, {}, undefined, extra), (admission) => {
      if (!admission.admitted) return this.#tellCalled(id, METHOD_NOT_FOUND, "Method not found");
      admission.settle("ok");
      return this.#link.answer(message, extra);
    });
  }

  #refuseOfCalled({ code, method, id, asks, reason }: Malformed, extra: unknown): MaybePromise<void> {
    this.#drop(code, method, id, reason);
    if (asks) return this.#tellCalled(id, INVALID_REQUEST, reason);
    if (this.#own.owns(id)) return this.#own.answer(id, undefined);
    const live = this.#live.takeAnswered(id);
    if (live === undefined) return;
    // Whoever waits for this answer will get no other.
    live.settle?.("protocol_error");
    return this.#link.answer(errorAnswer(live.id, INTERNAL_ERROR, "malformed response"), extra);
  }

  /** An error for a request of the called, where it was one. */
  #tellCalled(id: RequestId | undefined, rpcCode: number, reason: string): MaybePromise<void> {
    return id === undefined ? undefined : this.#link.forward(errorAnswer(id, rpcCode, reason), undefined);
  }

  #refuse({ code, reason, rpcCode, id, asks, method }: Malformed, message: unknown): MaybePromise<void> {
    this.#drop(code, method, id, reason);
    if (id !== undefined && asks) return this.#link.answer(errorAnswer(id, rpcCode, reason));
    if (!Array.isArray(message)) return;
    // Each request of a batch is answered, or its sender would wait for ever.
    const answered: unknown[] = message
      .filter((element) => isObject(element) && typeof element.method === "string" && isRequestId(element.id))
      .map((element) => this.#link.answer(errorAnswer(element.id, INVALID_REQUEST, reason)));
    const waits = answered.filter(isPromiseLike);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  #reject({ id, method }: Request, code: RefusalCode, rpcCode: number, reason: string): MaybePromise<void> {
    this.#connection.refused({ code, method, requestId: id, message: reason });
    return this.#link.answer(errorAnswer(id, rpcCode, reason));
  }

  #drop(code: RefusalCode, method: string | undefined, id: unknown, message: string): void {
    this.#connection.refused({ code, method, requestId: isRequestId(id) ? id : undefined, message });
  }
}
