import { splitWords } from "./words.js";

const sets = new Map<string, ReadonlySet<string>>();

/** The words of a table of this library; each table is split once. */
export function wordsOf(table: string): ReadonlySet<string> {
  const known = sets.get(table);
  if (known !== undefined) return known;
  const made = new Set(table.split(/\s+/).filter((word) => word !== ""));
  sets.set(table, made);
  return made;
}

/** The forms under which an argument is looked up: its whole name, and with its first or its last word open. */
export function formsOf(name: string): readonly string[] {
  const words = splitWords(name);
  const whole = words.join("_");
  return words.length < 2 ? [whole] : [whole, `*_${words.at(-1)}`, `${words[0]}_*`];
}

/** Whether a table has one of these forms. */
export function matches(table: string, forms: readonly string[]): boolean {
  const words = wordsOf(table);
  return forms.some((form) => words.has(form));
}
