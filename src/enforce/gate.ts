import { NotExecutedError, OptionsError } from "../errors.js";
import { type Call, type CallContext, type Decision, type DenyDecision, malformedCall } from "../evaluate/decision.js";
import { copyJson, NotJsonError } from "../internal/json-copy.js";
import { isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { nameFault } from "../internal/name.js";
import { own } from "../internal/own.js";
import { jsonPointer } from "../internal/pointer.js";
import type { Admission } from "./admission.js";
import { type DenialResult, denialResult, NO_RETRY } from "./denial.js";
import { cancelled, Engine } from "./engine.js";
import { checkOptions, type GateOptions, isUsableName } from "./options.js";
import type { CounterUsage, UsageOptions } from "./usage.js";

/** What the host tells `gate.run` about a call. What it leaves out, the gate's options say. */
export interface RunContext extends CallContext {
  readonly authInfo?: unknown;
  readonly headers?: { readonly [name: string]: string | readonly string[] | undefined } | undefined;
  /** Ends the call while it is held; once it runs, ending it is up to `execute`. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call ended: its value, or the denial to hand to the agent. */
export type RunResult<T> =
  | { readonly allowed: true; readonly value: T; readonly decision: Decision }
  | { readonly allowed: false; readonly denial: DenialResult; readonly decision: DenyDecision };

/** The call that was judged: a copy that nobody else holds. Execute this one, not the one handed in. */
export interface JudgedCall {
  readonly name: string;
  readonly arguments: { readonly [name: string]: unknown };
}

export interface Gate {
  /**
   * Runs `execute` if the policy allows the call, and says so; otherwise resolves to the denial. Rejects only with
   * what `execute` threw. The call's charge stays even then, unless it threw `NotExecutedError`.
   */
  run<T>(call: Call, context: RunContext, execute: (call: JudgedCall) => T | PromiseLike<T>): Promise<RunResult<T>>;
  /**
   * The counters of a grant as they stand: all that its policy counts with and keeps by no argument. With `call`, those
   * that this call would be charged to, and none where it is denied before anything is counted.
   *
   * @throws OptionsError for a grant or an option that is none.
   * @throws StoreError when the store does not answer.
   */
  usage(grant: string, options?: UsageOptions & { readonly call?: Call | undefined }): Promise<readonly CounterUsage[]>;
  /**
   * Forgets what a grant has used: one counter, or all that it does not share with everybody. Recorded as a notice.
   * A counter of scope `global` is forgotten when it is named; one of a session where `session` says which.
   *
   * @throws OptionsError for a counter that the grant's policy has not, and for a grant or an option that is none.
   * @throws StoreError when the store does not answer.
   */
  reset(grant: string, counter?: string, options?: UsageOptions): Promise<void>;
  /**
   * Ends what is held and denies every call from now on. Calls that run are not interrupted. Settles when the sinks of the
   * audit are flushed, or have had their time. Idempotent.
   */
  close(): Promise<void>;
}

const engines = new WeakMap<object, Engine>();

/**
 * Makes the gate that enforces a policy: for `wrapTransport`, `wrapServer`, and by `gate.run` for code that has no
 * MCP transport. State that must outlive a connection, counters first, lives in the gate, so make one and share it.
 *
 * @throws OptionsError for an option that is unknown or cannot be honoured.
 * @throws PolicyError for a policy that `parsePolicy` refuses.
 */
export function createGate(options: GateOptions): Gate {
  const engine = new Engine(checkOptions(options), false);
  const gate: Gate = {
    run: (call, context, execute) => run(engine, call, context, execute),
    usage: (grant, options = {}) => engine.usage(grant, options),
    reset: (grant, counter, options = {}) => engine.reset(grant, counter, options),
    close: () => engine.close(),
  };
  engines.set(gate, engine);
  return Object.freeze(gate);
}

/** The engine of a gate, or one of its own for a target that was given options. */
export function engineFor(gate: Gate | GateOptions): Engine {
  const known = engines.get(gate);
  if (known !== undefined) return known;
  if (typeof gate === "object" && gate !== null && Object.hasOwn(gate, "run")) {
    throw new OptionsError("this gate was made by another copy of callgate: make it with the copy that wraps");
  }
  return new Engine(checkOptions(gate as GateOptions), true);
}

async function run<T>(
  engine: Engine,
  call: Call,
  context: RunContext,
  execute: (call: JudgedCall) => T | PromiseLike<T>,
): Promise<RunResult<T>> {
  const given = readContext(context);
  const snapshot = given === undefined ? "the context of the call could not be read" : takeSnapshot(call, engine);
  if (given === undefined || typeof snapshot === "string") return malformed(engine, String(snapshot));
  const admission = await untilAborted(
    given.signal,
    engine.admit({
      call: snapshot,
      caller: {
        side: "direct",
        authInfo: given.authInfo,
        headers: given.headers,
        sessionId: given.session,
        server: given.server ?? engine.server,
        request: { kind: snapshot.kind ?? "tool", name: snapshot.name },
      },
      session: given.session,
      given,
      requestId: undefined,
      ambiguous: false,
      stateless: false,
      dead: () => given.signal?.aborted === true,
    }),
  );
  if (!admission.admitted) return denied(admission.decision, denialResult(admission.decision, admission.retry));
  const { decision, settle } = admission;
  try {
    const value = await execute({ name: snapshot.name, arguments: snapshot.arguments ?? {} });
    settle("ok");
    return { allowed: true, value, decision };
  } catch (error) {
    settle(error instanceof NotExecutedError ? "not_executed" : "threw");
    throw error;
  }
}

/** The admission; or, when the signal aborts first, the denial of a call that nobody waits for. */
function untilAborted(signal: AbortSignal | undefined, pending: MaybePromise<Admission>): MaybePromise<Admission> {
  if (signal === undefined || !isPromiseLike(pending)) return pending;
  return new Promise((resolve) => {
    const onAbort = (): void => resolve({ admitted: false, decision: cancelled(), retry: NO_RETRY });
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void pending.then((admission) => {
      signal.removeEventListener("abort", onAbort);
      // Admitted in the very turn that aborts: it is not going to run.
      if (signal.aborted && admission.admitted) admission.settle("not_executed");
      resolve(admission);
    });
  });
}

function isRecord(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** The context by its own properties, each read once; `undefined` when one cannot be read, or is not of its type. */
function readContext(context: RunContext): RunContext | undefined {
  try {
    const given: RunContext = Object.assign(Object.create(null), context);
    return given.server === undefined || isUsableName(given.server) ? given : undefined;
  } catch {
    return undefined;
  }
}

/** The call as plain data, or what is wrong with it. */
function takeSnapshot(call: Call, engine: Engine): Call | string {
  const { caps } = engine;
  try {
    const args = own(call, "arguments");
    const plain = copyJson(
      { name: own(call, "name"), arguments: args === undefined ? {} : args, kind: own(call, "kind") ?? "tool" },
      { ...caps, depth: caps.depth + 1, undefinedKeys: "refuse", prototype: Object.prototype },
    ) as Call;
    if (!isRecord(plain.arguments)) return "the arguments of a call must be an object";
    const fault = plain.kind === "tool" ? nameFault(plain.name) : undefined;
    return fault === undefined ? plain : `the name of a call ${fault}`;
  } catch (error) {
    if (!(error instanceof NotJsonError)) return "the call could not be read";
    return `the call is not JSON: ${error.message} at ${jsonPointer(error.path)}`;
  }
}

function malformed<T>(engine: Engine, message: string): RunResult<T> {
  engine.recorder.refusal("direct", engine.server ?? "", {
    code: "malformed",
    method: undefined,
    requestId: undefined,
    message,
  });
  const decision = malformedCall(message, "");
  return denied(decision, denialResult(decision, NO_RETRY));
}

function denied<T>(decision: DenyDecision, denial: DenialResult): RunResult<T> {
  return { allowed: false, denial, decision };
}
