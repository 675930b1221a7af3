import { type PolicyIssue, type PolicyIssueCode, safeParsePolicy } from "callgate";

/** An issue as a table states it; `at` names the marker in the text that stands before the offender. */
export interface StatedIssue {
  readonly at?: string;
  readonly code: PolicyIssueCode;
  readonly pointer: string;
  readonly message: string;
  readonly help?: string;
}

const MARKERS = /[①②③④⑤⑥⑦⑧⑨]/u;

/** Takes the markers out of `marked`: the text that is left, and the line and column of each marker in it. */
export function readMarked(marked: string): { text: string; places: ReadonlyMap<string, [number, number]> } {
  const places = new Map<string, [number, number]>();
  let text = "";
  for (const char of marked) {
    if (MARKERS.test(char)) {
      const before = text.split("\n");
      places.set(char, [before.length, (before.at(-1) ?? "").length + 1]);
    } else text += char;
  }
  return { text, places };
}

/** Every issue of a document, in the order of the text; none when it is accepted. */
export function issuesOf(source: unknown): readonly PolicyIssue[] {
  const parsed = safeParsePolicy(source);
  return parsed.ok ? [] : inTextOrder(parsed.issues);
}

/** What a marked text must be refused with: the stated issues with the places of their markers. */
export function expectedIssues(marked: string, stated: readonly StatedIssue[]): readonly PolicyIssue[] {
  const { places } = readMarked(marked);
  const issues = stated.map(({ at, ...issue }): PolicyIssue => {
    const place = at === undefined ? undefined : places.get(at);
    if (at !== undefined && place === undefined) throw new Error(`the text has no marker ${at}`);
    return { severity: "error", ...issue, ...(place === undefined ? {} : { line: place[0], column: place[1] }) };
  });
  return inTextOrder(issues);
}

function inTextOrder(issues: readonly PolicyIssue[]): readonly PolicyIssue[] {
  const key = ({ line = 0, column = 0, pointer, code, message }: PolicyIssue): string =>
    `${String(line).padStart(6, "0")} ${String(column).padStart(8, "0")} ${pointer} ${code} ${message}`;
  return [...issues].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
