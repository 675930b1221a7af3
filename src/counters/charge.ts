import { StoreError } from "../errors.js";
import { MAX_WINDOW_MS, type Window } from "../internal/window.js";
import type { StoreCharge } from "./store.js";

/**
 * What is not a number would pass every comparison, and stay in the counter for good.
 *
 * @throws StoreError for a charge that cannot be counted.
 */
export function checkCharge({ amount, max, min, window }: StoreCharge): void {
  if (counts(amount, 0) && (max === undefined || counts(max, 0)) && (min === undefined || counts(min, 0))) {
    if (isCountable(window)) return;
  }
  throw new StoreError("store_failed", "a charge that cannot be counted");
}

/** Whether a counter that stands at `value` lets a charge pass. */
export function fits({ amount, max, min }: StoreCharge, value: number): boolean {
  return amount <= (max ?? Number.MAX_SAFE_INTEGER) - value && (min === undefined || value >= min);
}

/**
 * Whether a charge changes a counter that stands at `value`. One of nothing asks about it: it opens no counter and takes
 * no slot. It only lets a session go on that was charged before.
 */
export function changes({ amount, window }: StoreCharge, value: number): boolean {
  return amount > 0 || (window.kind === "session" && value > 0);
}

function isCountable(window: Window): boolean {
  switch (window.kind) {
    case "fixed":
      return counts(window.ms, 1) && window.ms <= MAX_WINDOW_MS && counts(window.offsetMs, 0);
    case "sliding":
      return counts(window.ms, 1) && window.ms <= MAX_WINDOW_MS;
    case "month":
      return true;
    case "session":
      return counts(window.idleMs, 1);
    case "in_flight":
      return counts(window.leaseMs, 1);
    default:
      window satisfies never;
      return false;
  }
}

function counts(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
