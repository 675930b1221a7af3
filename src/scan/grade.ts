import type { RiskSignal } from "../classify/evidence.js";
import type { ScanProblem } from "./inventory.js";
import type { ScannedItem, ScannedTool } from "./scan-result.js";

/** How far an agent may be let loose on a server: `A` only reads, `F` is not to be trusted. */
export type Grade = (typeof GRADES)[number];

const GRADES = ["A", "B", "C", "D", "F"] as const;

/** Why a server has no better grade. */
export interface GradeReason {
  readonly grade: Grade;
  /** In our own words. */
  readonly text: string;
  /** What it is about, by the server's names. */
  readonly names: readonly string[];
}

/** What is graded. */
export interface Graded {
  readonly tools: readonly ScannedTool[];
  readonly others: readonly ScannedItem[];
  readonly problems: readonly ScanProblem[];
}

type Names = (graded: Graded) => readonly string[];

const where =
  (holds: (tool: ScannedTool) => boolean): Names =>
  ({ tools }) =>
    tools.filter(holds).map(({ name }) => name);
const shows = (signal: RiskSignal): Names =>
  where(({ evidence }) => evidence.some((reason) => reason.signal === signal));
const incomplete =
  (concerns: (list: ScanProblem["list"]) => boolean): Names =>
  ({ problems }) =>
    problems.filter(({ list }) => concerns(list)).map(({ list, message }) => `${list}: ${message}`);

/** Each reason that there can be, from the worst. */
const REASONS: readonly (readonly [grade: Grade, text: string, names: Names])[] = [
  [
    "F",
    "texts hold characters that a person does not see and a model reads",
    ({ tools, others }) => [...tools, ...others].filter(({ hidden }) => hidden.length > 0).map(({ name }) => name),
  ],
  ["F", "one name has several definitions, so nobody can tell what a call would mean", ({ tools }) => ambiguous(tools)],
  ["F", "definitions that cannot be called or read", where(({ fingerprint }) => fingerprint === undefined)],
  ["F", "tools that cannot be listed to the end", incomplete((list) => list === "tools")],
  ["D", "annotations say less than the rest of the definition", shows("contradiction")],
  ["D", "runs code, commands or queries that the caller writes", shows("code")],
  ["D", "takes credentials as arguments", shows("credentials")],
  ["C", "moves money, or changes what is owed", where(({ category }) => category === "Financial")],
  ["C", "permanently removes data, resources or access", where(({ category }) => category === "Destructive")],
  ["C", "grants or takes rights", shows("admin")],
  ["C", "reaches addresses that the caller chooses", shows("url")],
  ["C", "lists beside tools that cannot be read to the end", incomplete((list) => list !== "tools")],
  ["C", "schemas that are too large to be read whole", shows("unread")],
  ["B", "starts something whose effect depends on the arguments", where(({ category }) => category === "Execute")],
  ["B", "creates or changes data", where(({ category }) => category === "Write")],
  ["B", "acts on many things at once", shows("bulk")],
];

/** Every reason against a server, the worst first; the worst one is the grade. */
export function gradeOf(graded: Graded): { readonly grade: Grade; readonly reasons: readonly GradeReason[] } {
  const reasons = REASONS.flatMap(([grade, text, namesOf]) => {
    const names = [...new Set(namesOf(graded))];
    return names.length === 0 ? [] : [{ grade, text, names }];
  });
  return { grade: reasons[0]?.grade ?? "A", reasons };
}

function ambiguous(tools: readonly ScannedTool[]): readonly string[] {
  const known = new Map<string, string | undefined>();
  return tools
    .filter(({ name, fingerprint }) => {
      if (!known.has(name)) known.set(name, fingerprint);
      return known.get(name) !== fingerprint;
    })
    .map(({ name }) => name);
}
