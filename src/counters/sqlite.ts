import { StoreError } from "../errors.js";
import { randomId } from "../internal/random-id.js";
import { changes, checkCharge, fits } from "./charge.js";
import { type Added, type Addition, Counters, type Standing } from "./sqlite/counters.js";
import { type SqliteStoreOptions, type SqliteStoreSetup, setupOf } from "./sqlite/options.js";
import { Room } from "./sqlite/room.js";
import { openSchema } from "./sqlite/schema.js";
import { guarded, Transactions } from "./sqlite/transaction.js";
import type {
  CounterName,
  CounterStore,
  Reading,
  Reservation,
  Reserved,
  ReserveOptions,
  StoreCharge,
} from "./store.js";

/** What each charge of a reservation added; `undefined` where that was nothing, and once it is given back. */
type Additions = (Addition | undefined)[];

/**
 * A counter store in an SQLite database: durable, shared by every process that opens the file, synchronous, by the
 * caller's clock. All processes are on one host: SQLite's locks do not hold over a network.
 *
 * It makes its tables where there are none, and uses a write-ahead log. It closes nothing; an open handle may be given
 * to one store after another.
 *
 * @throws OptionsError for options that cannot be honoured.
 * @throws StoreError for a database that cannot be used, and for tables of another version.
 * @example
 * import { DatabaseSync } from "node:sqlite";
 * const store = createSqliteStore({ database: new DatabaseSync("counters.db") });
 */
export function createSqliteStore(options: SqliteStoreOptions): CounterStore {
  const setup = setupOf(options);
  openSchema(setup.database, setup);
  return guarded(() => new SqliteStore(setup));
}

class SqliteStore implements CounterStore {
  readonly clock = "caller";
  readonly #transactions: Transactions;
  readonly #counters: Counters;
  readonly #room: Room;
  readonly #reserved = new WeakMap<Reservation, Additions>();

  constructor(setup: SqliteStoreSetup) {
    this.#transactions = new Transactions(setup.database);
    this.#counters = new Counters(setup.database, randomId);
    this.#room = new Room(setup.database, setup);
  }

  reserve(charges: readonly StoreCharge[], { now }: ReserveOptions): Reserved {
    const time = wholeTime(now);
    for (const charge of charges) checkCharge(charge);
    return this.#transactions.write(() => this.#reserve(charges, time));
  }

  release(reservation: Reservation, only?: readonly number[]): void {
    const additions = this.#reserved.get(reservation);
    if (additions === undefined) return;
    const indexes = new Set(only ?? additions.keys());
    this.#transactions.write(() => {
      for (const index of indexes) {
        const addition = additions[index];
        if (addition !== undefined) this.#counters.takeBack(addition);
      }
    });
    // Only now: what could not be given back may be tried again.
    for (const index of indexes) if (index in additions) additions[index] = undefined;
  }

  renew(reservation: Reservation, { now }: ReserveOptions): boolean {
    const time = wholeTime(now);
    const additions = this.#reserved.get(reservation);
    if (additions === undefined) return false;
    return this.#transactions.write(() =>
      additions.map((addition) => addition === undefined || this.#counters.renew(addition, time)).every(Boolean),
    );
  }

  read(counters: readonly CounterName[], { now }: ReserveOptions): readonly Reading[] {
    const time = wholeTime(now);
    return this.#transactions.read(() => counters.map((counter) => reading(this.#counters.stand(counter, time))));
  }

  reset(groups: readonly string[]): void {
    this.#transactions.write(() => {
      for (const group of groups) this.#counters.forget(group);
    });
  }

  #reserve(charges: readonly StoreCharge[], now: number): Reserved {
    const standings = charges.map((charge) => this.#counters.stand(charge, now));
    const refused = charges.findIndex((charge, index) => !fits(charge, standings[index]?.value ?? 0));
    if (refused !== -1) return { ok: false, refused, readings: standings.map(reading) };

    const added = new Map<StoreCharge, Added>();
    const opened: StoreCharge[] = [];
    // INVARIANT: what has a row is charged before room is made, so that it is live then and stays.
    for (const [index, charge] of charges.entries()) {
      const standing = standings[index] as Standing;
      if (!changes(charge, standing.value)) added.set(charge, { reading: reading(standing) });
      else if (standing.row === undefined) opened.push(charge);
      else added.set(charge, this.#counters.add(charge, standing, standing.row, now));
    }
    const time = opened.length === 0 ? now : this.#room.make(opened, now);
    for (const charge of opened) added.set(charge, this.#counters.open(charge, time));

    const reservation = Object.freeze({ charges });
    const inOrder = charges.map((charge) => added.get(charge) as Added);
    this.#reserved.set(
      reservation,
      inOrder.map(({ addition }) => addition),
    );
    return { ok: true, reservation, readings: inOrder.map((each) => each.reading) };
  }
}

function reading({ value, resetsAt }: Reading): Reading {
  return { value, resetsAt };
}

/** Windows end at whole milliseconds, so nothing is lost. */
function wholeTime(now: number): number {
  const time = Math.floor(now);
  if (Number.isSafeInteger(time)) return time;
  throw new StoreError("store_failed", "the clock gave no time");
}
