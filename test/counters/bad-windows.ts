import type { Reservation, StoreCharge } from "callgate";
import { BACKEND_CLOCK, type BadStore, FIXED_CLOCK } from "./bad-store.js";
import { type Counted, type Held, PlainStore, type Row } from "./plain-store.js";

class NeverResets extends PlainStore {
  override row(counter: StoreCharge | Counted): Row | undefined {
    return this.backend.rows.get(this.rowKey(counter));
  }
}

class ResetsLate extends PlainStore {
  override start(windowMs: number, time: number): number {
    return super.start(windowMs, time - 1);
  }
}

class ResetsEarly extends PlainStore {
  override start(windowMs: number, time: number): number {
    return super.start(windowMs, time + 1);
  }
}

class StartsWithTheFirstCharge extends PlainStore {
  override row(counter: StoreCharge | Counted, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    if (row !== undefined && time >= row.start + row.windowMs) Object.assign(row, { start: time, value: 0 });
    return row;
  }

  override add(charge: StoreCharge, time: number): Held {
    const fresh = !this.backend.rows.has(charge.key);
    const held = super.add(charge, time);
    if (fresh) Object.assign(this.backend.rows.get(charge.key) as Row, { start: time });
    return { ...held, start: (this.backend.rows.get(charge.key) as Row).start };
  }
}

class OneWindowForAll extends PlainStore {
  override row(counter: StoreCharge | Counted, time: number): Row | undefined {
    return super.row({ ...counter, windowMs: 60_000 }, time);
  }
}

class EveryMinuteIsCalledTheSame extends PlainStore {
  override row(counter: StoreCharge | Counted, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    const start = this.start(counter.windowMs, time);
    const minuteOfTheHour = (ms: number) => Math.floor(ms / 60_000) % 60;
    if (row !== undefined && minuteOfTheHour(row.start) !== minuteOfTheHour(start)) row.value = 0;
    if (row !== undefined) row.start = start;
    return row;
  }
}

class FollowsTheClockBack extends PlainStore {
  override time(now: number): number {
    this.backend.latest = Number.NEGATIVE_INFINITY;
    return super.time(now);
  }
}

class ReleasesByTheClock extends PlainStore {
  #now = 0;

  override time(now: number): number {
    this.#now = now;
    return super.time(now);
  }

  override async release(reservation: Reservation): Promise<void> {
    if (this.#now >= this.backend.latest) await super.release(reservation);
  }
}

class BelievesTheCaller extends PlainStore {
  override time(now: number): number {
    this.backend.latest = Math.max(this.backend.latest, Number.isFinite(now) ? now : 0);
    return this.backend.latest;
  }
}

class HasAClockOfItsOwn extends PlainStore {
  override time(now: number): number {
    super.time(now);
    return Date.UTC(2026, 0, 1, 12, 0, 40);
  }
}

export const BAD_AT_WINDOWS: readonly BadStore[] = [
  { promise: 6, fault: "never resets", store: NeverResets },
  { promise: 6, fault: "resets one millisecond late", store: ResetsLate },
  { promise: 6, fault: "resets one millisecond early", store: ResetsEarly },
  { promise: 6, fault: "starts a window with its first charge", store: StartsWithTheFirstCharge },
  { promise: 6, fault: "resets every counter by the minute", store: OneWindowForAll },
  { promise: 6, fault: "takes the same minute of another hour for this one", store: EveryMinuteIsCalledTheSame },
  { promise: 7, fault: "resets when the clock moves back", store: FollowsTheClockBack },
  { promise: 7, fault: "gives nothing back while the clock is back", store: ReleasesByTheClock },
  { promise: 12, fault: "says backend, and believes the caller", store: BelievesTheCaller, claims: BACKEND_CLOCK },
  { promise: 12, fault: "as before, with a clock nobody can set", store: BelievesTheCaller, claims: FIXED_CLOCK },
  { promise: 12, fault: "says caller, and has a clock of its own", store: HasAClockOfItsOwn },
];
