import {
  type Clock,
  type CounterName,
  type CounterStore,
  createMemoryStore,
  type Reading,
  type Reservation,
  type StoreCharge,
} from "callgate";

type Answer =
  | { readonly ok: true; readonly id: string; readonly readings: readonly Reading[] }
  | { readonly ok: false; readonly refused: number; readonly readings: readonly Reading[] };

/** In a Worker: `export class Counters extends DurableObject`. One object is one thread, so no two reservations interleave. */
export class Counters {
  readonly #store = createMemoryStore({ maxKeys: 10_000, maxKeysPerGrant: 10_000 });
  /** What can be given back, oldest first. Of more than this the oldest cannot: their charges stay. */
  readonly #held = new Map<string, Reservation>();
  readonly #clock: Clock;

  constructor(clock: Clock = { now: () => Date.now() }) {
    this.#clock = clock;
  }

  async reserve(charges: readonly StoreCharge[]): Promise<Answer> {
    const answer = await this.#store.reserve(charges, this.#time());
    if (!answer.ok) return answer;
    const id = crypto.randomUUID();
    this.#held.set(id, answer.reservation);
    for (const oldest of this.#held.keys()) if (this.#held.size > 10_000) this.#held.delete(oldest);
    return { ok: true, id, readings: answer.readings };
  }

  async release(id: string, only?: readonly number[]): Promise<void> {
    const reservation = this.#held.get(id);
    if (reservation !== undefined) await this.#store.release(reservation, only);
  }

  async renew(id: string): Promise<boolean> {
    const reservation = this.#held.get(id);
    return reservation !== undefined && (await this.#store.renew(reservation, this.#time()));
  }

  async read(counters: readonly CounterName[]): Promise<readonly Reading[]> {
    return this.#store.read(counters, this.#time());
  }

  async reset(groups: readonly string[]): Promise<void> {
    await this.#store.reset(groups);
  }

  #time(): { now: number } {
    return { now: this.#clock.now() };
  }
}

/** The gate's side, over the stub that `env.COUNTERS.get(id)` gives. */
export function createObjectStore(
  object: Pick<Counters, "reserve" | "release" | "renew" | "read" | "reset">,
): CounterStore {
  const ids = new WeakMap<Reservation, string>();
  return {
    clock: "backend",
    async reserve(charges) {
      const answer = await object.reserve(charges);
      if (!answer.ok) return answer;
      const reservation = Object.freeze({ charges });
      ids.set(reservation, answer.id);
      return { ok: true, reservation, readings: answer.readings };
    },
    async release(reservation, only) {
      const id = ids.get(reservation);
      if (id !== undefined) await object.release(id, only);
    },
    async renew(reservation) {
      const id = ids.get(reservation);
      return id !== undefined && (await object.renew(id));
    },
    read: (counters) => object.read(counters),
    reset: (groups) => object.reset(groups),
  };
}
