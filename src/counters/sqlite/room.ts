import { StoreError } from "../../errors.js";
import { storable } from "../key.js";
import type { StoreCharge } from "../store.js";
import { countIn, rowOf, type SqliteDatabase, type SqliteStatement, wholeIn } from "./handle.js";

/** How many counters there may be. */
export interface Bounds {
  readonly maxKeys: number;
  readonly maxKeysPerGrant: number;
}

/** How many expired counters one call removes beyond those it must, at most. */
const SWEEP = 100;

/** Sees to it that new counters have room. Every method is called inside a transaction. */
export class Room {
  readonly #bounds: Bounds;
  readonly #store: SqliteStatement;
  readonly #share: SqliteStatement;
  readonly #sweepAny: SqliteStatement;
  readonly #sweepGrant: SqliteStatement;
  readonly #sweptUntil: SqliteStatement;

  constructor(database: SqliteDatabase, bounds: Bounds) {
    this.#bounds = bounds;
    this.#store = database.prepare("SELECT keys, swept_until FROM callgate_store");
    this.#share = database.prepare("SELECT keys FROM callgate_share WHERE grant_name = ?");
    this.#sweepAny = database.prepare(sweep("ends_at <= ?"));
    this.#sweepGrant = database.prepare(sweep("grant_name = ? AND ends_at <= ?"));
    this.#sweptUntil = database.prepare("UPDATE callgate_store SET swept_until = ? WHERE swept_until < ?");
  }

  /**
   * Makes room for `opened`, and says at what time they are opened: not in a window that a counter was removed from as
   * ended, or a clock that ran ahead and is set right again would open that window twice.
   *
   * @throws StoreError `store_full` where all that is there is live.
   */
  make(opened: readonly StoreCharge[], now: number): number {
    if (!this.#has(opened)) {
      this.#sweep(opened, now);
      if (!this.#has(opened)) throw new StoreError("store_full", "the SQLite store is full");
    }
    return Math.max(now, wholeIn(this.#row(), "swept_until"));
  }

  #has(opened: readonly StoreCharge[]): boolean {
    if (countIn(this.#row(), "keys") + opened.length > this.#bounds.maxKeys) return false;
    for (const [grant, keys] of byGrant(opened)) {
      const row = rowOf(this.#share.get(grant));
      const held = row === undefined ? 0 : countIn(row, "keys");
      if (held + keys > this.#bounds.maxKeysPerGrant) return false;
    }
    return true;
  }

  #row(): object {
    return rowOf(this.#store.get()) ?? {};
  }

  #sweep(opened: readonly StoreCharge[], now: number): void {
    const most = opened.length + SWEEP;
    const removed = this.#sweepAny.all(now, most);
    for (const grant of byGrant(opened).keys()) removed.push(...this.#sweepGrant.all(grant, now, most));
    let until = 0;
    for (const answer of removed) until = Math.max(until, wholeIn(rowOf(answer) ?? {}, "ends_at"));
    this.#sweptUntil.run(until, until);
  }
}

/** How many of them each grant opens. */
function byGrant(opened: readonly StoreCharge[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const charge of opened) {
    const grant = storable(charge.grant);
    counts.set(grant, (counts.get(grant) ?? 0) + 1);
  }
  return counts;
}

/** Removes those whose end is longest ago. */
function sweep(condition: string): string {
  return `DELETE FROM callgate_counter WHERE key IN
    (SELECT key FROM callgate_counter WHERE ${condition} ORDER BY ends_at LIMIT ?) RETURNING ends_at`;
}
