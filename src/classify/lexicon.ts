import { CATEGORIES, type ToolCategory } from "./category.js";
import { ANSWERS, EMPTY_LAST_WORDS, FIRST_WORDS, LAST_NOUNS, PREPOSITIONS } from "./nouns.js";
import { OBJECT_RULES } from "./objects.js";
import { NOUNS_AS_WELL, NOUNS_INSIDE, THINGS_AT_THE_END, VERBS } from "./verbs.js";

/** The tables of words, ready to be looked up. Every set and map may be asked for any text. */
export interface Lexicon {
  readonly verbs: ReadonlyMap<string, ToolCategory>;
  readonly nounsAsWell: ReadonlySet<string>;
  readonly nounsInside: ReadonlySet<string>;
  readonly things: ReadonlySet<string>;
  readonly answers: ReadonlySet<string>;
  readonly lastNouns: ReadonlyMap<string, ToolCategory>;
  readonly firstWords: ReadonlySet<string>;
  readonly prepositions: ReadonlySet<string>;
  readonly emptyLastWords: ReadonlySet<string>;
  readonly objectRules: readonly CompiledObjectRule[];
}

export interface CompiledObjectRule {
  readonly verbs: ReadonlySet<string>;
  readonly objects: ReadonlySet<string>;
  readonly unless: ReadonlySet<string>;
  readonly category: ToolCategory;
  readonly because: string;
}

let standard: Lexicon | undefined;

/** The lexicon of this library, built when it is first asked for. */
export function standardLexicon(): Lexicon {
  standard ??= buildLexicon(() => true);
  return standard;
}

/** The lexicon of the words that `keeps` holds on to. Measuring leaves words out; nothing else does. */
export function buildLexicon(keeps: (word: string) => boolean): Lexicon {
  const kept = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "" && keeps(word));
  const byClass = (table: Readonly<Partial<Record<ToolCategory, string>>>): Map<string, ToolCategory> =>
    new Map(CATEGORIES.flatMap((category) => kept(table[category] ?? "").map((word) => [word, category] as const)));
  return {
    verbs: byClass(VERBS),
    nounsAsWell: new Set(kept(NOUNS_AS_WELL)),
    nounsInside: new Set(kept(NOUNS_INSIDE)),
    things: new Set(kept(THINGS_AT_THE_END)),
    answers: new Set(kept(ANSWERS)),
    lastNouns: byClass(LAST_NOUNS),
    firstWords: new Set(kept(FIRST_WORDS)),
    prepositions: new Set(kept(PREPOSITIONS)),
    emptyLastWords: new Set(kept(EMPTY_LAST_WORDS)),
    objectRules: OBJECT_RULES.map((rule) => ({
      verbs: new Set(kept(rule.verbs)),
      objects: new Set(kept(rule.objects)),
      unless: new Set(kept(rule.unless ?? "")),
      category: rule.category,
      because: rule.because,
    })),
  };
}
