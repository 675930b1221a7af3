import { isTime } from "../series.js";
import { html, type Markup } from "./markup.js";

const LONGEST = 120;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Words of a model or a server: as code, by itself in direction, long ones cut. */
export function outside(text: string): Markup {
  if (text === "") return html`<span class="none">none</span>`;
  const cut = text.length > LONGEST;
  const rest = cut ? html`<span class="none">… ${number(text.length)} characters</span>` : "";
  return html`<bdi class="outside">${cut ? text.slice(0, LONGEST) : text}</bdi>${rest}`;
}

/** A whole number with its thousands apart; any other with at most two decimals. */
export function number(value: number): string {
  const rounded = Number.isInteger(value) ? value : Math.round(value * 100) / 100;
  const [whole = "", decimals] = String(rounded).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

export function counted(many: number, noun: string): string {
  return `${number(many)} ${noun}${many === 1 ? "" : "s"}`;
}

/** A share of 0 to 1. What is not nothing, and not all, is never shown as such. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return "< 0.1 %";
  if (share < 1 && share > 0.999) return "> 99.9 %";
  return `${Math.round(share * 1_000) / 10} %`;
}

/** `2 Mar 2026`, in UTC. */
export function dateText(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `09:30`, or `09:30:05` where seconds matter. */
export function clockText(time: number, detail: "minutes" | "seconds"): string {
  const iso = new Date(time).toISOString();
  return iso.slice(iso.indexOf("T") + 1, detail === "minutes" ? -8 : -5);
}

export function momentText(time: number): string {
  return isTime(time) ? `${dateText(time)}, ${clockText(time, "seconds")}` : "unknown";
}
