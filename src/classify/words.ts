/** The most of a name, a title or a description that is read, in UTF-16 code units. */
export const MAX_NAME_TEXT = 512;
export const MAX_DESCRIPTION_TEXT = 4_096;

const MAX_WORDS = 64;
const ACRONYM_END = /(\p{Lu})(\p{Lu}\p{Ll})/gu;
const CAMEL = /(\p{Ll}|\p{N})(\p{Lu})/gu;
const NOT_A_WORD = /[^\p{L}\p{N}]+/u;

/** The words of an identifier, in lower case: `createJiraIssue`, `create_jira_issue`, `jira.issue-create`, `getURLs`. */
export function splitWords(identifier: string): readonly string[] {
  return identifier
    .slice(0, MAX_NAME_TEXT)
    .normalize("NFKC")
    .replace(ACRONYM_END, "$1 $2")
    .replace(CAMEL, "$1 $2")
    .toLowerCase()
    .split(NOT_A_WORD)
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS);
}

/** A word with the endings of the third person, most likely first: `creates`, `fetches`, `copies`. */
export function withoutPerson(word: string): readonly string[] {
  const forms = [word];
  if (word.endsWith("ies")) forms.push(`${word.slice(0, -3)}y`);
  if (word.endsWith("s") && !word.endsWith("ss")) forms.push(word.slice(0, -1));
  if (word.endsWith("es")) forms.push(word.slice(0, -2));
  return forms;
}

/** What a noun of action or of an agent is made from, most likely first: `validation`, `calculator`, `crawling`. */
export function rootsOf(word: string): readonly string[] {
  for (const { ending, roots } of DERIVED) {
    if (word.length <= ending.length + 2 || !word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    const doubled = stem.at(-1) === stem.at(-2) ? [stem.slice(0, -1)] : [];
    return [...roots.map((root) => stem + root), ...doubled];
  }
  return [];
}

const DERIVED: readonly { readonly ending: string; readonly roots: readonly string[] }[] = [
  { ending: "isation", roots: ["ise", "ize"] },
  { ending: "ication", roots: ["y", "icate"] },
  { ending: "ation", roots: ["ate", "e", ""] },
  { ending: "ption", roots: ["be", "pt"] },
  { ending: "tion", roots: ["te", "t"] },
  { ending: "sion", roots: ["d", "de", "se", "ss"] },
  { ending: "ysis", roots: ["yze"] },
  { ending: "ment", roots: ["", "e"] },
  { ending: "ing", roots: ["", "e"] },
  { ending: "er", roots: ["", "e"] },
  { ending: "or", roots: ["", "e"] },
];
