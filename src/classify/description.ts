import type { ToolCategory } from "./category.js";
import type { Lexicon } from "./lexicon.js";
import { meaningOf, type VerbMeaning } from "./meaning.js";
import { MAX_DESCRIPTION_TEXT, withoutPerson } from "./words.js";

/** A verb of a description. */
export interface SpokenVerb extends VerbMeaning {
  /** Whether it may as well be a noun where it stands: `Open positions`. */
  readonly maybeNoun: boolean;
}

/** What a description says a tool does: the verbs at its beginning, with a class each. */
export interface DescriptionReading {
  readonly verbs: readonly SpokenVerb[];
  /** Whether anything but words that fit every tool follows the verbs. */
  readonly specific: boolean;
  /** Words by which the description vouches for the tool. It is no evidence for Read then. */
  readonly assurance: string | undefined;
  /** The first words, which the reading rests on. */
  readonly beginning: string;
}

/** A description may say what a tool does; that it is safe is for others to say. */
const ASSURANCE =
  /\b(?:read[ -]?only|safe(?:ly)?|harmless|benign|trust(?:ed|worthy)?|risk[ -]?free|side[ -]?effects?|non[ -]?destructive|idempotent|only (?:reads?|retrieves?|lists?|gets?|returns?|fetches|shows?|views?|looks?)|(?:does|do|will|can|could|would)(?: not|n[’']t)|cannot|never|nothing|no (?:changes?|risk|harm|data|effects?|modifications?)|without (?:changing|modifying|altering|any)|just (?:reads?|retrieves?|lists?|gets?|returns?|fetches|shows?)|approved?|allowed|permitted|ignore|classify|category)\b/i;

/** What follows shows that the word before is the noun it may be: `Notes that link`, `Clicks and cost`. */
const NOUN_FOLLOWERS: ReadonlySet<string> = new Set(
  "of and or that which for in is are was were used similar left by about around from between with per".split(" "),
);

/** What follows shows that the word before is the verb it may be: `Charge the card`. */
const DETERMINERS: ReadonlySet<string> = new Set(
  "a an the one all any your their its this these that each every another some multiple new".split(" "),
);

const FILLERS: ReadonlySet<string> = new Set(
  `a an the this that these it its tool tools function method command endpoint action utility helper api to for use used
  using can be is are will you your lets let allows allow enables enable us user users agent agents model assistant llm
  provides provide ability able which when helps help please permanently quickly automatically asynchronously
  programmatically securely efficiently immediately simply directly optionally interactively authenticated new bulk
  batch admin beta deprecated experimental v1 v2 mcp recursively silently irreversibly atomically`.split(/\s+/),
);

/** Verbs of answering, which in a name say something else (`return_order`). */
const ANSWERING: ReadonlySet<string> = new Set(["returns", "gives", "outputs", "prints", "answers"]);

const GENERIC: ReadonlySet<string> = new Set(
  `a an the this that it its any all some data information info content contents thing things stuff result results
  output value values something everything details item items and or of from for to in on by with about only just it
  them what you need request requested requests`.split(/\s+/),
);

const JOINS: ReadonlySet<string> = new Set(["and", "or", "then", ",", "/", "&"]);
const PIECES = /[\p{L}\p{N}][\p{L}\p{N}'’_-]*|[,/&]|[.;:!?\n(]/gu;
const SENTENCE_END = /^[.;:!?\n(]$/;
const MAX_PIECES = 48;
const MAX_OBJECT_WORDS = 5;
const OBJECT_ENDS: ReadonlySet<string> = new Set(
  "for from in to with on by that which at into via through using as about based against across".split(" "),
);

/** Reads the beginning of a description. Bounded: text over 4,096 characters is not read. */
export function readDescription(description: string, lexicon: Lexicon): DescriptionReading {
  const text = description.slice(0, MAX_DESCRIPTION_TEXT);
  const pieces = firstSentence(text);
  const start = pieces.findIndex((piece) => !FILLERS.has(piece));
  const verbs: SpokenVerb[] = [];
  let place = start === -1 ? pieces.length : start;
  while (place < pieces.length) {
    const found = verbAt(pieces, place, lexicon);
    if (found === undefined) break;
    verbs.push(found);
    place += found.length;
    const joined = skipJoins(pieces, place);
    if (joined === place) break;
    place = joined;
  }
  return {
    verbs,
    specific: pieces.slice(place).some((piece) => !GENERIC.has(piece) && !JOINS.has(piece)),
    assurance: ASSURANCE.exec(text)?.[0],
    beginning: pieces.slice(0, place).join(" "),
  };
}

function firstSentence(text: string): readonly string[] {
  const pieces: string[] = [];
  for (const [piece] of text.matchAll(PIECES)) {
    if (SENTENCE_END.test(piece)) {
      if (pieces.length > 0) break;
      continue;
    }
    pieces.push(piece.toLowerCase());
    if (pieces.length === MAX_PIECES) break;
  }
  return pieces;
}

function verbAt(
  pieces: readonly string[],
  place: number,
  lexicon: Lexicon,
): (SpokenVerb & { readonly length: number }) | undefined {
  const word = pieces[place] ?? "";
  const next = pieces[place + 1] ?? "";
  if (ANSWERING.has(word)) {
    return { category: "Read", words: [word], meaning: "a verb of Read", maybeNoun: false, length: 1 };
  }
  for (const form of withoutPerson(word)) {
    const phrase = lexicon.verbs.get(`${form}_${next}`);
    if (phrase !== undefined) {
      return { ...meaningAt(`${form}_${next}`, phrase, pieces, place + 2, lexicon), maybeNoun: false, length: 2 };
    }
    const category = lexicon.verbs.get(form);
    const nounAsWell = lexicon.nounsAsWell.has(form) || lexicon.nounsInside.has(form);
    if (category === undefined || (nounAsWell && NOUN_FOLLOWERS.has(next))) continue;
    const maybeNoun = nounAsWell && !DETERMINERS.has(next);
    return { ...meaningAt(form, category, pieces, place + 1, lexicon), maybeNoun, length: 1 };
  }
  return undefined;
}

function meaningAt(
  verb: string,
  category: ToolCategory,
  pieces: readonly string[],
  start: number,
  lexicon: Lexicon,
): VerbMeaning {
  const rest = pieces.slice(start, start + MAX_OBJECT_WORDS);
  const end = rest.findIndex((piece) => OBJECT_ENDS.has(piece));
  const objects = (end === -1 ? rest : rest.slice(0, end)).flatMap((piece) => piece.split(/[-_]/));
  return meaningOf(verb, category, objects, lexicon);
}

function skipJoins(pieces: readonly string[], place: number): number {
  let next = place;
  while (JOINS.has(pieces[next] ?? "") || (next > place && FILLERS.has(pieces[next] ?? ""))) next++;
  return next;
}
