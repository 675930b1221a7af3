import { CALL_OUTCOMES } from "../outcome.js";
import type { CallSeries, CallSpan } from "../series.js";
import { html, type Markup } from "./markup.js";
import { countsText, labelOf } from "./outcomes.js";
import { type Column, table } from "./table.js";
import { clockText, counted, dateText, number } from "./text.js";

const WIDTH = 1_000;
const HEIGHT = 200;
const WIDEST_BAR = 48;
const LABELS = 5;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const TABLE_COLUMNS: readonly Column[] = [
  { head: "From (UTC)", shows: "name" },
  ...CALL_OUTCOMES.map((outcome): Column => ({ head: labelOf(outcome), shows: "number" })),
  { head: "Calls", shows: "number" },
];

/** Calls over time, one bar a span, and the same as a table. */
export function timeline({ spanMs, spans }: CallSeries): Markup {
  const [first] = spans;
  if (first === undefined) return html`<p class="empty">No call was recorded.</p>`;
  const { top, ticks } = scaleFor(spans);
  const slot = WIDTH / spans.length;
  const lines = ticks.map((tick) => {
    const y = HEIGHT - (tick / top) * HEIGHT;
    return html`<line class="grid" x1="0" x2="${WIDTH}" y1="${y}" y2="${y}"/>`;
  });
  const bars = spans.map((span, index) => column(span, index * slot, slot, top, spanMs));
  const heights = ticks.map((tick) => html`<span style="bottom:${(tick / top) * 100}%">${number(tick)}</span>`);
  return html`<figure class="timeline">
<div class="plot">
<div class="heights" aria-hidden="true">${heights}</div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${described(spans, spanMs)}">
${lines}${bars}</svg>
<div class="times" aria-hidden="true">${times(spans, spanMs)}</div>
</div>
<figcaption>${legend()}<span>One bar is ${lengthText(spanMs)}, the first from ${spanText(first.time, spanMs)} (UTC).</span></figcaption>
<details><summary>The same as a table</summary>${asTable(spans, spanMs)}</details>
</figure>`;
}

/** Whole numbers to draw lines at; the last is the top of the plot. */
function scaleFor(spans: readonly CallSpan[]): { readonly top: number; readonly ticks: readonly number[] } {
  const most = spans.reduce((high, { calls }) => Math.max(high, calls), 1);
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = Math.max(1, [1, 2, 5, 10].map((times) => times * power).find((one) => one * 4 >= most) ?? most);
  const count = Math.ceil(most / step);
  return { top: count * step, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

function column(span: CallSpan, left: number, slot: number, top: number, spanMs: number): Markup {
  const width = Math.min(slot * 0.78, WIDEST_BAR);
  const x = left + (slot - width) / 2;
  let y = HEIGHT;
  const parts = CALL_OUTCOMES.filter((outcome) => span[outcome] > 0).map((outcome) => {
    const height = (span[outcome] / top) * HEIGHT;
    y -= height;
    return html`<rect class="${outcome}" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
  });
  const title = `${spanText(span.time, spanMs)}: ${countsText(span)}`;
  const whole = html`<rect class="whole" x="${left}" y="0" width="${slot}" height="${HEIGHT}"/>`;
  return html`<g><title>${title}</title>${whole}${parts}</g>`;
}

function times(spans: readonly CallSpan[], spanMs: number): Markup[] {
  const every = Math.max(1, Math.ceil(spans.length / LABELS));
  return spans.flatMap(({ time }, index) => {
    if (index % every !== 0) return [];
    const at = ((index + 0.5) / spans.length) * 100;
    return [html`<span style="left:${at}%">${tickText(time, spanMs)}</span>`];
  });
}

function legend(): Markup {
  const keys = CALL_OUTCOMES.map((outcome) => html`<li><span class="key ${outcome}"></span>${labelOf(outcome)}</li>`);
  return html`<ul class="legend">${keys}</ul>`;
}

function asTable(spans: readonly CallSpan[], spanMs: number): Markup {
  const rows = spans
    .filter(({ calls }) => calls > 0)
    .map((span) => [spanText(span.time, spanMs), ...CALL_OUTCOMES.map((outcome) => span[outcome]), span.calls]);
  return table(TABLE_COLUMNS, rows, rows.length);
}

function described(spans: readonly CallSpan[], spanMs: number): string {
  const busiest = spans.reduce((one, other) => (other.calls > one.calls ? other : one));
  return `Calls over time by outcome. The busiest ${lengthText(spanMs)}, from ${spanText(busiest.time, spanMs)}, has ${countsText(busiest)}.`;
}

function spanText(time: number, spanMs: number): string {
  return spanMs >= DAY ? dateText(time) : `${dateText(time)}, ${timeText(time, spanMs)}`;
}

function tickText(time: number, spanMs: number): string {
  return spanMs >= DAY || time % DAY === 0 ? dateText(time) : timeText(time, spanMs);
}

function timeText(time: number, spanMs: number): string {
  return clockText(time, spanMs < MINUTE ? "seconds" : "minutes");
}

function lengthText(ms: number): string {
  if (ms >= DAY) return counted(ms / DAY, "day");
  if (ms >= HOUR) return counted(ms / HOUR, "hour");
  return ms >= MINUTE ? counted(ms / MINUTE, "minute") : counted(ms / 1_000, "second");
}
