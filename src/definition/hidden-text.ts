import { escapeSegment } from "../internal/pointer.js";

/**
 * What a person does not see and a model reads: control characters (escape sequences of terminals begin with one), zero-width,
 * bidirectional and tag characters, variation selectors, line separators, unpaired halves of characters. Tabs, line ends and
 * what joins emoji are not hidden; the group is what stays as it is.
 */
const HIDDEN =
  /((?<=\p{Emoji})[\uFE0E\uFE0F]|(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)\u200D(?=\p{Extended_Pictographic})|[\t\n]|\r\n)|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** How many places of a definition, and how many characters of each, are told. */
const MOST_PLACES = 10;
const MOST_CHARACTERS = 10;

/** A place of a definition that holds hidden characters, by its JSON Pointer; of a key, by that of its value. */
export interface HiddenText {
  readonly pointer: string;
  /** Each kind once, as `U+202E`. At most 10. */
  readonly characters: readonly string[];
}

/** Every place of a JSON value whose text or key holds hidden characters. At most 10. */
export function findHiddenText(value: unknown): readonly HiddenText[] {
  const found: HiddenText[] = [];
  visit(value, "", (text, pointer) => {
    const characters = hiddenIn(text);
    if (characters.length > 0 && found.length < MOST_PLACES) found.push({ pointer, characters });
  });
  return found;
}

/** The same value with hidden characters written out, as `\u{202e}`, in texts and keys; itself where there are none. */
export function showHiddenText(value: unknown): unknown {
  if (typeof value === "string") return showHidden(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const shown = value.map(showHiddenText);
    return shown.some((element, index) => element !== value[index]) ? shown : value;
  }
  const members = Object.entries(value).map(([key, member]) => [key, member, showHidden(key), showHiddenText(member)]);
  if (members.every(([key, member, shownKey, shown]) => key === shownKey && member === shown)) return value;
  return Object.fromEntries(members.map(([, , key, shown]) => [key, shown]));
}

function visit(value: unknown, pointer: string, look: (text: string, pointer: string) => void): void {
  if (typeof value === "string") look(value, pointer);
  if (value === null || typeof value !== "object") return;
  for (const [key, member] of Object.entries(value)) {
    const place = `${pointer}/${escapeSegment(key)}`;
    if (!Array.isArray(value)) look(key, place);
    visit(member, place, look);
  }
}

function hiddenIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [character, plain] of text.matchAll(HIDDEN)) {
    if (plain === undefined && found.size < MOST_CHARACTERS) found.add(`U+${hexOf(character).padStart(4, "0")}`);
  }
  return [...found];
}

function showHidden(text: string): string {
  return text.replace(HIDDEN, (character, plain) =>
    plain === undefined ? `\\u{${hexOf(character).toLowerCase()}}` : character,
  );
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
}
