import {
  ACTION_WORDS,
  AMOUNT_WORDS,
  ARGUMENT_RULES,
  COUNTERPARTY_WORDS,
  CURSOR_WORDS,
  SWITCH_WORDS,
} from "./arguments.js";
import { highest, isAbove, type ToolCategory } from "./category.js";
import { excerpt, type ToolEvidence } from "./evidence.js";
import type { Lexicon } from "./lexicon.js";
import { readName } from "./name.js";
import { MAX_SCHEMAS, type SchemaProperty, schemaProperties } from "./schema-properties.js";
import { ownValue } from "./tool.js";
import { splitWords } from "./words.js";

/** Options of one argument that are read: a list of actions longer than this is cut. */
const MAX_ACTIONS = 100;

/** What the input schema says about a tool that by its words is of class `base`, with these words in its name. */
export function readSchema(
  inputSchema: unknown,
  base: ToolCategory,
  nameWords: readonly string[],
  lexicon: Lexicon,
): readonly ToolEvidence[] {
  const { properties, complete } = schemaProperties(inputSchema);
  const evidence = properties.flatMap((property) => [
    ...fromRules(property, nameWords),
    ...fromSwitch(property, lexicon),
    ...fromActions(property, lexicon),
  ]);
  if (base !== "Read") evidence.push(...fromMoney(properties));
  if (!complete) {
    const meaning = `more than ${MAX_SCHEMAS} parts, which are not all read`;
    evidence.push({ pointer: "/inputSchema", text: "properties", meaning, signal: "unread" });
  }
  return evidence;
}

/** The forms under which an argument is looked up: its whole name, and with its first or last word open. */
export function formsOf(name: string): readonly string[] {
  const words = splitWords(name);
  const whole = words.join("_");
  return words.length < 2 ? [whole] : [whole, `*_${words.at(-1)}`, `${words[0]}_*`];
}

function has(words: string, forms: readonly string[]): boolean {
  return forms.some((form) => setOf(words).has(form));
}

const sets = new Map<string, ReadonlySet<string>>();

/** The words of a table of this library; each table is split once. */
function setOf(words: string): ReadonlySet<string> {
  const known = sets.get(words);
  if (known !== undefined) return known;
  const made = new Set(words.split(/\s+/).filter((word) => word !== ""));
  sets.set(words, made);
  return made;
}

function fromRules(property: SchemaProperty, nameWords: readonly string[]): readonly ToolEvidence[] {
  const forms = formsOf(property.name);
  if (has(CURSOR_WORDS, forms)) return [];
  return ARGUMENT_RULES.filter((rule) => has(rule.words, forms)).map((rule) => {
    const looks = rule.unless !== undefined && has(rule.unless, nameWords);
    return {
      ...at(property, looks ? "takes code or a query to look at or to keep" : rule.meaning),
      ...(rule.category === undefined || looks ? {} : { category: rule.category }),
      ...(rule.signal === undefined ? {} : { signal: rule.signal }),
    };
  });
}

function fromSwitch(property: SchemaProperty, lexicon: Lexicon): readonly ToolEvidence[] {
  if (ownValue(property.schema, "type") !== "boolean") return [];
  const [first = ""] = splitWords(property.name);
  const deletes = has(SWITCH_WORDS, [first, splitWords(property.name).join("_")]);
  return deletes && lexicon.verbs.size > 0 ? [{ ...at(property, "a switch that deletes"), category: "Write" }] : [];
}

function fromActions(property: SchemaProperty, lexicon: Lexicon): readonly ToolEvidence[] {
  if (!has(ACTION_WORDS, formsOf(property.name))) return [];
  const options = ownValue(property.schema, "enum");
  if (!Array.isArray(options)) return [];
  const actions = options.slice(0, MAX_ACTIONS).filter((option): option is string => typeof option === "string");
  const categories = actions.flatMap((action) => {
    const reading = readName(splitWords(action), lexicon);
    return reading.says === "verb" ? [{ action, category: reading.category }] : [];
  });
  const category = highest(categories.map((option) => option.category));
  const decisive = categories.find((option) => option.category === category);
  if (category === undefined || category === "Read" || decisive === undefined) return [];
  return [{ ...at(property, `offers \`${excerpt(decisive.action)}\``), category }];
}

function fromMoney(properties: readonly SchemaProperty[]): readonly ToolEvidence[] {
  const amount = properties.find((property) => has(AMOUNT_WORDS, formsOf(property.name)));
  const other = properties.find((property) => has(COUNTERPARTY_WORDS, formsOf(property.name)));
  if (amount === undefined || other === undefined) return [];
  return [{ ...at(amount, `an amount of money beside \`${excerpt(other.name)}\``), category: "Financial" }];
}

function at(property: SchemaProperty, meaning: string): { pointer: string; text: string; meaning: string } {
  return { pointer: excerpt(property.pointer), text: excerpt(property.name), meaning };
}

/** Evidence that speaks for a class above `base`, and all that shows a risk. */
export function tellingEvidence(evidence: readonly ToolEvidence[], base: ToolCategory): readonly ToolEvidence[] {
  return evidence.filter(
    ({ category, signal }) => signal !== undefined || (category !== undefined && isAbove(category, base)),
  );
}
