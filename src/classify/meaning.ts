import type { ToolCategory } from "./category.js";
import type { CompiledObjectRule, Lexicon } from "./lexicon.js";

/** What a verb means together with its objects. */
export interface VerbMeaning {
  readonly category: ToolCategory;
  readonly words: readonly string[];
  readonly meaning: string;
}

/** The class of a verb with these objects: that of the first rule that fits, or else the verb's own. */
export function meaningOf(
  verb: string,
  category: ToolCategory,
  objects: readonly string[],
  lexicon: Lexicon,
): VerbMeaning {
  const names = [...objects, ...objects.slice(1).map((text, index) => `${objects[index]}_${text}`)];
  for (const rule of lexicon.objectRules) {
    const object = objectThatFits(rule, verb, category, names);
    if (object !== undefined) return { category: rule.category, words: [verb, object], meaning: rule.because };
  }
  return { category, words: [verb], meaning: `a verb of ${category}` };
}

function objectThatFits(
  rule: CompiledObjectRule,
  verb: string,
  category: ToolCategory,
  names: readonly string[],
): string | undefined {
  if (!rule.verbs.has(verb) && !rule.verbs.has(`*${category}`)) return undefined;
  if (names.some((name) => rule.unless.has(name))) return undefined;
  return names.find((name) => rule.objects.has(name));
}
