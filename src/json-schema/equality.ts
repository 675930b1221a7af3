import { canonicalJson } from "../internal/canonical-json.js";
import { isRecord } from "./keyword.js";
import type { Work } from "./work.js";

/** Characters that cost as much to look at as one schema to apply. */
const TEXT_STEP = 32;
/** What it costs to write one value down. */
const WRITING_STEPS = 2;

/** Whether two JSON values are equal: numbers by value, objects by their own keys in any order. */
export function jsonEqual(a: unknown, b: unknown, work: Work): boolean {
  work.spend(1);
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((element, index) => jsonEqual(element, b[index], work));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key], work));
}

/** Whether no two elements are equal. Linear in the size of the list. */
export function allDifferent(list: readonly unknown[], work: Work): boolean {
  const scalars = new Set<unknown>();
  const texts = new Set<string>();
  for (const element of list) {
    work.spend(1);
    if (element === null || typeof element !== "object") {
      if (scalars.has(element)) return false;
      scalars.add(element);
      continue;
    }
    weigh(element, work);
    const text = canonicalJson(element);
    if (texts.has(text)) return false;
    texts.add(text);
  }
  return true;
}

/** Pays for writing a value down, before it is written. */
function weigh(value: unknown, work: Work): void {
  work.spend(WRITING_STEPS + (typeof value === "string" ? value.length / TEXT_STEP : 0));
  if (Array.isArray(value)) for (const element of value) weigh(element, work);
  else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      weigh(key, work);
      weigh(member, work);
    }
  }
}

/** Whether a text has at least so many characters, each a Unicode code point, as JSON Schema counts them. */
export function hasLength(text: string, least: number, work: Work): boolean {
  // A character is one unit or two, so most texts need not be counted.
  if (text.length < least || text.length >= 2 * least) return text.length >= least;
  return lengthOf(text, work) >= least;
}

function lengthOf(text: string, work: Work): number {
  work.spend(text.length / TEXT_STEP);
  let pairs = 0;
  for (let index = 0; index < text.length - 1; index++) {
    if (isHigh(text.charCodeAt(index)) && isLow(text.charCodeAt(index + 1))) {
      pairs++;
      index++;
    }
  }
  return text.length - pairs;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
