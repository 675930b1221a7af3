import { highest, isAbove, type ToolCategory } from "./category.js";
import type { Lexicon } from "./lexicon.js";
import { meaningOf, type VerbMeaning } from "./meaning.js";
import { rootsOf } from "./words.js";

/** What a name says: a verb, only a noun, or nothing; the words that say so, and why they mean that. */
export type NameReading =
  | { readonly says: "nothing" }
  | (VerbMeaning & {
      readonly says: "verb" | "noun";
      /** A plain verb in the first place: nothing clearer exists. */
      readonly plain: boolean;
    });

/** A word of a name, or two or three that are one verb. */
interface Token {
  readonly text: string;
  readonly verb: ToolCategory | undefined;
  /** Whether it may as well be a noun where it stands. */
  readonly maybeNoun: boolean;
}

const JOINS: ReadonlySet<string> = new Set(["and", "or", "then"]);
const LONGEST_VERB = 3;
const NOTHING: NameReading = { says: "nothing" };

/** Reads the words of a name. Names are noun and verb in either order, with or without a prefix. */
export function readName(words: readonly string[], lexicon: Lexicon): NameReading {
  const tokens = toTokens(words, lexicon);
  const main = mainVerb(tokens, lexicon);
  return main === -1 ? readNouns(tokens, lexicon) : readVerb(tokens, main, lexicon);
}

function toTokens(words: readonly string[], lexicon: Lexicon): readonly Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < words.length; ) {
    const { text, length } = longestVerb(words, index, lexicon);
    const maybeNoun = lexicon.nounsAsWell.has(text) || (index > 0 && lexicon.nounsInside.has(text));
    tokens.push({ text, verb: lexicon.verbs.get(text), maybeNoun });
    index += length;
  }
  return tokens;
}

function longestVerb(words: readonly string[], start: number, lexicon: Lexicon): { text: string; length: number } {
  for (let length = LONGEST_VERB; length > 1; length--) {
    const text = words.slice(start, start + length).join("_");
    if (start + length <= words.length && lexicon.verbs.has(text)) return { text, length };
  }
  return { text: words[start] ?? "", length: 1 };
}

/** The place of the verb that says what is done, or -1 where the name is a noun. */
function mainVerb(tokens: readonly Token[], lexicon: Lexicon): number {
  const plain = tokens.findIndex((token) => token.verb !== undefined && !token.maybeNoun);
  if (plain !== -1) return plain;
  const last = lastPlace(tokens, lexicon);
  const end = tokens[last];
  if (end === undefined || (last > 0 && lexicon.answers.has(end.text))) return -1;
  if (tokens[0]?.verb !== undefined) return isOnlyThing(tokens, lexicon) ? -1 : 0;
  if (end.verb !== undefined && !lexicon.things.has(end.text)) return last;
  return tokens.findIndex((token, index) => index < last && token.verb !== undefined);
}

/** One word that names a thing as often as an action (`group`): only where it would be costly is it taken for a verb. */
function isOnlyThing([only, ...others]: readonly Token[], lexicon: Lexicon): boolean {
  if (only?.verb === undefined || others.length > 0) return false;
  return lexicon.things.has(only.text) && !isAbove(only.verb, "Write");
}

/** The head of a noun phrase: before its first preposition, and not an ending without meaning. */
function lastPlace(tokens: readonly Token[], lexicon: Lexicon): number {
  const preposition = tokens.findIndex((token, index) => index > 0 && lexicon.prepositions.has(token.text));
  const head = preposition === -1 ? tokens : tokens.slice(0, preposition);
  const place = head.findLastIndex(({ text }) => !lexicon.emptyLastWords.has(text) && !/.ed$/.test(text));
  return place === -1 ? head.length - 1 : place;
}

function readVerb(tokens: readonly Token[], main: number, lexicon: Lexicon): NameReading {
  const places = [main, ...joinedVerbs(tokens, main)];
  const readings = places.map((place) => withObjects(tokens, place, lexicon));
  const category = highest(readings.map((reading) => reading.category));
  const decisive = readings.find((reading) => reading.category === category);
  if (decisive === undefined) return NOTHING;
  return { says: "verb", ...decisive, plain: main === 0 && tokens[0]?.maybeNoun === false };
}

/** Verbs that are joined to the main one: `create_or_update`, `find_and_replace`. */
function joinedVerbs(tokens: readonly Token[], main: number): readonly number[] {
  return tokens.flatMap((token, index) =>
    index > main + 1 && token.verb !== undefined && JOINS.has(tokens[index - 1]?.text ?? "") ? [index] : [],
  );
}

function withObjects(tokens: readonly Token[], place: number, lexicon: Lexicon): VerbMeaning {
  const { text = "", verb = "Write" } = tokens[place] ?? {};
  // Objects stand on either side: `create_invoice`, `invoice_create`.
  const others = tokens.filter((_, index) => index !== place);
  return meaningOf(
    text,
    verb,
    others.map((token) => token.text),
    lexicon,
  );
}

function readNouns(tokens: readonly Token[], lexicon: Lexicon): NameReading {
  const first = tokens[0]?.text ?? "";
  const last = tokens[lastPlace(tokens, lexicon)]?.text ?? "";
  const noun = lexicon.lastNouns.get(last);
  if (noun !== undefined) {
    return { says: "noun", category: noun, words: [last], meaning: `a noun of ${noun}`, plain: false };
  }
  const root = rootsOf(last).find((form) => lexicon.verbs.has(form));
  const category = root === undefined ? undefined : lexicon.verbs.get(root);
  if (category !== undefined) {
    return {
      says: "noun",
      category,
      words: [last],
      meaning: `made from \`${root}\`, a verb of ${category}`,
      plain: false,
    };
  }
  if (!lexicon.firstWords.has(first)) return NOTHING;
  return { says: "noun", category: "Read", words: [first], meaning: "asks for something", plain: false };
}
