import type { CounterName, Reservation, Window } from "callgate";
import { BACKEND_CLOCK, type BadStore, FIXED_CLOCK } from "./bad-store.js";
import { type Held, type Part, PlainStore, type Row } from "./plain-store.js";

const DAY = 86_400_000;

class NeverResets extends PlainStore {
  override row(counter: CounterName): Row | undefined {
    return this.backend.rows.get(this.rowKey(counter));
  }
}

class ResetsLate extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    return super.start(window, window.kind === "fixed" ? time - 1 : time, row);
  }
}

class ResetsEarly extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    return super.start(window, window.kind === "fixed" ? time + 1 : time, row);
  }
}

class StartsWithTheFirstCharge extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    if (window.kind !== "fixed") return super.start(window, time, row);
    return row === undefined || time >= row.start + window.ms ? time : row.start;
  }
}

class OneWindowForAll extends PlainStore {
  override row(counter: CounterName, time: number): Row | undefined {
    const minute: Window = { kind: "fixed", ms: 60_000, offsetMs: 0 };
    return super.row(counter.window.kind === "fixed" ? { ...counter, window: minute } : counter, time);
  }
}

class EveryMinuteIsCalledTheSame extends PlainStore {
  override row(counter: CounterName, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    const minuteOfTheHour = (ms: number) => Math.floor(ms / 60_000) % 60;
    const start = this.start(counter.window, time, row);
    if (row !== undefined && minuteOfTheHour(row.start) === minuteOfTheHour(start)) row.start = start;
    return super.row(counter, time);
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

class SlidesByFixedWindows extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    return window.kind === "sliding" ? Math.floor(time / window.ms) * window.ms : super.start(window, time, row);
  }

  override end(window: Window, time: number): number {
    return window.kind === "sliding" ? this.start(window, time) + window.ms : super.end(window, time);
  }
}

class ForgetsHalfTooEarly extends PlainStore {
  override end(window: Window, time: number): number {
    return window.kind === "sliding" ? time + window.ms / 2 : super.end(window, time);
  }
}

class ForgetsAPartTooEarly extends PlainStore {
  override end(window: Window, time: number): number {
    if (window.kind !== "sliding") return super.end(window, time);
    const part = window.ms / 60;
    return Math.floor(time / part) * part + window.ms - part;
  }
}

class NeverForgetsWhatSlides extends PlainStore {
  override counts(part: Part, time: number, row: Row): boolean {
    return row.window.kind === "sliding" || super.counts(part, time, row);
  }
}

class SlidesAllAtOnce extends PlainStore {
  override row(counter: CounterName, time: number): Row | undefined {
    const row = super.row(counter, time);
    if (row === undefined || counter.window.kind !== "sliding") return row;
    const last = this.lastEnd(row);
    for (const part of row.parts) part.endsAt = last;
    return row;
  }
}

class SlidesWeighted extends PlainStore {
  override value(counter: CounterName, time: number): number {
    const { window } = counter;
    if (window.kind !== "sliding") return super.value(counter, time);
    const start = Math.floor(time / window.ms) * window.ms;
    const share = 1 - (time - start) / window.ms;
    const parts = this.backend.rows.get(this.rowKey(counter))?.parts ?? [];
    const sum = (from: number) =>
      parts
        .filter(({ endsAt }) => endsAt >= from && endsAt < from + window.ms)
        .reduce((all, { amount }) => all + amount, 0);
    return Math.floor(sum(start) * share + sum(start + window.ms));
  }

  override counts(part: Part, time: number, row: Row): boolean {
    return row.window.kind === "sliding" ? part.endsAt + row.window.ms > time : super.counts(part, time, row);
  }
}

class MonthsOfThirtyDays extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    const thirtyDays: Window = { kind: "fixed", ms: 30 * DAY, offsetMs: 0 };
    return super.start(window.kind === "month" ? thirtyDays : window, time, row);
  }

  override end(window: Window, time: number): number {
    return window.kind === "month" ? this.start(window, time) + 30 * DAY : super.end(window, time);
  }
}

class MonthsOfEveryYearAreTheSame extends PlainStore {
  override row(counter: CounterName, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    const start = this.start(counter.window, time, row);
    const sameMonth = row !== undefined && new Date(row.start).getUTCMonth() === new Date(start).getUTCMonth();
    if (counter.window.kind === "month" && sameMonth) row.start = start;
    return super.row(counter, time);
  }
}

class WeeksFromThursday extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    return super.start(window.kind === "fixed" ? { ...window, offsetMs: 0 } : window, time, row);
  }
}

class WeeksFromSunday extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    const sundays = window.kind === "fixed" && window.ms === 7 * DAY;
    return super.start(sundays ? { ...window, offsetMs: 3 * DAY } : window, time, row);
  }
}

class SessionsNeverEnd extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    return window.kind === "session" && row !== undefined ? row.start : super.start(window, time, row);
  }
}

class SessionsEndWithTheirFirstCharge extends PlainStore {
  override lastEnd(row: Row): number {
    return row.window.kind === "session" ? (row.parts[0]?.endsAt ?? 0) : super.lastEnd(row);
  }
}

class SessionsAreAllTheSame extends PlainStore {
  override start(window: Window, time: number, row?: Row): number {
    if (window.kind !== "session") return super.start(window, time, row);
    if (row !== undefined && time >= this.lastEnd(row)) row.parts = [];
    return 0;
  }

  override giveBack(held: Held): void {
    const { key, window, part } = held;
    if (window.kind !== "session" || part === undefined) super.giveBack(held);
    else this.backend.rows.get(key)?.parts.push({ ...part, amount: -part.amount });
  }
}

class SlidesOnWithTheClockBack extends PlainStore {
  #now = 0;

  override time(now: number): number {
    this.#now = this.clock === "backend" ? this.backend.clock.now() : now;
    return super.time(now);
  }

  override counts(part: Part, time: number, row: Row): boolean {
    if (row.window.kind !== "sliding") return super.counts(part, time, row);
    return part.endsAt > this.#now && part.endsAt - row.window.ms <= this.#now;
  }
}

export const BAD_AT_WINDOWS: readonly BadStore[] = [
  { promise: 6, fault: "never resets", store: NeverResets },
  { promise: 6, fault: "resets one millisecond late", store: ResetsLate },
  { promise: 6, fault: "resets one millisecond early", store: ResetsEarly },
  { promise: 6, fault: "starts a window with its first charge", store: StartsWithTheFirstCharge },
  { promise: 6, fault: "resets every counter by the minute", store: OneWindowForAll },
  { promise: 6, fault: "takes the same minute of another hour for this one", store: EveryMinuteIsCalledTheSame },
  { promise: 6, fault: "takes a sliding window for a fixed one", store: SlidesByFixedWindows },
  { promise: 6, fault: "forgets half a sliding window too early", store: ForgetsHalfTooEarly },
  { promise: 6, fault: "forgets a sixtieth of a sliding window too early", store: ForgetsAPartTooEarly },
  { promise: 6, fault: "never forgets what slides out", store: NeverForgetsWhatSlides },
  { promise: 6, fault: "lets a sliding window slide out with its last charge", store: SlidesAllAtOnce },
  { promise: 2, fault: "slides by the weighted mean of two windows", store: SlidesWeighted },
  { promise: 6, fault: "months of 30 days", store: MonthsOfThirtyDays },
  { promise: 6, fault: "takes the same month of another year for this one", store: MonthsOfEveryYearAreTheSame },
  { promise: 6, fault: "weeks from Thursday", store: WeeksFromThursday },
  { promise: 6, fault: "weeks from Sunday", store: WeeksFromSunday },
  { promise: 6, fault: "a session that never ends", store: SessionsNeverEnd },
  {
    promise: 6,
    fault: "a session that ends with the idleness of its first charge",
    store: SessionsEndWithTheirFirstCharge,
  },
  { promise: 4, fault: "gives back to the session that came after", store: SessionsAreAllTheSame },
  { promise: 7, fault: "slides with the clock when it moves back", store: SlidesOnWithTheClockBack },
  { promise: 7, fault: "resets when the clock moves back", store: FollowsTheClockBack },
  { promise: 7, fault: "gives nothing back while the clock is back", store: ReleasesByTheClock },
  { promise: 12, fault: "says backend, and believes the caller", store: BelievesTheCaller, claims: BACKEND_CLOCK },
  { promise: 12, fault: "as before, with a clock nobody can set", store: BelievesTheCaller, claims: FIXED_CLOCK },
  { promise: 12, fault: "says caller, and has a clock of its own", store: HasAClockOfItsOwn },
];
