import { type Holding, readAnswer, readReadings, readReserved } from "./postgres/answer.js";
import { fullStore, isTransient, storeFailure } from "./postgres/failure.js";
import { type CheckedOptions, checkOptions, type PostgresStoreOptions } from "./postgres/options.js";
import { askCharge, askCounter, askTime, storable } from "./postgres/request.js";
import { schemaSql } from "./postgres/schema.js";
import { SCHEMA_VERSION } from "./postgres/tables.js";
import type {
  CounterName,
  CounterStore,
  Reading,
  Reservation,
  Reserved,
  ReserveOptions,
  StoreCharge,
} from "./store.js";

/** A counter store in Postgres, shared by all processes whose pools reach one database. */
export interface PostgresStore extends CounterStore {
  /**
   * Makes the tables and functions, where they are not there yet: runs `postgres.sql`, for the schema of the store.
   * May be run again, and by several processes at once.
   *
   * @throws StoreError when Postgres refuses, or the tables are of another version.
   */
  migrate(): Promise<void>;
}

/**
 * A counter store in Postgres, 14 or later: durable, shared, by the server's clock. Every call is one statement, and
 * so one transaction, whatever the number of limits.
 *
 * The tables are made by `postgres.sql`, which the package has, or by `migrate`; without them every call fails. The pool
 * stays its owner's: the store closes nothing.
 *
 * @throws OptionsError for an option that is unknown or cannot be honoured.
 */
export function createPostgresStore(options: PostgresStoreOptions): PostgresStore {
  return new SharedStore(checkOptions(options));
}

/** A charge that was not given back yet. */
interface Held extends Holding {
  readonly charge: StoreCharge;
}

class SharedStore implements PostgresStore {
  readonly clock: CounterStore["clock"];
  readonly #options: CheckedOptions;
  /** What each reservation of this store can still give back, by the index of the charge. */
  readonly #held = new WeakMap<Reservation, Map<number, Held>>();

  constructor(options: CheckedOptions) {
    this.clock = options.clock;
    this.#options = options;
  }

  async reserve(charges: readonly StoreCharge[], options: ReserveOptions): Promise<Reserved> {
    const { maxKeys: total, maxKeysPerGrant: share } = this.#options;
    const request = { ...this.#time(options), total, share, charges: charges.map(askCharge) };
    const answer = readReserved(await this.#call("reserve", request), charges);
    if (answer.kind === "full") throw fullStore();
    const { readings } = answer;
    if (answer.kind === "refused") return { ok: false, refused: answer.refused, readings };
    const reservation: Reservation = { charges };
    const held = new Map<number, Held>();
    for (const [index, charge] of charges.entries()) {
      const holding = answer.held.get(index);
      if (holding !== undefined) held.set(index, { charge, ...holding });
    }
    this.#held.set(reservation, held);
    return { ok: true, reservation, readings };
  }

  async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    const kept = this.#held.get(reservation);
    if (kept === undefined) return;
    const back: object[] = [];
    for (const index of only ?? [...kept.keys()]) {
      const held = kept.get(index);
      if (held === undefined) continue;
      // Given back once, whatever comes of the statement: one whose answer was lost may have been done.
      kept.delete(index);
      const { id, entry, charge } = held;
      back.push({ key: storable(charge.key), id, entry, amount: charge.amount });
    }
    if (back.length > 0) await this.#call("release", { charges: back });
  }

  async renew(reservation: Reservation, options: ReserveOptions): Promise<boolean> {
    const held = this.#held.get(reservation);
    if (held === undefined) return false;
    const charges: object[] = [];
    for (const { id, entry, charge } of held.values()) {
      if (charge.window.kind === "in_flight") charges.push({ ...askCounter(charge), id, entry });
    }
    const { renewed } = await this.#call("renew", { ...this.#time(options), charges });
    return renewed === true;
  }

  async read(counters: readonly CounterName[], options: ReserveOptions): Promise<readonly Reading[]> {
    const request = { ...this.#time(options), charges: counters.map(askCounter) };
    return readReadings(await this.#call("read", request), counters.length);
  }

  async reset(groups: readonly string[]): Promise<void> {
    await this.#call("reset", { families: groups.map(storable) });
  }

  async migrate(): Promise<void> {
    const { pool, schema } = this.#options;
    const sql = schemaSql(schema);
    try {
      await (pool.exec === undefined ? pool.query(sql) : pool.exec(sql));
    } catch (error) {
      throw storeFailure(error, schema);
    }
  }

  #time({ now }: ReserveOptions): { readonly now?: number } {
    return this.clock === "backend" ? {} : { now: askTime(now) };
  }

  async #call(name: string, request: object): Promise<ReturnType<typeof readAnswer>> {
    const { pool, schema, retries } = this.#options;
    const statement = `select ${schema}.${name}(${SCHEMA_VERSION}, $1::text::jsonb)::text as answer`;
    const values = [JSON.stringify(request)];
    for (let attempt = 0; ; attempt++) {
      try {
        return readAnswer(await pool.query(statement, values));
      } catch (error) {
        if (attempt === retries || !isTransient(error)) throw storeFailure(error, schema);
      }
    }
  }
}
