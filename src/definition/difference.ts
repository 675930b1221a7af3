import { canonicalJson } from "../internal/canonical-json.js";
import { escapeSegment } from "../internal/pointer.js";
import { quote } from "../internal/quote.js";
import type { Definition } from "./definition.js";

/** How many differences are told one by one, and how much of a value is shown. */
const MOST_TOLD = 10;
const SHOWN = 120;

/** How much of two texts is shown before the place where they part. */
const BEFORE_PARTING = 20;

/**
 * What has changed between two definitions of a tool, in words: one text for each place, by its JSON Pointer, with the
 * values where they are short. Empty where nothing has. The values are the server's, with what is invisible written out.
 */
export function describeDifference(before: Definition, after: Definition): readonly string[] {
  const found: string[] = [];
  collect(before, after, "", found);
  const more = found.length - MOST_TOLD;
  return more > 0 ? [...found.slice(0, MOST_TOLD), `and ${more} more`] : found;
}

function collect(before: unknown, after: unknown, pointer: string, found: string[]): void {
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) {
    if (canonicalJson(before) !== canonicalJson(after)) found.push(describeChange(before, after, pointer));
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const place = `${pointer}/${escapeSegment(key)}`;
    const was = Object.hasOwn(before, key);
    if (was && Object.hasOwn(after, key)) collect(before[key], after[key], place, found);
    else if (was) found.push(`${quote(place)} was removed, it was ${show(before[key])}`);
    else found.push(`${quote(place)} was added: ${show(after[key])}`);
  }
}

function describeChange(before: unknown, after: unknown, pointer: string): string {
  const from = partingOf(before, after);
  return `${quote(pointer)} changed from ${show(before, from)} to ${show(after, from)}`;
}

/** Where two long texts are to be shown from: shortly before they part. */
function partingOf(before: unknown, after: unknown): number {
  if (typeof before !== "string" || typeof after !== "string") return 0;
  if (before.length <= SHOWN && after.length <= SHOWN) return 0;
  let parting = 0;
  while (parting < before.length && before[parting] === after[parting]) parting++;
  return Math.max(0, parting - BEFORE_PARTING);
}

/** A value as it is told: text from a place on, anything else as JSON. */
function show(value: unknown, from = 0): string {
  if (typeof value !== "string") return quote(JSON.stringify(value), SHOWN);
  return quote(`${from > 0 ? "…" : ""}${value.slice(from)}`, SHOWN);
}

function isTree(value: unknown): value is { readonly [key: string]: unknown } {
  return value !== null && typeof value === "object";
}
