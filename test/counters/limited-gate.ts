import {
  type CallContext,
  type CounterStore,
  createGate,
  createMemoryStore,
  type Gate,
  type GateOptions,
  type LimitDocument,
  type MaybePromise,
  type Policy,
  parsePolicy,
  type Reservation,
  type Reserved,
  type StoreCharge,
  type Window,
} from "callgate";
import { createRecordingSink, createSettableClock, type RecordingSink, type SettableClock } from "callgate/testing";

/** 40 seconds into a minute and an hour. */
export const START = Date.UTC(2026, 0, 1, 12, 0, 40);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Windows of one length, multiples of it since the epoch. */
export function every(ms: number): Window {
  return { kind: "fixed", ms, offsetMs: 0 };
}

export const PER_MINUTE: LimitDocument = { counter: "calls", window: "minute", max: 10 };

/** A policy with one tool, `pay`, and its limits. */
export function payPolicy(...limits: readonly LimitDocument[]): Policy {
  return parsePolicy({ version: "1", default: "deny", tools: { pay: { limits } } });
}

export interface LimitedGate {
  readonly gate: Gate;
  readonly clock: SettableClock;
  readonly audit: RecordingSink;
  /** Calls `pay` with `args`, and says what became of it: `allowed`, or the code of the denial. */
  pay(args?: { readonly [name: string]: unknown }, context?: CallContext): Promise<string>;
  /** The same, `times` over, one after the other. */
  payTimes(times: number, args?: { readonly [name: string]: unknown }, context?: CallContext): Promise<Tally>;
  /** How often `pay` ran. */
  readonly executed: () => number;
}

/** How many calls came to what. */
export type Tally = { readonly [outcome: string]: number };

export function tally(outcomes: readonly string[]): Tally {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

export function limitedGate(policy: GateOptions["policy"], options: Partial<GateOptions> = {}): LimitedGate {
  const clock = createSettableClock(START);
  const audit = createRecordingSink();
  const gate = createGate({ policy, clock, audit, ...options });
  let executed = 0;
  const pay: LimitedGate["pay"] = async (args = {}, context = {}) => {
    const result = await gate.run({ name: "pay", arguments: args }, context, () => {
      executed++;
    });
    return result.allowed ? "allowed" : result.decision.code;
  };
  const payTimes: LimitedGate["payTimes"] = async (times, args, context) => {
    const outcomes: string[] = [];
    for (let time = 0; time < times; time++) outcomes.push(await pay(args, context));
    return tally(outcomes);
  };
  return { gate, clock, audit, pay, payTimes, executed: () => executed };
}

/** What a store was asked, in order. */
export interface StoreCalls {
  readonly store: CounterStore;
  readonly reserved: readonly (readonly StoreCharge[])[];
  readonly released: readonly Reservation[];
}

/** A memory store that keeps what it is asked; `faults` replace its answers. */
export function observedStore(
  faults: {
    readonly reserve?: (answer: () => Reserved) => MaybePromise<Reserved>;
    readonly release?: (release: () => void) => MaybePromise<void>;
  } = {},
): StoreCalls {
  const memory = createMemoryStore();
  const reserved: (readonly StoreCharge[])[] = [];
  const released: Reservation[] = [];
  const store: CounterStore = {
    clock: memory.clock,
    reserve: (charges, options) => {
      reserved.push(charges);
      const answer = () => memory.reserve(charges, options) as Reserved;
      return faults.reserve === undefined ? answer() : faults.reserve(answer);
    },
    release: (reservation, only) => {
      released.push(reservation);
      const release = () => memory.release(reservation, only) as undefined;
      return faults.release === undefined ? release() : faults.release(release);
    },
    read: (counters, options) => memory.read(counters, options),
    renew: (reservation, options) => memory.renew(reservation, options),
    reset: (groups) => memory.reset(groups),
  };
  return { store, reserved, released };
}
