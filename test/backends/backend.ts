import type { TcpNetConnectOpts } from "node:net";
import type { CounterStore, MaybePromise, Reserved, StoreCharge } from "callgate";
import type { Delays } from "./delays.js";

/** Something that keeps counters, as races and campaigns of faults use it. */
export interface Backend {
  /** Whether it can be started here. */
  readonly isThere: boolean;
  /** Whether processes share it, or each has counters of its own. */
  readonly isShared: boolean;
  /** Starts it empty. */
  start(): MaybePromise<RunningBackend>;
  /** Opens a store on it, in this process or another. */
  connect(spec: string, manner: Manner): MaybePromise<Connection>;
  /** How it is reached, where that is a wire that can break. */
  readonly wire?: Wire;
}

/** How a store is used. */
export interface Manner {
  /** How long it may take for an answer. */
  readonly deadlineMs: number;
  readonly delays: Delays;
}

export interface RunningBackend {
  /** How a process finds it. */
  readonly spec: string;
  stop(): MaybePromise<void>;
}

export interface Connection {
  readonly store: CounterStore;
  close(): MaybePromise<void>;
}

export interface Wire {
  /** Where the server listens. */
  addressOf(spec: string): Address;
  /** The same server, by way of a port of this host. */
  through(spec: string, port: number): string;
  /** How long nobody may ask until a dead connection is given up, where calls that go on keep it. */
  restMs(deadlineMs: number): number;
}

/** A port of this host, or a socket file. */
export type Address = Pick<TcpNetConnectOpts, "host" | "port"> | { readonly path: string };

/** A store that takes its time, before it asks and before it tells. */
export function slowed(store: CounterStore, { pause }: Delays): CounterStore {
  return {
    ...bound(store),
    reserve: async (charges, options) => {
      await pause();
      const answer = await store.reserve(charges, options);
      await pause();
      return answer;
    },
  };
}

/** A store that reads, and then writes what it thinks is right: what no limit holds against. */
export function careless(store: CounterStore, { pause }: Delays): CounterStore {
  return {
    ...bound(store),
    reserve: async (charges, options) => {
      const readings = await store.read(charges, options);
      const refused = charges.findIndex(({ amount, max }, index) => {
        return max !== undefined && (readings[index]?.value ?? 0) + amount > max;
      });
      if (refused !== -1) return { ok: false, refused, readings };
      await pause();
      const unlimited = charges.map((charge) => ({ ...charge, max: undefined }));
      return store.reserve(unlimited, options);
    },
  };
}

/** A store that takes a failure for a yes. */
export function hopeful(store: CounterStore): CounterStore {
  const reserve: CounterStore["reserve"] = async (charges, options) => {
    try {
      return await store.reserve(charges, options);
    } catch {
      return yes(charges);
    }
  };
  return { ...bound(store), reserve };
}

/** A store that says yes at once, and charges a little later. */
export function belated(store: CounterStore): CounterStore {
  const reserve: CounterStore["reserve"] = (charges, options) => {
    setTimeout(() => void Promise.resolve(store.reserve(charges, options)).catch(() => undefined), 20);
    return yes(charges);
  };
  return { ...bound(store), reserve };
}

function yes(charges: readonly StoreCharge[]): Reserved {
  return { ok: true, reservation: { charges }, readings: charges.map(() => ({ value: 0, resetsAt: 0 })) };
}

/** A store as an object whose methods can be replaced one by one. */
export function bound(store: CounterStore): CounterStore {
  return {
    clock: store.clock,
    reserve: (charges, options) => store.reserve(charges, options),
    release: (reservation, only) => store.release(reservation, only),
    renew: (reservation, options) => store.renew(reservation, options),
    read: (counters, options) => store.read(counters, options),
    reset: (groups) => store.reset(groups),
  };
}
