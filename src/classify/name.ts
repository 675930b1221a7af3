import { highest, type ToolCategory } from "./category.js";
import type { Lexicon } from "./lexicon.js";
import { meaningOf, type VerbMeaning } from "./meaning.js";
import { rootsOf } from "./words.js";

/** What a name says: a verb, only a noun, or nothing; the words that say so, and why they mean that. */
export type NameReading =
  | { readonly says: "nothing" }
  | {
      readonly says: "verb" | "noun";
      readonly category: ToolCategory;
      readonly words: readonly string[];
      readonly meaning: string;
      /** A plain verb in the first place: nothing clearer exists. */
      readonly plain: boolean;
    };

/** A word of a name, or two or three that are one verb. */
interface Token {
  readonly text: string;
  readonly verb: ToolCategory | undefined;
  readonly nounAsWell: boolean;
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
    tokens.push({ text, verb: lexicon.verbs.get(text), nounAsWell: lexicon.nounsAsWell.has(text) });
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

/** The place of the verb that says what is done, or -1. */
function mainVerb(tokens: readonly Token[], lexicon: Lexicon): number {
  const last = lastPlace(tokens, lexicon);
  const plain = tokens.findIndex((token) => token.verb !== undefined && !token.nounAsWell);
  const [first] = tokens;
  if (first?.verb !== undefined && !first.nounAsWell) return 0;
  const end = tokens[last];
  if (end === undefined) return -1;
  // `order_status`, `build_log`: a noun of answers turns the verb before it into a noun.
  const answers = last > 0 && lexicon.lastNouns.get(end.text) === "Read" && end.verb === undefined;
  if (plain !== -1) return plain;
  if (answers) return -1;
  if (first?.verb !== undefined && (last === 0 || !isAction(end, lexicon))) return 0;
  if (isAction(end, lexicon)) return last;
  const inside = tokens.findIndex((token, index) => index < last && token.verb !== undefined);
  return inside;
}

/** A word at the end of a name that says what is done there: `voice_clone`, and not `create_order`. */
function isAction(token: Token, lexicon: Lexicon): boolean {
  return token.verb !== undefined && !lexicon.things.has(token.text);
}

function lastPlace(tokens: readonly Token[], lexicon: Lexicon): number {
  const place = tokens.findLastIndex((token) => !lexicon.emptyLastWords.has(token.text));
  return place === -1 ? tokens.length - 1 : place;
}

function readVerb(tokens: readonly Token[], main: number, lexicon: Lexicon): NameReading {
  const verbs = [main, ...joinedVerbs(tokens, main)];
  const readings = verbs.map((place) => withObjects(tokens, place, main, lexicon));
  const category = highest(readings.map((reading) => reading.category));
  const decisive = readings.find((reading) => reading.category === category);
  if (decisive === undefined) return NOTHING;
  return { says: "verb", ...decisive, plain: main === 0 && tokens[0]?.nounAsWell === false };
}

/** Verbs that are joined to the main one: `create_or_update`, `find_and_replace`. */
function joinedVerbs(tokens: readonly Token[], main: number): readonly number[] {
  return tokens.flatMap((token, index) =>
    index > main + 1 && token.verb !== undefined && JOINS.has(tokens[index - 1]?.text ?? "") ? [index] : [],
  );
}

function withObjects(tokens: readonly Token[], place: number, main: number, lexicon: Lexicon): VerbMeaning {
  const { text = "", verb = "Write" } = tokens[place] ?? {};
  // Behind a verb in the first place stand its objects; behind a prefix they may stand on either side.
  const others = tokens.filter((_, index) => index !== place && (main > 0 || index > 0));
  return meaningOf(
    text,
    verb,
    others.map((token) => token.text),
    lexicon,
  );
}

function readNouns(tokens: readonly Token[], lexicon: Lexicon): NameReading {
  const last = tokens[lastPlace(tokens, lexicon)]?.text ?? "";
  const noun = lexicon.lastNouns.get(last);
  if (noun !== undefined) {
    return { says: "noun", category: noun, words: [last], meaning: `a noun of ${noun}`, plain: false };
  }
  const root = rootsOf(last).find((form) => lexicon.verbs.has(form));
  const category = root === undefined ? undefined : lexicon.verbs.get(root);
  if (category === undefined) return NOTHING;
  return { says: "noun", category, words: [last], meaning: `made from \`${root}\`, a verb of ${category}`, plain: false };
}
