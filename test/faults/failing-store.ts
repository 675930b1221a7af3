import type { CounterStore } from "callgate";
import { bound } from "../backends/backend.js";

export const METHODS = ["reserve", "release", "renew", "read"] as const;
export type Method = (typeof METHODS)[number];

/** How a call of a store fails. Whether it was carried out all the same is another question. */
export const FAILURES: { readonly [name: string]: () => unknown } = {
  throws: () => {
    throw new Error("thrown");
  },
  rejects: () => Promise.reject(new Error("rejected")),
  "never answers": () => new Promise(() => undefined),
  "answers nothing": () => undefined,
  "answers nonsense": () => Promise.resolve({ ok: "true", readings: [{ value: "1" }], reservation: "id" }),
  "answers half": () => ({ ok: true, readings: [] }),
};

/** One call of a store that fails: the `nth` of a method, from 1. */
export interface Failure {
  readonly method: Method;
  readonly nth: number;
  readonly how: string;
  /** Whether the store did what it was asked before it failed to say so. */
  readonly carriedOut: boolean;
}

export interface FailingStore {
  readonly store: CounterStore;
  /** How often each method was called. */
  readonly calls: { readonly [name in Method]: number };
}

/** A store one of whose calls fails, or none. */
export function failingStore(store: CounterStore, failure: Failure | undefined): FailingStore {
  const calls = { reserve: 0, release: 0, renew: 0, read: 0 };
  const plain = bound(store);
  const failed = <T>(method: Method, work: () => T): T => {
    calls[method]++;
    if (failure === undefined || failure.method !== method || failure.nth !== calls[method]) return work();
    if (failure.carriedOut) work();
    return FAILURES[failure.how]?.() as T;
  };
  return {
    store: {
      ...plain,
      reserve: (charges, options) => failed("reserve", () => plain.reserve(charges, options)),
      release: (reservation, only) => failed("release", () => plain.release(reservation, only)),
      renew: (reservation, options) => failed("renew", () => plain.renew(reservation, options)),
      read: (counters, options) => failed("read", () => plain.read(counters, options)),
    },
    calls,
  };
}
