import type { ReserveOptions, StoreCharge } from "callgate";

const DAY = 86_400_000;

const own = (key: string): Pick<StoreCharge, "key" | "group" | "grant"> => ({ key, group: key, grant: "victim" });

/** What each reservation of the process that is killed charges: a row, and parts of one. */
export const victimCharges: { readonly charges: readonly StoreCharge[]; readonly options: ReserveOptions } = {
  charges: [
    { ...own("whole"), window: { kind: "fixed", ms: DAY, offsetMs: 0 }, amount: 1 },
    { ...own("parts"), window: { kind: "sliding", ms: DAY }, amount: 2 },
    { ...own("slots"), window: { kind: "in_flight", leaseMs: DAY }, amount: 3 },
  ],
  options: { now: Date.UTC(2026, 0, 1, 12) },
};

/** Every third operation gives back what the one before it reserved. */
export function operationAt(number: number): "reserve" | "release" {
  return number % 3 === 0 ? "release" : "reserve";
}

/** How many reservations count after the first `commits` operations of a process. */
export function heldAfter(commits: number): number {
  const released = Math.floor(commits / 3);
  return commits - 2 * released;
}
