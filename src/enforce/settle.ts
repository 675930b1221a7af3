import type { CallResult } from "../audit/event.js";
import { counterGroup, counterKey } from "../counters/key.js";
import type { CounterName, CounterStore, Reading, Reservation, Reserved, StoreCharge } from "../counters/store.js";
import { StoreError } from "../errors.js";
import type { Charge } from "../evaluate/decision.js";
import type { Clock } from "../internal/clock.js";
import { attempt, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { toMicro } from "../internal/micro.js";
import type { KnownContext, Settle } from "./admission.js";
import type { Wait } from "./deadlines.js";
import { describe } from "./identify.js";
import { Leases } from "./leases.js";
import type { Recorder } from "./recorder.js";

/** A reservation and the counters as it left them. */
export interface Held {
  readonly reservation: Reservation;
  readonly charges: readonly StoreCharge[];
  readonly readings: readonly Reading[];
}

/** What came of asking the store: reserved, refused by one charge, or no usable answer. */
export type Reservations =
  | { readonly kind: "reserved"; readonly held: Held }
  | { readonly kind: "refused"; readonly by: number; readonly readings: readonly Reading[] }
  | { readonly kind: "unavailable"; readonly cause: unknown };

/** The charges of one gate: reserved before a call, and given back if it never ran. */
export class Settlement {
  readonly #store: CounterStore;
  readonly #wait: Wait;
  readonly #recorder: Recorder;
  readonly #leases: Leases;

  constructor(store: CounterStore, wait: Wait, recorder: Recorder, clock: Clock) {
    this.#store = store;
    this.#wait = wait;
    this.#recorder = recorder;
    this.#leases = new Leases(store, clock);
  }

  /**
   * Reserves all charges of a call in one request. No usable answer in time is `unavailable`; a reservation that
   * arrives too late is given back.
   */
  reserve(charges: readonly Charge[], context: KnownContext, now: number): MaybePromise<Reservations> {
    return attempt<Reservations>(
      () => {
        const asked = charges.map((charge) => storeCharge(charge, context));
        if (!this.#leases.areKept(asked))
          throw new StoreError("store_failed", "a slot of a running call could not be renewed");
        const answer = this.#store.reserve(asked, { now });
        return isPromiseLike(answer) ? this.#inTime(answer, asked) : readAnswer(answer, asked);
      },
      (cause) => ({ kind: "unavailable", cause }),
    );
  }

  /** @throws StoreError where the store gives no usable answer in time. */
  async read(counters: readonly CounterName[], now: number): Promise<readonly Reading[]> {
    // Names alone: what else is known of them here is in units, and not for a store.
    const names = counters.map(({ key, window }) => ({ key, window }));
    const answer = this.#store.read(names, { now });
    const readings: unknown = await (isPromiseLike(answer) ? this.#wait(answer) : answer);
    if (Array.isArray(readings) && readings.length === counters.length && readings.every(isReading)) return readings;
    throw new StoreError("store_failed", "the store gave no usable answer");
  }

  async reset(groups: readonly string[]): Promise<void> {
    const answer = this.#store.reset(groups);
    if (isPromiseLike(answer)) await this.#wait(answer);
  }

  /** The settling of one admitted call. Its slots are held until then. */
  settler(
    side: Side,
    context: KnownContext,
    id: string,
    charges: readonly Charge[],
    held: Held | undefined,
  ): { readonly handOn: () => void; readonly settle: Settle } {
    const { server = "" } = context;
    const lost = (): void =>
      this.#recorder.notice(side, server, "lease_lost", "a slot of a running call could not be renewed");
    const letGo = held === undefined ? undefined : this.#leases.hold(held.reservation, held.charges, lost);
    let state: "running" | "task" | "ended" = "running";
    let handedOn: number | undefined;
    const handOn = (): void => {
      handedOn = this.#recorder.elapsed();
    };
    const settle: Settle = (result, rpcCode) => {
      if (state === "ended") return;
      letGo?.();
      const wasRunning = state === "running";
      state = result === "task" && letGo !== undefined ? "task" : "ended";
      if (state === "task" && held !== undefined) this.#leases.renewOnce(held.reservation);
      const back = held === undefined || state === "task" ? NONE : givenBack(charges, result, rpcCode, wasRunning);
      if (held !== undefined && back.length > 0) this.giveBack(side, context, held, back);
      const refunded = back.some((index) => charges[index]?.window.kind !== "in_flight");
      if (wasRunning) this.#recorder.outcome(side, server, { id, result, refunded, handedOn });
    };
    return { handOn, settle };
  }

  giveBack(side: Side, { server }: KnownContext, { reservation }: Held, only?: readonly number[]): void {
    void attempt<void>(
      () => this.#store.release(reservation, only),
      (error) => {
        const message = `a charge could not be given back: ${describe(error)}`;
        this.#recorder.notice(side, server ?? "", "release_failed", message);
      },
    );
  }

  #inTime(answer: Promise<Reserved>, charges: readonly StoreCharge[]): Promise<Reservations> {
    return this.#wait(answer).then(
      (reserved) => readAnswer(reserved, charges),
      (cause): Reservations => {
        // The call is denied, so what was reserved for it after all, or in the very turn that ended it, goes back.
        answer.then(
          (reserved) => {
            if (reserved?.ok === true) this.#giveBackQuietly(reserved.reservation);
          },
          () => undefined,
        );
        return { kind: "unavailable", cause };
      },
    );
  }

  #giveBackQuietly(reservation: Reservation): void {
    void attempt<void>(
      () => this.#store.release(reservation),
      () => undefined,
    );
  }
}

type Side = Parameters<Recorder["outcome"]>[0];

const NONE: readonly never[] = Object.freeze([]);

/** JSON-RPC errors that say a server did not understand the request: parse error, invalid request, method, parameters. */
const REJECTIONS: ReadonlySet<number | undefined> = new Set([-32_700, -32_600, -32_601, -32_602]);

/** The charges that a call gives back by how it ended: slots always, the rest by their `refund`, of a task nothing else. */
function givenBack(
  charges: readonly Charge[],
  result: CallResult,
  rpcCode: number | undefined,
  isCall: boolean,
): readonly number[] {
  const failed = result === "protocol_error" || result === "tool_error";
  const rejected = result === "protocol_error" && REJECTIONS.has(rpcCode);
  const comesBack = ({ window, refund }: Charge): boolean => {
    if (window.kind === "in_flight" || result === "not_executed") return true;
    if (!isCall) return false;
    return refund === "error" ? failed : refund === "rejected" && rejected;
  };
  const back: number[] = [];
  for (const [index, charge] of charges.entries()) if (comesBack(charge)) back.push(index);
  return back.length === 0 ? NONE : back;
}

function storeCharge(charge: Charge, { grant, server = "" }: KnownContext): StoreCharge {
  const { scope, owner, counter, window, by, max, min } = charge;
  const key = counterKey({ server, scope, owner, counter, window }, by);
  return {
    key,
    group: by.length === 0 ? key : counterGroup({ server, scope, owner, counter, window }),
    grant,
    window,
    amount: exactly(charge.amount),
    max: max === undefined ? undefined : exactly(max),
    min: min === undefined ? undefined : exactly(min.value),
  };
}

function exactly(units: number): number {
  const micro = toMicro(units);
  if (micro === undefined) throw new StoreError("store_failed", "an amount that cannot be counted");
  return micro;
}

/** A store is other people's code: what is not exactly an answer is none. */
function readAnswer(answer: Reserved, charges: readonly StoreCharge[]): Reservations {
  const readings: unknown = answer?.readings;
  if (Array.isArray(readings) && readings.length === charges.length && readings.every(isReading)) {
    if (answer.ok === true && answer.reservation !== null && typeof answer.reservation === "object") {
      return { kind: "reserved", held: { reservation: answer.reservation, charges, readings } };
    }
    const { length } = charges;
    if (answer.ok === false && Number.isInteger(answer.refused) && answer.refused >= 0 && answer.refused < length) {
      return { kind: "refused", by: answer.refused, readings };
    }
  }
  return { kind: "unavailable", cause: new StoreError("store_failed", "the store gave no usable answer") };
}

function isReading(reading: unknown): reading is Reading {
  const { value, resetsAt } = Object(reading) as Partial<Reading>;
  return Number.isFinite(value) && Number.isFinite(resetsAt);
}
