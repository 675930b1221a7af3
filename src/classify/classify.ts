import type { ToolDefinition } from "../definition/tool.js";
import { nameFault } from "../internal/name.js";
import { readAnnotations } from "./annotations.js";
import { NAME_SIGNALS } from "./arguments.js";
import { highest, isAbove, severityOf, type ToolCategory, type ToolSeverity } from "./category.js";
import { type DescriptionReading, readDescription, type SpokenVerb } from "./description.js";
import { excerpt, type ToolEvidence } from "./evidence.js";
import { type Lexicon, standardLexicon } from "./lexicon.js";
import { type NameReading, readName } from "./name.js";
import { readSchema, tellingEvidence } from "./schema.js";
import { wordsOf } from "./tables.js";
import { ownText, ownValue } from "./tool.js";
import { splitWords } from "./words.js";

/** How much the judgement rests on: a plain verb in the name, something weaker, or almost nothing. */
export type Confidence = "high" | "medium" | "low";

/** What a tool is taken to do, how bad that may be, and why. */
export interface ToolClassification {
  readonly category: ToolCategory;
  readonly severity: ToolSeverity;
  readonly confidence: Confidence;
  /** The reasons, that for the class first: 1 to 50. */
  readonly evidence: readonly ToolEvidence[];
}

/** The most reasons of one judgement. */
const MAX_EVIDENCE = 50;

interface Base {
  readonly category: ToolCategory;
  readonly confidence: Confidence;
  readonly evidence: ToolEvidence;
}

/**
 * Rates a tool by its definition: what it does, how much harm that may do, and the words or parts of the schema that
 * say so. It is advice to whoever writes a policy; no decision of this library depends on it.
 *
 * The name decides. What a description, a schema or an annotation adds can only raise the class, so that no text of a
 * server talks a tool down; only where the name says nothing does the description decide. Deterministic, no network,
 * bounded in time, and never throws: what is no tool at all is rated Execute, with evidence saying so.
 */
export function classifyTool(tool: ToolDefinition): ToolClassification {
  return classifyWith(tool, standardLexicon());
}

/** As `classifyTool`, by the words of another lexicon. */
export function classifyWith(tool: unknown, lexicon: Lexicon): ToolClassification {
  const name = ownValue(tool, "name");
  const fault = nameFault(name);
  if (fault !== undefined || typeof name !== "string") return nameless(fault ?? "must be a string");
  const words = splitWords(name);
  const description = readDescription(ownText(tool, "description"), lexicon);
  const base = baseOf(name, words, description, lexicon);
  const said = [...fromTitle(ownText(tool, "title"), base, lexicon), ...fromDescription(description, base)];
  const spoken = top(base.category, said);
  const schema = readSchema(ownValue(tool, "inputSchema"), spoken, words, lexicon);
  const beforeHints = top(spoken, schema);
  const hints = readAnnotations(ownValue(tool, "annotations"), beforeHints);
  const category = top(beforeHints, hints);
  const evidence = [
    base.evidence,
    ...tellingEvidence([...said, ...schema, ...hints], base.category),
    ...fromNameSignals(words, category),
  ];
  const decisive = evidence.find((reason) => reason.category === category) ?? base.evidence;
  return {
    category,
    severity: severityOf(category, new Set(evidence.flatMap(({ signal }) => signal ?? [])).size),
    confidence: decisive === base.evidence ? base.confidence : "medium",
    evidence: [decisive, ...evidence.filter((reason) => reason !== decisive)].slice(0, MAX_EVIDENCE),
  };
}

function top(base: ToolCategory, evidence: readonly ToolEvidence[]): ToolCategory {
  return highest([base, ...evidence.flatMap(({ category }) => category ?? [])]) ?? base;
}

function nameless(fault: string): ToolClassification {
  return {
    category: "Execute",
    severity: severityOf("Execute", 0),
    confidence: "low",
    evidence: [{ pointer: "/name", text: "", meaning: `the name ${fault}: taken for Execute`, category: "Execute" }],
  };
}

/** The class by name; where the name says nothing, by description; where that says nothing, Write. */
function baseOf(name: string, words: readonly string[], description: DescriptionReading, lexicon: Lexicon): Base {
  const byName = readName(words, lexicon);
  if (byName.says !== "nothing") {
    const confidence = byName.plain ? "high" : "medium";
    return { category: byName.category, confidence, evidence: spokenBy("/name", byName) };
  }
  const category = highest(description.verbs.map((verb) => verb.category));
  if (category !== undefined && isEvidence(category, description)) {
    return { category, confidence: "low", evidence: describedBy(description.verbs, category) };
  }
  const meaning = "no word of it says what it does: taken for Write";
  return {
    category: "Write",
    confidence: "low",
    evidence: { pointer: "/name", text: excerpt(name), meaning, category: "Write" },
  };
}

/** A description that vouches for its tool, or would fit every tool, does not make it Read. */
function isEvidence(category: ToolCategory, description: DescriptionReading): boolean {
  return isAbove(category, "Read") || (description.specific && description.assurance === undefined);
}

type SpokenReading = Exclude<NameReading, { says: "nothing" }>;

function spokenBy(pointer: string, reading: SpokenReading): ToolEvidence {
  return { pointer, text: excerpt(reading.words.join(" ")), meaning: reading.meaning, category: reading.category };
}

function describedBy(verbs: readonly SpokenVerb[], category: ToolCategory): ToolEvidence {
  const verb = verbs.find((candidate) => candidate.category === category);
  const text = excerpt(verb?.words.join(" ") ?? "");
  return { pointer: "/description", text, meaning: verb?.meaning ?? `speaks for ${category}`, category };
}

/** A title raises the class as a description does: `Open issues` beside `list_issues` raises nothing. */
function fromTitle(title: string, base: Base, lexicon: Lexicon): readonly ToolEvidence[] {
  const reading = readName(splitWords(title), lexicon);
  if (reading.says !== "verb") return [];
  const [verb = ""] = reading.words;
  const maybeNoun = lexicon.nounsAsWell.has(verb) || lexicon.nounsInside.has(verb);
  return maybeNoun && base.confidence === "high" ? [] : [spokenBy("/title", reading)];
}

/** A description raises the class. Beside a plain verb in the name, a word that may be a noun is not enough for that. */
function fromDescription(description: DescriptionReading, base: Base): readonly ToolEvidence[] {
  const verbs = description.verbs.filter((verb) => !(verb.maybeNoun && base.confidence === "high"));
  const category = highest(verbs.map((verb) => verb.category));
  return category === undefined || category === "Read" ? [] : [describedBy(verbs, category)];
}

function fromNameSignals(words: readonly string[], category: ToolCategory): readonly ToolEvidence[] {
  return NAME_SIGNALS.flatMap(({ words: telling, signal, meaning }): ToolEvidence[] => {
    const word = words.find((candidate) => wordsOf(telling).has(candidate));
    if (word === undefined || (category === "Read" && signal !== "credentials")) return [];
    return [{ pointer: "/name", text: excerpt(word), meaning, signal }];
  });
}
