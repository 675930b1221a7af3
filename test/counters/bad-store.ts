import type { CounterStoreClaims } from "callgate/testing";
import { EVERYTHING, type StoreClass } from "./plain-store.js";

/** A store with one fault, and the promise that it breaks. */
export interface BadStore {
  readonly promise: number;
  readonly fault: string;
  readonly store: StoreClass;
  /** Default: everything. */
  readonly claims?: CounterStoreClaims;
}

/** Everything that can be claimed, but bounds. */
export const UNBOUNDED: CounterStoreClaims = { ...EVERYTHING, capacity: undefined };
export const BACKEND_CLOCK: CounterStoreClaims = { ...EVERYTHING, clock: "backend" };
export const FIXED_CLOCK: CounterStoreClaims = { clock: "backend", settableClock: false };
