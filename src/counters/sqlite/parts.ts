import type { IdSource } from "../../internal/random-id.js";
import type { Window } from "../../internal/window.js";
import { bucketOf, firstReset, slidingEnd } from "../count.js";
import type { Reading } from "../store.js";
import { countIn, rowOf, type SqliteDatabase, type SqliteStatement, wholeIn } from "./handle.js";

/** A window whose charges end piece by piece, each at a time of its own. */
export type PartedWindow = Window & { readonly kind: "sliding" | "in_flight" };

export function isParted(window: Window): window is PartedWindow {
  return window.kind === "sliding" || window.kind === "in_flight";
}

/** What counts of a counter now. */
export interface PartsStanding extends Reading {
  /** When the last of it ends; 0 where nothing counts. */
  readonly lastEnd: number;
}

export interface Part {
  readonly part: string;
  readonly endsAt: number;
}

/** What counters with such windows hold: a row for each sixtieth of a sliding window, and for each slot. */
export class Parts {
  readonly #ids: IdSource;
  readonly #sum: SqliteStatement;
  readonly #dropEnded: SqliteStatement;
  readonly #add: SqliteStatement;
  readonly #lower: SqliteStatement;
  readonly #drop: SqliteStatement;
  readonly #findLeft: SqliteStatement;
  readonly #find: SqliteStatement;
  readonly #move: SqliteStatement;

  constructor(database: SqliteDatabase, ids: IdSource) {
    this.#ids = ids;
    // The least and the most show amounts that are no numbers: SQLite would add them up as 0.
    this.#sum = database.prepare(
      `SELECT coalesce(sum(amount), 0) AS value,
         coalesce(min(amount), 0) AS least_amount, coalesce(max(amount), 0) AS most_amount,
         coalesce(min(ends_at) FILTER (WHERE amount > 0), 0) AS first_end, coalesce(max(ends_at), 0) AS last_end
       FROM callgate_part WHERE counter = ? AND ends_at > ?`,
    );
    this.#dropEnded = database.prepare("DELETE FROM callgate_part WHERE counter = ? AND ends_at <= ?");
    this.#add = database.prepare(
      `INSERT INTO callgate_part (counter, part, ends_at, amount) VALUES (?, ?, ?, ?)
       ON CONFLICT (counter, part) DO UPDATE SET amount = amount + excluded.amount`,
    );
    this.#lower = database.prepare(
      "UPDATE callgate_part SET amount = amount - ? WHERE counter = ? AND part = ? RETURNING amount",
    );
    this.#drop = database.prepare("DELETE FROM callgate_part WHERE counter = ? AND part = ? RETURNING amount");
    this.#findLeft = database.prepare("SELECT 1 FROM callgate_part WHERE counter = ? AND amount > 0 LIMIT 1");
    this.#find = database.prepare("SELECT ends_at FROM callgate_part WHERE counter = ? AND part = ?");
    this.#move = database.prepare("UPDATE callgate_part SET ends_at = ? WHERE counter = ? AND part = ?");
  }

  stand(counter: string, window: PartedWindow, now: number): PartsStanding {
    const row = rowOf(this.#sum.get(counter, now)) ?? {};
    for (const column of ["least_amount", "most_amount"]) countIn(row, column);
    const firstEnd = wholeIn(row, "first_end");
    return {
      value: countIn(row, "value"),
      resetsAt: firstEnd > 0 ? firstEnd : firstReset(window, now),
      lastEnd: wholeIn(row, "last_end"),
    };
  }

  /** A charge of a sliding window never goes to an earlier part than the last, so that time does not go back. */
  add(counter: string, window: PartedWindow, amount: number, now: number, lastEnd: number): Part {
    this.#dropEnded.run(counter, now);
    const added = window.kind === "sliding" ? slice(window.ms, now, lastEnd) : this.#slot(window.leaseMs, now);
    this.#add.run(counter, added.part, added.endsAt, amount);
    return added;
  }

  /** Whether that was the last of the counter. */
  takeBack(counter: string, window: PartedWindow, part: string, amount: number): boolean {
    const taken = window.kind === "sliding" ? this.#lower.all(amount, counter, part) : this.#drop.all(counter, part);
    return taken.length > 0 && rowOf(this.#findLeft.get(counter)) === undefined;
  }

  /** When a slot ends from now on; `undefined` for one that has ended. */
  renew(counter: string, slot: string, leaseMs: number, now: number): number | undefined {
    const row = rowOf(this.#find.get(counter, slot));
    if (row === undefined) return undefined;
    const endsAt = wholeIn(row, "ends_at");
    if (endsAt <= now) return undefined;
    const renewed = Math.max(endsAt, now + leaseMs);
    this.#move.run(renewed, counter, slot);
    return renewed;
  }

  #slot(leaseMs: number, now: number): Part {
    return { part: this.#ids(), endsAt: now + leaseMs };
  }
}

/** Parts of a sliding window are known by their end. */
function slice(ms: number, now: number, lastEnd: number): Part {
  const endsAt = Math.max(slidingEnd(bucketOf(ms, now), ms), lastEnd);
  return { part: String(endsAt), endsAt };
}
