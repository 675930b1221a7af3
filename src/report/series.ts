import { type CallOutcome, count, newTally, type OutcomeCounts, type Tally } from "./outcome.js";

/** Calls over time, in spans of one length that follow each other without gaps. */
export interface CallSeries {
  /** Milliseconds that each span takes; 0 where there are no calls. */
  readonly spanMs: number;
  readonly spans: readonly CallSpan[];
}

export interface CallSpan extends OutcomeCounts {
  /** When the span begins, milliseconds since the epoch. */
  readonly time: number;
}

/** One call on the line of time. */
export interface Moment {
  readonly time: number;
  readonly outcome: CallOutcome;
}

const MOST_SPANS = 60;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths that a person reads at a glance. */
const LENGTHS: readonly number[] = [
  ...[1, 5, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 7, 28].map((days) => days * DAY),
];

/** The last moment that is a date. */
const LAST_TIME = 8.64e15;

/** Whether a time can be shown: a clock that failed leaves none in its event. */
export function isTime(time: number): boolean {
  return typeof time === "number" && Math.abs(time) <= LAST_TIME;
}

export function seriesOf(moments: readonly Moment[]): CallSeries {
  const known = moments.filter(({ time }) => isTime(time));
  if (known.length === 0) return { spanMs: 0, spans: [] };
  const first = known.reduce((least, { time }) => Math.min(least, time), LAST_TIME);
  const last = known.reduce((most, { time }) => Math.max(most, time), -LAST_TIME);
  const spanMs = lengthFor(first, last);
  const start = floorTo(first, spanMs);
  const spans = Array.from({ length: (floorTo(last, spanMs) - start) / spanMs + 1 }, newTally);
  for (const { time, outcome } of known) count(spans[Math.floor((time - start) / spanMs)] as Tally, outcome);
  return { spanMs, spans: spans.map((tally, index) => ({ time: start + index * spanMs, ...tally })) };
}

/** The shortest length of which few enough cover the time from `first` to `last`. */
function lengthFor(first: number, last: number): number {
  const covers = (ms: number): boolean => (floorTo(last, ms) - floorTo(first, ms)) / ms < MOST_SPANS;
  const whole = LENGTHS.find(covers);
  if (whole !== undefined) return whole;
  let days = 56;
  while (!covers(days * DAY)) days *= 2;
  return days * DAY;
}

function floorTo(time: number, ms: number): number {
  return Math.floor(time / ms) * ms;
}
