import { planOf } from "../compile/decide.js";
import { createMemoryStore } from "../counters/memory.js";
import type { Reading } from "../counters/store.js";
import { StoreError } from "../errors.js";
import {
  type Call,
  type Charge,
  type Decision,
  type DenyDecision,
  deny,
  type ListedTool,
  type Place,
} from "../evaluate/decision.js";
import { evaluate } from "../evaluate/evaluate.js";
import { isAsPinned } from "../evaluate/pin.js";
import type { Plan } from "../evaluate/plan.js";
import { isCallable, isHidden, pinOf } from "../evaluate/reach.js";
import { type Clock, systemClock } from "../internal/clock.js";
import type { CopyLimits } from "../internal/json-copy.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { isLifecycle, isMcpMethod } from "../internal/mcp-methods.js";
import { own } from "../internal/own.js";
import { quote } from "../internal/quote.js";
import { type IdSource, randomId } from "../internal/random-id.js";
import type { Admission, Asked, KnownContext, Lists } from "./admission.js";
import { Deadlines, type Wait } from "./deadlines.js";
import { NO_RETRY, RETRY_LATER, type Retry } from "./denial.js";
import { type Asking, describe, type Identity, identify, NOT_PERMITTED, UNAVAILABLE } from "./identify.js";
import { type GateOptions, type Listing, listingOf } from "./options.js";
import { PinnedDefinitions } from "./pinned-definitions.js";
import { Recorder } from "./recorder.js";
import { type Held, Settlement } from "./settle.js";
import { checkHostSchema, type Equipped, withListedTool } from "./tool-arguments.js";
import { type CounterUsage, checkUsage, countersOf, groupsOf, type UsageOptions, usageOf } from "./usage.js";

/** Where a call is denied that no rule of a policy denies. */
const PLACES = {
  closed: { rule: "(gate closed)", pointer: "" },
  cancelled: { rule: "(cancelled)", pointer: "" },
  notRecorded: { rule: "(no record)", pointer: "" },
  failed: { rule: "(gate failed)", pointer: "" },
  ambiguous: { rule: "(ambiguous tool)", pointer: "" },
} as const;

const SHARE_THE_GATE =
  "a limit was asked for on a host that makes a gate for every request, where it can never hold: call createGate once, outside the factory, or give it a store";

const NAME_THE_CALLERS = "requests are authenticated, but every caller is the grant `default`: give the gate a `grant`";

/** What a caller sees that nobody knows a policy of. */
const NOTHING: Lists = { names: () => false, tool: () => false };

/** The one routine with effects. Every delivery asks it, and only says how to carry out the answer. */
export class Engine {
  readonly caps: CopyLimits;
  readonly server: string | undefined;
  readonly recorder: Recorder;
  /** Waits for what a call is judged by, no longer than for a resolver. */
  readonly inTime: Wait;
  readonly #options: GateOptions;
  readonly #settlement: Settlement;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #deadlines: Deadlines;
  readonly #listing: Listing;
  readonly #pinned = new PinnedDefinitions();
  /** The counters are this engine's own and the engine its target's own: nothing else counts with them. */
  readonly #unshared: boolean;

  constructor(options: GateOptions, ownedByTarget: boolean) {
    this.#options = options;
    this.#unshared = ownedByTarget && options.store === undefined;
    // Read once: what the host changes in an option later has no effect.
    this.#listing = listingOf(options);
    this.#clock = options.clock ?? systemClock;
    this.#ids = options.ids ?? randomId;
    this.#deadlines = new Deadlines(options.timeouts);
    this.inTime = this.#deadlines.resolver;
    this.caps = { depth: 128, values: 1_000_000, ...options.caps };
    this.server = options.server;
    this.recorder = new Recorder(options.audit, this.#clock, this.#ids);
    const store = options.store ?? createMemoryStore();
    this.#settlement = new Settlement(store, this.#deadlines.store, this.recorder, this.#clock);
  }

  /** Whether hidden characters are written out in lists of tools. */
  get sanitizesLists(): boolean {
    return this.#listing.sanitize;
  }

  /** Whether callers are told apart. */
  get tellsGrantsApart(): boolean {
    return typeof this.#options.grant === "function";
  }

  /** Names one connection: the session of those that have none of their own. */
  newConnectionId(): string {
    return this.#ids();
  }

  close(): void {
    this.#deadlines.close();
  }

  /** Judges a call, reserves what it costs and records the decision. Synchronous unless something it asks is not. */
  admit(asked: Asked): MaybePromise<Admission> {
    return attempt<Admission>(
      () => this.#judge({ asked, id: this.recorder.newId() }),
      (cause) => this.#deny({ asked, id: "" }, nobody(asked), unavailable(PLACES.failed), { cause }),
    );
  }

  /** What the caller's lists may name. A caller without a policy sees nothing. */
  lists(asking: Asking): MaybePromise<Lists> {
    return attempt<Lists>(
      () =>
        chain(this.#identify(asking), (who) => {
          if (!who.known) return NOTHING;
          const { plan } = who;
          const names: Lists["names"] =
            this.#listing.mode === "callable"
              ? (kind, name) => isCallable(plan, kind, name)
              : (kind, name) => !isHidden(plan, kind, name);
          return { names, tool: (name, tool) => names("tool", name) && this.#isAsPinned(asking, plan, name, tool) };
        }),
      () => NOTHING,
    );
  }

  /** Whether a policy may have something to say of methods that MCP knows. */
  get mayRuleMethods(): boolean {
    const { policy } = this.#options;
    return typeof policy === "function" || planOf(policy).methods.rules;
  }

  /** Whether a policy may look at tools as they are listed. */
  get mayNeedListedTools(): boolean {
    const { policy } = this.#options;
    return typeof policy === "function" || planOf(policy).needsListedTools;
  }

  /**
   * The denial of a method that the policy denies, recorded; `undefined` for one that passes. Where nobody can tell who
   * asks, or by which policy, only what a connection needs to stand passes.
   */
  forbids(asked: Asked): MaybePromise<DenyDecision | undefined> {
    const known = isMcpMethod(asked.call.name);
    if (known && !this.mayRuleMethods) return undefined;
    return attempt<DenyDecision | undefined>(
      () =>
        chain(this.#identify(asked), (who) => {
          if (!who.known) {
            if (isLifecycle(asked.call.name)) return undefined;
            this.#deny({ asked, id: this.recorder.newId() }, { ...nobody(asked), grant: who.grant }, who.denied, {
              cause: who.cause,
            });
            return who.denied;
          }
          const decision = evaluate(who.plan, asked.call, who.context);
          if (decision.outcome !== "deny") return undefined;
          this.#deny({ asked, id: this.recorder.newId() }, who.context, decision);
          return decision;
        }),
      () => unavailable(PLACES.failed),
    );
  }

  /** The grant that asks; `undefined` when nobody can tell. */
  grant(asking: Asking): MaybePromise<string | undefined> {
    return attempt<string | undefined>(
      () => chain(this.#identify(asking), (who) => (who.known ? who.context.grant : undefined)),
      () => undefined,
    );
  }

  /** The counters of a grant as they stand; of one call, those that it would be charged to. */
  async usage(
    grant: string,
    options: UsageOptions & { readonly call?: Call | undefined },
  ): Promise<readonly CounterUsage[]> {
    checkUsage(grant, undefined, options);
    const who = await this.#known(grant, options);
    if (who === undefined) return [];
    const counters = countersOf(who.plan, who.context, options.call);
    const readings = await this.#settlement.read(counters, this.#clock.now());
    return counters.map((counter, index) => usageOf(counter, readings[index] as Reading));
  }

  /** Forgets what a grant has used, and records that. */
  async reset(grant: string, counter: string | undefined, options: UsageOptions): Promise<void> {
    checkUsage(grant, counter, options);
    const who = await this.#known(grant, options);
    const groups = who === undefined ? [] : groupsOf(who.plan, who.context, counter);
    await this.#settlement.reset(groups);
    const what = counter === undefined ? "the counters" : `counter ${quote(counter)}`;
    this.recorder.notice(
      "direct",
      options.server ?? this.server ?? "",
      "counters_reset",
      `${what} of grant ${quote(grant)}`,
    );
  }

  async #known(grant: string, { session, server }: UsageOptions): Promise<(Identity & { known: true }) | undefined> {
    const request = { kind: "tool", name: "" } as const;
    const caller = { side: "direct", authInfo: undefined, headers: undefined, sessionId: session, request } as const;
    const who = await this.#identify({
      caller: { ...caller, server: server ?? this.server },
      session,
      given: { grant, session, server: server ?? this.server },
    });
    if (who.known) return who;
    if (who.denied.code === "unavailable") throw new StoreError("store_failed", who.cause ?? who.denied.message);
    return undefined;
  }

  #identify(asking: Asking): MaybePromise<Identity> {
    const { side, authInfo } = asking.caller;
    if (side === "server" && authInfo !== undefined && this.#options.grant === undefined) {
      this.recorder.noticeOnce(side, this.server ?? "", "grant_not_resolved", NAME_THE_CALLERS);
    }
    return identify(this.#options, asking, this.#clock.now(), this.#deadlines.resolver);
  }

  #judge(trial: Trial): MaybePromise<Admission> {
    const { asked } = trial;
    if (this.#deadlines.closed) return this.#deny(trial, nobody(asked), unavailable(PLACES.closed));
    return chain(this.#identify(asked), (who) => {
      if (!who.known) {
        const retry = who.denied.code === "unavailable" ? RETRY_LATER : NO_RETRY;
        return this.#deny(trial, { ...nobody(asked), grant: who.grant }, who.denied, { retry, cause: who.cause });
      }
      const { plan, context } = who;
      const stopped = this.#stopped(asked);
      if (stopped !== undefined) return this.#deny(trial, context, stopped);
      if (asked.ambiguous) {
        return this.#deny(trial, context, deny("not_permitted", PLACES.ambiguous, NOT_PERMITTED, plan.revision));
      }
      return chain(withListedTool(asked, plan, context), (equipped) => this.#decide(trial, plan, equipped));
    });
  }

  /** Whether a tool has the definition that the policy pins, if any; tells what changed where it has not. */
  #isAsPinned({ caller }: Asking, plan: Plan, name: string, tool: ListedTool): boolean {
    const pin = pinOf(plan, name);
    if (pin === undefined) return true;
    const changed = this.#pinned.look(caller.server ?? "", pin.fingerprint, tool);
    if (changed !== undefined) {
      this.recorder.notice(caller.side, caller.server ?? "", "pin_mismatch", `${quote(name)} ${changed}`, [name]);
    }
    return isAsPinned(pin, tool);
  }

  #decide(trial: Trial, plan: Plan, { context, cause }: Equipped): MaybePromise<Admission> {
    const { call } = trial.asked;
    if (context.tool !== undefined && (call.kind ?? "tool") === "tool") {
      this.#isAsPinned(trial.asked, plan, call.name, context.tool);
    }
    const decision = evaluate(plan, call, context);
    if (decision.outcome === "deny") {
      const more = decision.code === "unavailable" && cause !== undefined ? { cause, retry: RETRY_LATER } : {};
      return this.#deny(trial, context, decision, more);
    }
    return chain(checkHostSchema(this.#options.args, call, plan.revision, this.inTime), (unfit) => {
      if (unfit !== undefined) return this.#deny(trial, context, unfit.denied, unfit);
      if (decision.outcome === "require_approval") {
        return this.#deny(trial, context, deny("approval_required", decision, decision.message, decision.revision));
      }
      return decision.charges.length === 0
        ? this.#allow(trial, context, decision, undefined)
        : this.#charge(trial, context, decision);
    });
  }

  #charge(trial: Trial, context: KnownContext, decision: Decision): MaybePromise<Admission> {
    const { charges, revision } = decision;
    const first = charges[0] as Charge;
    const { side } = trial.asked.caller;
    if (this.#unshared && trial.asked.stateless) {
      this.recorder.noticeOnce(side, this.server ?? "", "limit_cannot_hold", SHARE_THE_GATE);
      return this.#deny(trial, context, unavailable(first, revision), { charges, cause: SHARE_THE_GATE });
    }
    return chain(this.#settlement.reserve(charges, context, this.#clock.now()), (answer) => {
      switch (answer.kind) {
        case "reserved":
          return this.#allow(trial, context, decision, answer.held);
        case "refused": {
          const by = charges[answer.by] as Charge;
          const reading = answer.readings[answer.by] as Reading;
          const early = isEarly(by, reading) ? by.min : undefined;
          const retry = early === undefined ? this.#retryAfter(by, reading) : RETRY_LATER;
          const denied = deny("rate_limited", early ?? by, early?.message ?? by.message, revision);
          return this.#deny(trial, context, denied, { charges, readings: answer.readings, retry });
        }
        case "unavailable": {
          const details = { charges, retry: RETRY_LATER, cause: answer.cause };
          return this.#deny(trial, context, unavailable(first, revision), details);
        }
        default:
          return answer satisfies never;
      }
    });
  }

  /** Records the decision, and admits the call unless the record fails or the caller has gone meanwhile. */
  #allow(trial: Trial, context: KnownContext, decision: Decision, held: Held | undefined): MaybePromise<Admission> {
    const { asked, id } = trial;
    const { side } = asked.caller;
    const stopped = this.#stopped(asked);
    if (stopped !== undefined) {
      if (held !== undefined) this.#settlement.giveBack(side, context, held);
      return this.#deny(trial, context, stopped);
    }
    const settle = this.#settlement.settler(side, context, id, decision.charges, held);
    const { charges, revision } = decision;
    return attempt<Admission>(
      () => {
        const note = { id, asked, decision, context, charges, readings: held?.readings, cause: undefined };
        const recorded: unknown = this.recorder.decision(note);
        return chain(isPromiseLike(recorded) ? this.#deadlines.audit(recorded) : undefined, () => {
          const gone = this.#stopped(asked);
          if (gone === undefined) return { admitted: true, decision, settle };
          settle("not_executed");
          return { admitted: false, decision: gone, retry: NO_RETRY };
        });
      },
      (cause) => {
        settle("not_executed");
        return this.#deny(trial, context, unavailable(PLACES.notRecorded, revision), { retry: RETRY_LATER, cause });
      },
    );
  }

  #deny({ asked, id }: Trial, context: KnownContext, decision: DenyDecision, more: DenyDetails = {}): Admission {
    const charges = own(more, "charges") ?? [];
    const readings = own(more, "readings");
    const retry = own(more, "retry") ?? NO_RETRY;
    const given = own(more, "cause");
    const cause = typeof given === "string" ? given : describe(given);
    // The call is denied whatever the sink does with it.
    void attempt<void>(
      () => this.recorder.decision({ id, asked, decision, context, charges, readings, cause }),
      () => undefined,
    );
    return { admitted: false, decision, retry };
  }

  #retryAfter(charge: Charge, reading: Reading): Retry {
    if (charge.max === undefined || charge.amount > charge.max) return NO_RETRY;
    // Another grant's use must not show: only the caller's own counters say when. A call in flight ends when it does.
    if (charge.scope === "global" || charge.window.kind === "in_flight") return RETRY_LATER;
    return { retryable: true, retryAfterMs: Math.max(0, reading.resetsAt - this.#clock.now()) };
  }

  #stopped(asked: Asked): DenyDecision | undefined {
    if (this.#deadlines.closed) return unavailable(PLACES.closed);
    return asked.dead() ? cancelled() : undefined;
  }
}

/** The denial of a call whose caller gave it up while it was held. */
export function cancelled(): DenyDecision {
  return deny("unavailable", PLACES.cancelled, "the call was cancelled", "");
}

/** Refused because the counter is below its `min`, and not because it would pass its `max`. */
function isEarly({ amount, max, min }: Charge, { value }: Reading): boolean {
  if (min === undefined || value >= Math.round(min.value * 1_000_000)) return false;
  return max === undefined || value + Math.round(amount * 1_000_000) <= Math.round(max * 1_000_000);
}

/** A call under judgement and the id of its events. */
interface Trial {
  readonly asked: Asked;
  readonly id: string;
}

interface DenyDetails {
  readonly charges?: readonly Charge[];
  readonly readings?: readonly Reading[];
  readonly retry?: Retry;
  readonly cause?: unknown;
}

function unavailable(place: Place, revision = ""): DenyDecision {
  return deny("unavailable", place, UNAVAILABLE, revision);
}

function nobody(asked: Asked): KnownContext {
  return { grant: "", session: asked.session, server: asked.caller.server };
}
