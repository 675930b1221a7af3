import {
  ACTION_WORDS,
  AMOUNT_WORDS,
  ARGUMENT_RULES,
  COUNTERPARTY_WORDS,
  CURSOR_WORDS,
  SWITCH_WORDS,
} from "./arguments.js";
import { highest, isAbove, type ToolCategory } from "./category.js";
import { excerpt, named, type ToolEvidence } from "./evidence.js";
import type { Lexicon } from "./lexicon.js";
import { readName } from "./name.js";
import { MAX_SCHEMAS, type SchemaProperty, schemaProperties } from "./schema-properties.js";
import { formsOf, matches } from "./tables.js";
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
    ...fromSwitch(property),
    ...fromActions(property, lexicon),
  ]);
  if (base !== "Read") evidence.push(...fromMoney(properties));
  if (!complete) {
    const meaning = `more than ${MAX_SCHEMAS} parts, which are not all read`;
    evidence.push({ pointer: "/inputSchema", text: "properties", meaning, signal: "unread" });
  }
  return evidence;
}

function fromRules(property: SchemaProperty, nameWords: readonly string[]): readonly ToolEvidence[] {
  const forms = formsOf(property.name);
  if (matches(CURSOR_WORDS, forms)) return [];
  return ARGUMENT_RULES.filter((rule) => matches(rule.words, forms)).map((rule) => {
    const looks = rule.unless !== undefined && matches(rule.unless, nameWords);
    return {
      ...at(property, looks ? "takes code or a query to look at or to keep" : rule.meaning),
      ...(rule.category === undefined || looks ? {} : { category: rule.category }),
      ...(rule.signal === undefined ? {} : { signal: rule.signal }),
    };
  });
}

function fromSwitch(property: SchemaProperty): readonly ToolEvidence[] {
  if (ownValue(property.schema, "type") !== "boolean") return [];
  if (!matches(SWITCH_WORDS, formsOf(property.name))) return [];
  return [{ ...at(property, "a switch that deletes"), category: "Write" }];
}

function fromActions(property: SchemaProperty, lexicon: Lexicon): readonly ToolEvidence[] {
  if (!matches(ACTION_WORDS, formsOf(property.name))) return [];
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
  return [{ ...at(property, `offers ${named(decisive.action)}`), category }];
}

function fromMoney(properties: readonly SchemaProperty[]): readonly ToolEvidence[] {
  const amount = properties.find((property) => matches(AMOUNT_WORDS, formsOf(property.name)));
  const other = properties.find((property) => matches(COUNTERPARTY_WORDS, formsOf(property.name)));
  if (amount === undefined || other === undefined) return [];
  return [{ ...at(amount, `an amount of money beside ${named(other.name)}`), category: "Financial" }];
}

function at(property: SchemaProperty, meaning: string): { pointer: string; text: string; meaning: string } {
  return { pointer: property.pointer, text: excerpt(property.name), meaning };
}

/** Evidence that speaks for a class above `base`, and all that shows a risk. */
export function tellingEvidence(evidence: readonly ToolEvidence[], base: ToolCategory): readonly ToolEvidence[] {
  return evidence.filter(
    ({ category, signal }) => signal !== undefined || (category !== undefined && isAbove(category, base)),
  );
}
