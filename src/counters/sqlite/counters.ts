import type { IdSource } from "../../internal/random-id.js";
import type { Window } from "../../internal/window.js";
import { chargedFrom, firstReset } from "../count.js";
import { storable } from "../key.js";
import type { CounterName, Reading, StoreCharge } from "../store.js";
import { countIn, rowOf, type SqliteDatabase, type SqliteStatement, textIn, wholeIn } from "./handle.js";
import { isParted, type PartedWindow, Parts } from "./parts.js";

/** A counter as its row has it. */
interface Row {
  readonly id: string;
  readonly endsAt: number;
  readonly value: number;
}

/** What counts of a counter now, and the row that says so, where there is one. */
export interface Standing extends Reading {
  readonly row?: Row;
  readonly lastEnd?: number;
}

/** What one charge added, to take it back. */
export interface Addition {
  readonly key: string;
  readonly window: Window;
  readonly amount: number;
  /** Of the counter, as it was charged. */
  readonly id: string;
  /** Of a window that ends piece by piece: which part. */
  readonly part?: string;
}

export interface Added {
  /** Absent where nothing was added. */
  readonly addition?: Addition;
  readonly reading: Reading;
}

/** The rows of counters. Every method is called inside a transaction. */
export class Counters {
  readonly #ids: IdSource;
  readonly #parts: Parts;
  readonly #find: SqliteStatement;
  readonly #open: SqliteStatement;
  readonly #setValue: SqliteStatement;
  readonly #setAll: SqliteStatement;
  readonly #setEnd: SqliteStatement;
  readonly #lower: SqliteStatement;
  readonly #findEnd: SqliteStatement;
  readonly #vacate: SqliteStatement;
  readonly #forget: SqliteStatement;

  constructor(database: SqliteDatabase, ids: IdSource) {
    this.#ids = ids;
    this.#parts = new Parts(database, ids);
    this.#find = database.prepare("SELECT id, ends_at, value FROM callgate_counter WHERE key = ?");
    this.#open = database.prepare(
      "INSERT INTO callgate_counter (key, id, grant_name, group_name, ends_at, value) VALUES (?, ?, ?, ?, ?, ?)",
    );
    // The usual charge touches no index.
    this.#setValue = database.prepare("UPDATE callgate_counter SET value = ? WHERE key = ?");
    this.#setAll = database.prepare("UPDATE callgate_counter SET id = ?, ends_at = ?, value = ? WHERE key = ?");
    this.#setEnd = database.prepare("UPDATE callgate_counter SET ends_at = ? WHERE id = ? AND key = ? AND ends_at < ?");
    this.#lower = database.prepare(
      "UPDATE callgate_counter SET value = value - ? WHERE key = ? AND id = ? RETURNING value",
    );
    this.#findEnd = database.prepare("SELECT ends_at FROM callgate_counter WHERE key = ? AND id = ?");
    this.#vacate = database.prepare("UPDATE callgate_counter SET ends_at = ? WHERE key = ?");
    this.#forget = database.prepare("DELETE FROM callgate_counter WHERE group_name = ?");
  }

  stand({ key, window }: CounterName, now: number): Standing {
    const found = rowOf(this.#find.get(storable(key)));
    if (found === undefined) return { value: 0, resetsAt: firstReset(window, now) };
    const row: Row = { id: textIn(found, "id"), endsAt: wholeIn(found, "ends_at"), value: countIn(found, "value") };
    if (isParted(window)) return { row, ...this.#parts.stand(row.id, window, now) };
    if (!isLive(row, now)) return { row, value: 0, resetsAt: endOfNext(row, window, now) };
    return { row, value: row.value, resetsAt: row.endsAt };
  }

  /** Adds to a counter that has a row. */
  add(charge: StoreCharge, standing: Standing, row: Row, now: number): Added {
    return isParted(charge.window)
      ? this.#addPart(charge, standing, row, now)
      : this.#addWhole(charge, standing, row, now);
  }

  /** Makes the row of a counter that has none. */
  open(charge: StoreCharge, now: number): Added {
    const { key, grant, group, window, amount } = charge;
    const row: Row = { id: this.#ids(), endsAt: firstReset(window, now), value: isParted(window) ? 0 : amount };
    this.#open.run(storable(key), row.id, storable(grant), storable(group), row.endsAt, row.value);
    if (isParted(window)) return this.#addPart(charge, { value: 0, resetsAt: row.endsAt }, row, now);
    return added(charge, row.id, { value: amount, resetsAt: row.endsAt });
  }

  /** Changes nothing where the addition does not count any more. */
  takeBack(addition: Addition): void {
    const { key, window, amount, id, part } = addition;
    const isLast =
      part !== undefined && isParted(window)
        ? this.#parts.takeBack(id, window, part, amount)
        : this.#takeBackWhole(addition);
    const row = isLast ? rowOf(this.#findEnd.get(storable(key), id)) : undefined;
    if (row !== undefined) this.#vacate.run(chargedFrom(window, wholeIn(row, "ends_at")), storable(key));
  }

  /** False where the addition does not count any more. */
  renew({ key, window, id, part }: Addition, now: number): boolean {
    if (window.kind !== "in_flight" || part === undefined) return true;
    const endsAt = this.#parts.renew(id, part, window.leaseMs, now);
    if (endsAt === undefined) return false;
    this.#setEnd.run(endsAt, id, storable(key), endsAt);
    return true;
  }

  forget(group: string): void {
    this.#forget.run(storable(group));
  }

  #takeBackWhole({ key, amount, id }: Addition): boolean {
    const [row] = this.#lower.all(amount, storable(key), id);
    return row !== undefined && countIn(rowOf(row) ?? {}, "value") === 0;
  }

  #addWhole(charge: StoreCharge, standing: Standing, row: Row, now: number): Added {
    const { key, window, amount } = charge;
    const value = standing.value + amount;
    const live = isLive(row, now);
    if (live && window.kind !== "session") {
      this.#setValue.run(value, storable(key));
      return added(charge, row.id, { value, resetsAt: row.endsAt });
    }
    const id = live ? row.id : this.#ids();
    const endsAt = live ? Math.max(row.endsAt, firstReset(window, now)) : endOfNext(row, window, now);
    this.#setAll.run(id, endsAt, value, storable(key));
    return added(charge, id, { value, resetsAt: endsAt });
  }

  #addPart(charge: StoreCharge, standing: Standing, { id, endsAt }: Row, now: number): Added {
    const { key, window, amount } = charge;
    const part = this.#parts.add(id, window as PartedWindow, amount, now, standing.lastEnd ?? 0);
    if (part.endsAt > endsAt) this.#setEnd.run(part.endsAt, id, storable(key), part.endsAt);
    const resetsAt = standing.value > 0 ? Math.min(standing.resetsAt, part.endsAt) : part.endsAt;
    return added(charge, id, { value: standing.value + amount, resetsAt }, part.part);
  }
}

function isLive({ value, endsAt }: Row, now: number): boolean {
  return value > 0 && endsAt > now;
}

/** When a counter ends that begins anew: never in an earlier window than the one it was in, if the clock has moved back. */
function endOfNext({ endsAt }: Row, window: Window, now: number): number {
  return firstReset(window, Math.max(now, endsAt));
}

function added({ key, window, amount }: StoreCharge, id: string, reading: Reading, part?: string): Added {
  if (amount === 0) return { reading };
  const addition = { key, window, amount, id };
  return { addition: part === undefined ? addition : { ...addition, part }, reading };
}
