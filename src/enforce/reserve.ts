import { counterKey } from "../counters/key.js";
import type { CounterStore, Reading, Reservation, Reserved, StoreCharge } from "../counters/store.js";
import { StoreError } from "../errors.js";
import type { CallContext, Charge } from "../evaluate/decision.js";
import { attempt, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import { toMicro } from "../internal/micro.js";

/** What came of asking the store: reserved, refused by one charge, or no usable answer. */
export type Reservations =
  | { readonly kind: "reserved"; readonly reservation: Reservation; readonly readings: readonly Reading[] }
  | { readonly kind: "refused"; readonly by: number; readonly readings: readonly Reading[] }
  | { readonly kind: "unavailable"; readonly cause: unknown };

/** Waits for a store within its deadline. */
type Wait = <T>(work: PromiseLike<T>) => Promise<T>;

/**
 * Reserves all charges of a call in one request. No usable answer in time is `unavailable`; a reservation that
 * arrives too late is given back.
 */
export function reserve(
  store: CounterStore,
  charges: readonly Charge[],
  context: CallContext & { readonly grant: string },
  now: number,
  wait: Wait,
): MaybePromise<Reservations> {
  return attempt<Reservations>(
    () => {
      const answer = store.reserve(
        charges.map((charge) => storeCharge(charge, context)),
        { now },
      );
      if (!isPromiseLike(answer)) return read(answer, charges.length);
      let late = false;
      answer.then(
        (reserved) => late && giveBack(store, reserved),
        () => undefined,
      );
      return wait(answer).then(
        (reserved) => read(reserved, charges.length),
        (cause) => {
          late = true;
          return { kind: "unavailable", cause };
        },
      );
    },
    (cause) => ({ kind: "unavailable", cause }),
  );
}

function storeCharge(charge: Charge, { grant, server }: CallContext & { readonly grant: string }): StoreCharge {
  const amount = toMicro(charge.amount);
  if (amount === undefined) throw new StoreError("store_failed", "an amount that cannot be counted");
  const max = charge.max === undefined ? undefined : toMicro(charge.max);
  return { key: counterKey({ ...charge, server: server ?? "" }), grant, windowMs: charge.windowMs, amount, max };
}

/** A store is other people's code: what is not exactly an answer is none. */
function read(answer: Reserved, charges: number): Reservations {
  const whole = Array.isArray(answer?.readings) && answer.readings.length === charges;
  if (whole && answer.ok === true && typeof answer.reservation === "object") {
    return { kind: "reserved", reservation: answer.reservation, readings: answer.readings };
  }
  if (
    whole &&
    answer.ok === false &&
    Number.isInteger(answer.refused) &&
    answer.refused >= 0 &&
    answer.refused < charges
  ) {
    return { kind: "refused", by: answer.refused, readings: answer.readings };
  }
  return { kind: "unavailable", cause: new StoreError("store_failed", "the store gave no usable answer") };
}

function giveBack(store: CounterStore, reserved: Reserved): void {
  if (reserved?.ok !== true) return;
  void attempt<void>(
    () => store.release(reserved.reservation),
    () => undefined,
  );
}
