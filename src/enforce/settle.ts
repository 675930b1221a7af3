import { counterKey } from "../counters/key.js";
import type { CounterStore, Reading, Reservation, Reserved, StoreCharge } from "../counters/store.js";
import { StoreError } from "../errors.js";
import type { Charge } from "../evaluate/decision.js";
import { attempt, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { toMicro } from "../internal/micro.js";
import type { KnownContext, Settle } from "./admission.js";
import type { Wait } from "./deadlines.js";
import { describe } from "./identify.js";
import type { Recorder } from "./recorder.js";

/** A reservation and the counters as it left them. */
export interface Held {
  readonly reservation: Reservation;
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

  constructor(store: CounterStore, wait: Wait, recorder: Recorder) {
    this.#store = store;
    this.#wait = wait;
    this.#recorder = recorder;
  }

  /**
   * Reserves all charges of a call in one request. No usable answer in time is `unavailable`; a reservation that
   * arrives too late is given back.
   */
  reserve(charges: readonly Charge[], context: KnownContext, now: number): MaybePromise<Reservations> {
    return attempt<Reservations>(
      () => {
        const answer = this.#store.reserve(
          charges.map((charge) => storeCharge(charge, context)),
          { now },
        );
        return isPromiseLike(answer) ? this.#inTime(answer, charges.length) : readAnswer(answer, charges.length);
      },
      (cause) => ({ kind: "unavailable", cause }),
    );
  }

  /** The settling of one admitted call. */
  settler(side: Side, context: KnownContext, id: string, held: Held | undefined): Settle {
    let settled = false;
    return (result) => {
      if (settled) return;
      settled = true;
      const refunded = result === "not_executed" && held !== undefined;
      if (refunded) this.giveBack(side, context, held);
      this.#recorder.outcome(side, context.server ?? "", id, result, refunded);
    };
  }

  giveBack(side: Side, { server }: KnownContext, { reservation }: Held): void {
    void attempt<void>(
      () => this.#store.release(reservation),
      (error) => {
        const message = `a charge could not be given back: ${describe(error)}`;
        this.#recorder.notice(side, server ?? "", "release_failed", message);
      },
    );
  }

  #inTime(answer: Promise<Reserved>, charges: number): Promise<Reservations> {
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

function storeCharge(charge: Charge, { grant, server }: KnownContext): StoreCharge {
  const key = counterKey({ ...charge, server: server ?? "" });
  const max = charge.max === undefined ? undefined : exactly(charge.max);
  return { key, grant, windowMs: charge.windowMs, amount: exactly(charge.amount), max };
}

function exactly(units: number): number {
  const micro = toMicro(units);
  if (micro === undefined) throw new StoreError("store_failed", "an amount that cannot be counted");
  return micro;
}

/** A store is other people's code: what is not exactly an answer is none. */
function readAnswer(answer: Reserved, charges: number): Reservations {
  const readings: unknown = answer?.readings;
  if (Array.isArray(readings) && readings.length === charges && readings.every(isReading)) {
    if (answer.ok === true && answer.reservation !== null && typeof answer.reservation === "object") {
      return { kind: "reserved", held: { reservation: answer.reservation, readings } };
    }
    if (answer.ok === false && Number.isInteger(answer.refused) && answer.refused >= 0 && answer.refused < charges) {
      return { kind: "refused", by: answer.refused, readings };
    }
  }
  return { kind: "unavailable", cause: new StoreError("store_failed", "the store gave no usable answer") };
}

function isReading(reading: unknown): reading is Reading {
  const { value, resetsAt } = Object(reading) as Partial<Reading>;
  return Number.isFinite(value) && Number.isFinite(resetsAt);
}
