import type { CounterStore } from "../counters/store.js";
import { isPromiseLike, type MaybePromise } from "../internal/maybe.js";

/** Told of every answer of a store: what was asked, since when, and the class of the error where it failed. */
export type StoreObserver = (operation: string, since: number, error: string | undefined) => void;

/** The same store, each of whose answers is told to `observe`. What is synchronous stays so. */
export function observedStore(store: CounterStore, now: () => number, observe: StoreObserver): CounterStore {
  const measured = <T>(operation: string, ask: () => MaybePromise<T>): MaybePromise<T> => {
    const since = now();
    try {
      const answer = ask();
      if (!isPromiseLike(answer)) {
        observe(operation, since, undefined);
        return answer;
      }
      void answer.then(
        () => observe(operation, since, undefined),
        (error: unknown) => observe(operation, since, nameOf(error)),
      );
      return answer;
    } catch (error) {
      observe(operation, since, nameOf(error));
      throw error;
    }
  };
  return {
    clock: store.clock,
    reserve: (charges, options) => measured("reserve", () => store.reserve(charges, options)),
    release: (reservation, only) => measured("release", () => store.release(reservation, only)),
    renew: (reservation, options) => measured("renew", () => store.renew(reservation, options)),
    read: (counters, options) => measured("read", () => store.read(counters, options)),
    reset: (groups) => measured("reset", () => store.reset(groups)),
    ...(store.close === undefined ? {} : { close: () => store.close?.() }),
  };
}

/** A `code` is one of few; a message is not. */
function nameOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "_OTHER";
}
