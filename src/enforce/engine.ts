import type { CallResult } from "../audit/event.js";
import { createMemoryStore } from "../counters/memory.js";
import type { CounterStore, Reading, Reservation } from "../counters/store.js";
import {
  type Call,
  type CallContext,
  type Charge,
  type Decision,
  type DenyDecision,
  deny,
} from "../evaluate/decision.js";
import { evaluate } from "../evaluate/evaluate.js";
import { isCallable, isHidden } from "../evaluate/reach.js";
import { type Clock, systemClock } from "../internal/clock.js";
import { withDeadline } from "../internal/deadline.js";
import type { CopyLimits } from "../internal/json-copy.js";
import { attempt, chain, type MaybePromise } from "../internal/maybe.js";
import { type IdSource, randomId } from "../internal/random-id.js";
import { NO_RETRY, RETRY_LATER, type Retry } from "./denial.js";
import { type Asking, describe, type Identity, identify, NOT_PERMITTED, UNAVAILABLE } from "./identify.js";
import type { GateOptions } from "./options.js";
import { Recorder } from "./recorder.js";
import { reserve } from "./reserve.js";

/** One call, as a delivery hands it in: its name and arguments are a snapshot that nobody else can change. */
export interface Asked extends Asking {
  readonly call: Call;
  readonly requestId: string | number | undefined;
  /** Listed with several definitions, so that nobody can tell what the call means. */
  readonly ambiguous: boolean;
  /** A host that serves every request with a gate of its own, where a counter in memory would never count. */
  readonly stateless: boolean;
  /** Whether the caller has given up. Looked at after every wait. */
  readonly dead: () => boolean;
}

/** What became of a call that was asked for. */
export type Admission =
  | { readonly admitted: true; readonly decision: Decision; readonly settle: Settle }
  | { readonly admitted: false; readonly decision: DenyDecision; readonly retry: Retry };

/** Says how an admitted call ended; the first time counts. `not_executed` gives the charge back. */
export type Settle = (result: CallResult) => void;

/** Which tools a caller may see. */
export type Lists = (name: string) => boolean;

const GATE = { rule: "(gate closed)", pointer: "" };
const DEAD = { rule: "(cancelled)", pointer: "" };
const NO_RECORD = { rule: "(no record)", pointer: "" };
const FAILED = { rule: "(gate failed)", pointer: "" };
const AMBIGUOUS = { rule: "(ambiguous tool)", pointer: "" };
const SHARE_THE_GATE =
  "a limit was asked for on a host that makes a gate for every request, where it can never hold: call createGate once, outside the factory, or give it a store";

/** The one routine with effects. Every delivery asks it, and only says how to carry out the answer. */
export class Engine {
  readonly caps: CopyLimits;
  readonly server: string | undefined;
  readonly recorder: Recorder;
  readonly #options: GateOptions;
  readonly #store: CounterStore;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #timeouts: { readonly resolve: number; readonly store: number; readonly audit: number };
  /** The store is this engine's own and the engine its target's own: nothing else counts with it. */
  readonly #unshared: boolean;
  readonly #closing = new AbortController();

  constructor(options: GateOptions, ownedByTarget: boolean) {
    this.#options = options;
    this.#store = options.store ?? createMemoryStore();
    this.#unshared = ownedByTarget && options.store === undefined;
    this.#clock = options.clock ?? systemClock;
    this.#timeouts = { resolve: 5_000, store: 250, audit: 1_000, ...options.timeouts };
    this.caps = { depth: 128, values: 1_000_000, ...options.caps };
    this.server = options.server;
    this.#ids = options.ids ?? randomId;
    this.recorder = new Recorder(options.audit, this.#clock, this.#ids);
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Names one connection: the session of those that have none of their own. */
  newConnectionId(): string {
    return this.#ids();
  }

  close(): void {
    this.#closing.abort(new Error("the gate is closed"));
  }

  /** Judges a call, reserves what it costs and records the decision. Synchronous unless something it asks is not. */
  admit(asked: Asked): MaybePromise<Admission> {
    return attempt<Admission>(
      () => this.#judge({ asked, id: this.recorder.newId() }),
      (cause) => this.#deny({ asked, id: "" }, nobody(asked), deny("unavailable", FAILED, UNAVAILABLE, ""), { cause }),
    );
  }

  /** What the caller's `tools/list` may name. A caller without a policy sees nothing. */
  lists(asking: Asking): MaybePromise<Lists> {
    const nothing: Lists = () => false;
    return attempt<Lists>(
      () =>
        chain(this.#identify(asking), (who) => {
          if (!who.known) return nothing;
          const { plan } = who;
          return this.#options.listing === "callable"
            ? (name) => isCallable(plan, name)
            : (name) => !isHidden(plan, name);
        }),
      () => nothing,
    );
  }

  /** The grant that asks; `undefined` when nobody can tell. */
  grant(asking: Asking): MaybePromise<string | undefined> {
    return attempt<string | undefined>(
      () => chain(this.#identify(asking), (who) => (who.known ? who.context.grant : undefined)),
      () => undefined,
    );
  }

  /** Whether callers are told apart. */
  get tellsGrantsApart(): boolean {
    return typeof this.#options.grant === "function";
  }

  #identify(asking: Asking): MaybePromise<Identity> {
    const { side, authInfo } = asking.caller;
    if (side === "server" && authInfo !== undefined && this.#options.grant === undefined) {
      const message = "requests are authenticated, but every caller is the grant `default`: give the gate a `grant`";
      this.recorder.noticeOnce(side, this.server ?? "", "grant_not_resolved", message);
    }
    return identify(this.#options, asking, this.#waiter(this.#timeouts.resolve, "a resolver"));
  }

  #judge(trial: Trial): MaybePromise<Admission> {
    const { asked } = trial;
    if (this.closed) return this.#deny(trial, nobody(asked), deny("unavailable", GATE, UNAVAILABLE, ""));
    return chain(this.#identify(asked), (who) => {
      if (!who.known) {
        const retry = who.denied.code === "unavailable" ? RETRY_LATER : NO_RETRY;
        return this.#deny(trial, { ...nobody(asked), grant: who.grant }, who.denied, { retry, cause: who.cause });
      }
      const { plan, context } = who;
      const stopped = this.#stopped(asked);
      if (stopped !== undefined) return this.#deny(trial, context, stopped);
      if (asked.ambiguous)
        return this.#deny(trial, context, deny("not_permitted", AMBIGUOUS, NOT_PERMITTED, plan.revision));
      const decision = evaluate(plan, asked.call, context);
      switch (decision.outcome) {
        case "deny":
          return this.#deny(trial, context, decision);
        case "require_approval":
          return this.#deny(trial, context, asDenial(decision, "approval_required", decision));
        case "allow":
          return decision.charges.length === 0
            ? this.#allow(trial, context, decision, undefined)
            : this.#charge(trial, context, decision);
        default:
          return decision satisfies never;
      }
    });
  }

  #charge(trial: Trial, context: Context, decision: Decision): MaybePromise<Admission> {
    const { asked } = trial;
    const { charges } = decision;
    const first = charges[0] as Charge;
    if (this.#unshared && asked.stateless) {
      this.recorder.noticeOnce(asked.caller.side, this.server ?? "", "limit_cannot_hold", SHARE_THE_GATE);
      const denied = asDenial(decision, "unavailable", { ...first, message: UNAVAILABLE });
      return this.#deny(trial, context, denied, { charges, cause: SHARE_THE_GATE });
    }
    const wait = this.#waiter(this.#timeouts.store, "the store");
    return chain(reserve(this.#store, charges, context, this.#clock.now(), wait), (answer) => {
      switch (answer.kind) {
        case "reserved": {
          const { reservation, readings } = answer;
          return this.#allow(trial, context, decision, { reservation, readings });
        }
        case "refused": {
          const by = charges[answer.by] as Charge;
          const retry = this.#retryAfter(by, answer.readings[answer.by] as Reading);
          const denied = asDenial(decision, "rate_limited", by);
          return this.#deny(trial, context, denied, { charges, readings: answer.readings, retry });
        }
        case "unavailable": {
          const denied = asDenial(decision, "unavailable", { ...first, message: UNAVAILABLE });
          return this.#deny(trial, context, denied, { charges, retry: RETRY_LATER, cause: answer.cause });
        }
        default:
          return answer satisfies never;
      }
    });
  }

  /** Records the decision, and admits the call unless the record fails or the caller has gone meanwhile. */
  #allow(trial: Trial, context: Context, decision: Decision, held: Held | undefined): MaybePromise<Admission> {
    const { asked, id } = trial;
    const stopped = this.#stopped(asked);
    if (stopped !== undefined) {
      this.#giveBack(asked, held?.reservation);
      return this.#deny(trial, context, stopped);
    }
    const settle = this.#settler(trial, context, held?.reservation);
    const { charges } = decision;
    const record = (): MaybePromise<void> => {
      const noted = this.recorder.decision({
        id,
        asked,
        decision,
        context,
        charges,
        readings: held?.readings,
        cause: undefined,
      });
      return noted === undefined ? undefined : this.#waiter(this.#timeouts.audit, "the audit sink")(noted);
    };
    return attempt<Admission>(
      () =>
        chain(record(), () => {
          const gone = this.#stopped(asked);
          if (gone === undefined) return { admitted: true, decision, settle };
          settle("not_executed");
          return { admitted: false, decision: gone, retry: NO_RETRY };
        }),
      (cause) => {
        settle("not_executed");
        return this.#deny(trial, context, asDenial(decision, "unavailable", { ...NO_RECORD, message: UNAVAILABLE }), {
          retry: RETRY_LATER,
          cause,
        });
      },
    );
  }

  #deny({ asked, id }: Trial, context: Context, decision: DenyDecision, more: DenyDetails = {}): Admission {
    const { charges = [], readings, retry = NO_RETRY } = more;
    const cause = typeof more.cause === "string" ? more.cause : describe(more.cause);
    // The call is denied whatever the sink does with it.
    void attempt<void>(
      () => this.recorder.decision({ id, asked, decision, context, charges, readings, cause }),
      () => undefined,
    );
    return { admitted: false, decision, retry };
  }

  #settler({ asked, id }: Trial, context: Context, reservation: Reservation | undefined): Settle {
    let settled = false;
    return (result) => {
      if (settled) return;
      settled = true;
      const refunded = result === "not_executed" && reservation !== undefined;
      if (refunded) this.#giveBack(asked, reservation);
      this.recorder.outcome(asked.caller.side, context.server ?? "", id, result, refunded);
    };
  }

  #giveBack(asked: Asked, reservation: Reservation | undefined): void {
    if (reservation === undefined) return;
    void attempt<void>(
      () => this.#store.release(reservation),
      (error) => {
        const message = `a charge could not be given back: ${describe(error)}`;
        this.recorder.notice(asked.caller.side, this.server ?? "", "release_failed", message);
      },
    );
  }

  #retryAfter(charge: Charge, reading: Reading): Retry {
    const fitsLater = charge.max !== undefined && charge.amount <= charge.max;
    if (!fitsLater) return NO_RETRY;
    // Another grant's use must not show: only the caller's own counters say when.
    if (charge.scope === "global") return RETRY_LATER;
    return { retryable: true, retryAfterMs: Math.max(0, reading.resetsAt - this.#clock.now()) };
  }

  #stopped(asked: Asked): DenyDecision | undefined {
    if (this.closed) return deny("unavailable", GATE, UNAVAILABLE, "");
    return asked.dead() ? deny("unavailable", DEAD, "the call was cancelled", "") : undefined;
  }

  #waiter(ms: number, what: string): <T>(work: PromiseLike<T>) => Promise<T> {
    return (work) =>
      withDeadline(work, ms, () => new Error(`${what} did not answer within ${ms} ms`), this.#closing.signal);
  }
}

/** A call under judgement and the id of its events. */
interface Trial {
  readonly asked: Asked;
  readonly id: string;
}

type Context = CallContext & { readonly grant: string };

interface Held {
  readonly reservation: Reservation;
  readonly readings: readonly Reading[];
}

interface DenyDetails {
  readonly charges?: readonly Charge[];
  readonly readings?: readonly Reading[];
  readonly retry?: Retry;
  readonly cause?: unknown;
}

/** Where a decision that cannot be carried out is denied: the place, the message, the revision that decided. */
function asDenial(
  decision: Decision,
  code: DenyDecision["code"],
  at: { readonly rule: string; readonly pointer: string; readonly message: string },
): DenyDecision {
  return deny(code, at, at.message, decision.revision);
}

function nobody(asked: Asked): Context {
  return { grant: "", session: asked.session, server: asked.caller.server };
}
