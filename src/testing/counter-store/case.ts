import { ContractViolation, same } from "../violation.js";
import type { Bench } from "./bench.js";
import type { PromiseNumber } from "./promises.js";
import type { CounterStoreClaims, CounterStoreSubject } from "./subject.js";

/** One test of a promise. With `needs`, it is only run for stores that claim them; the others show they lack it. */
export interface ContractCase {
  readonly promise: PromiseNumber;
  readonly name: string;
  readonly needs?: readonly Need[];
  readonly run: (bench: Bench) => Promise<void>;
}

export type Need =
  | "caller's clock"
  | "backend's clock"
  | "settable clock"
  | "shared backend"
  | "durability"
  | "backend that can fail"
  | "capacity";

interface Requirement {
  readonly claimed: (claims: CounterStoreClaims) => boolean;
  /** Whether a subject has it, as far as that can be seen. */
  readonly found: (subject: CounterStoreSubject) => boolean;
}

const NEEDS: { readonly [need in Need]: Requirement } = {
  "caller's clock": {
    claimed: ({ clock }) => clock !== "backend",
    found: ({ store }) => store.clock === "caller",
  },
  "backend's clock": {
    claimed: ({ clock }) => clock === "backend",
    found: ({ store }) => store.clock === "backend",
  },
  "settable clock": {
    claimed: ({ settableClock }) => settableClock !== false,
    found: ({ clock }) => clock.set !== undefined,
  },
  "shared backend": {
    claimed: ({ shared }) => shared === true,
    found: ({ connect }) => connect !== undefined,
  },
  durability: {
    claimed: ({ durable }) => durable === true,
    found: ({ reopen }) => reopen !== undefined,
  },
  "backend that can fail": {
    claimed: ({ breakable }) => breakable === true,
    found: ({ breakBackend }) => breakBackend !== undefined,
  },
  capacity: {
    claimed: ({ capacity }) => capacity !== undefined,
    found: () => false,
  },
};

/** The first need of a case that the claims leave out. */
export function unclaimed({ needs = [] }: ContractCase, claims: CounterStoreClaims): Need | undefined {
  return needs.find((need) => !NEEDS[need].claimed(claims));
}

/** A claim left out is a statement too: the subject must not have the thing. */
export function checkAbsent(need: Need, subject: CounterStoreSubject): void {
  same(`${need} is not claimed, and is there`, NEEDS[need].found(subject), false);
}

/** What the subject offers for a claim. */
export function offered<T>(name: string, offer: T | undefined): T {
  if (offer === undefined) throw new ContractViolation(`the claim needs \`${name}\` of the subject, which has none`);
  return offer;
}
