import type { AuditEvent } from "../audit/event.js";
import { OptionsError } from "../errors.js";
import { isMcpMethod } from "../internal/mcp-methods.js";
import { MAX_AMOUNT } from "../internal/micro.js";
import type { ClassRules, LimitDocument, PolicyDocument, ToolRules } from "../policy/document.js";
import { listingFault } from "./listable.js";
import { peakOf } from "./peak.js";
import type { OmittedUse, PolicySuggestion, SuggestedEntry } from "./suggestion.js";
import { type RecordedUsage, type Usage, usageOf } from "./usage.js";

export interface SuggestOptions {
  /** How far above the observed peak a limit lies, as a share of it: 0 is the peak itself. Default 0.5. */
  readonly headRoom?: number | undefined;
}

const HEAD_ROOM = 0.5;
const MOST_HEAD_ROOM = 1_000;

/** The most entries of one policy, and the most bytes of them: a policy may have 1 MiB as text. */
const MAX_ENTRIES = 10_000;
const MAX_ENTRY_BYTES = 1_000_000;

/** What indenting one entry adds to it at the most. */
const INDENT_BYTES = 200;

const DAY = 86_400_000;

/** Windows that calls are limited in: each where the record is long enough to know a peak of it. */
const WINDOWS: readonly { readonly window: "minute" | "day"; readonly ms: number; readonly needs: number }[] = [
  { window: "minute", ms: 60_000, needs: 0 },
  { window: "day", ms: DAY, needs: DAY },
];

/**
 * The least policy that allows what a record shows to have been used: an entry for each tool, resource and prompt that
 * ran, limited to some head-room over the most that one grant called it in a minute and, of a record of a day or more,
 * in a day. All else is denied; methods that MCP knows pass. A starting point for a person to review, and to try beside
 * the policy in force before it takes its place.
 *
 * @throws OptionsError when `tools` is not an array, or for a head-room that is none.
 */
export function suggestPolicy(
  events: Iterable<AuditEvent>,
  tools: readonly { readonly name: string }[],
  options: SuggestOptions = {},
): PolicySuggestion {
  if (!Array.isArray(tools)) throw new OptionsError("`tools` must be an array of tools");
  const { headRoom = HEAD_ROOM } = options;
  if (typeof headRoom !== "number" || !(headRoom >= 0 && headRoom <= MOST_HEAD_ROOM)) {
    throw new OptionsError(`\`headRoom\` must be a number from 0 to ${MOST_HEAD_ROOM}`);
  }
  const record = usageOf(events);
  const used = new Set(record.uses.filter(({ kind }) => kind === "tool").map(({ name }) => name));
  const offered = new Set(tools.map(({ name }) => name));
  const { entries, omitted } = sortOut(record, headRoom, offered);
  const unused = [...offered].filter((name) => !used.has(name));
  const policy = toPolicy(record, entries, headRoom);
  return { policy, entries, omitted, unused, summary: summaryOf(record, entries, omitted, unused) };
}

function sortOut(
  record: RecordedUsage,
  headRoom: number,
  offered: ReadonlySet<string>,
): { readonly entries: readonly SuggestedEntry[]; readonly omitted: readonly OmittedUse[] } {
  const entries: SuggestedEntry[] = [];
  const omitted: OmittedUse[] = [];
  let size = 0;
  for (const use of record.uses) {
    const { kind, name, calls, ran } = use;
    // What MCP knows passes whatever a policy lists.
    if (kind === "method" && isMcpMethod(name)) continue;
    const fault = listingFault(kind, name) ?? (ran ? undefined : "none of its calls was handed on");
    const entry = toEntry(use, record, headRoom, offered);
    const bytes = fault === undefined ? bytesOf(entry) : 0;
    const full = size + bytes > MAX_ENTRY_BYTES || entries.length === MAX_ENTRIES;
    if (fault !== undefined || full) {
      omitted.push({ kind, name, calls, reason: fault ?? "the policy would be too large" });
      continue;
    }
    size += bytes;
    entries.push(entry);
  }
  return { entries, omitted };
}

function toEntry(use: Usage, record: RecordedUsage, headRoom: number, offered: ReadonlySet<string>): SuggestedEntry {
  const { kind, name, calls, grants } = use;
  const peaks = peaksOf(use, record);
  const most = peaks.map(({ window, peak }) => `${peak} in a ${window}`).join(" and ");
  const missing = kind === "tool" && !offered.has(name) ? "; not among the tools that are offered now" : "";
  const limited = kind === "method" ? "" : `; at most ${most} by one grant, and ${percent(headRoom)} more`;
  const reason = `${counted(calls, "call")} by ${counted(grants, "grant")}${limited}${missing}`;
  const limits = peaks.map(({ window, peak }): LimitDocument => {
    return { counter: `${kind}:${name}:${window}`, window, max: withHeadRoom(peak, headRoom) };
  });
  return { kind, name, calls, rules: kind === "method" ? undefined : { description: reason, limits }, reason };
}

function peaksOf({ times }: Usage, { from, to }: RecordedUsage): { window: "minute" | "day"; peak: number }[] {
  const length = from === undefined || to === undefined ? 0 : to - from;
  return WINDOWS.filter(({ needs }) => length >= needs).map(({ window, ms }) => {
    return { window, peak: times.reduce((most, ofOne) => Math.max(most, peakOf(ofOne, ms)), 0) };
  });
}

/** Whole calls; what binary fractions add to a product is no call. */
function withHeadRoom(peak: number, headRoom: number): number {
  return Math.min(Math.ceil(Number((peak * (1 + headRoom)).toFixed(6))), MAX_AMOUNT);
}

function bytesOf({ name, rules }: SuggestedEntry): number {
  return new TextEncoder().encode(JSON.stringify([name, rules], null, 2)).length + INDENT_BYTES;
}

function toPolicy(record: RecordedUsage, entries: readonly SuggestedEntry[], headRoom: number): PolicyDocument {
  const methods = entries.filter(({ kind }) => kind === "method").map(({ name }) => name);
  return {
    version: "1",
    description: `Suggested from ${basis(record)}: what was used, with limits ${percent(headRoom)} over the peaks.`,
    default: "deny",
    tools: tableOf(entries, "tool"),
    resources: classOf(entries, "resource"),
    prompts: classOf(entries, "prompt"),
    ...(methods.length === 0 ? {} : { methods: { allow: methods } }),
  };
}

function classOf(entries: readonly SuggestedEntry[], kind: "resource" | "prompt"): ClassRules {
  return { default: "deny", entries: tableOf(entries, kind) };
}

function tableOf(entries: readonly SuggestedEntry[], wanted: SuggestedEntry["kind"]): { [name: string]: ToolRules } {
  const table: { [name: string]: ToolRules } = Object.create(null);
  for (const { kind, name, rules } of entries) if (kind === wanted && rules !== undefined) table[name] = rules;
  return table;
}

function summaryOf(
  record: RecordedUsage,
  entries: readonly SuggestedEntry[],
  omitted: readonly OmittedUse[],
  unused: readonly string[],
): string {
  const parts = [`${entries.length} allowed`];
  if (unused.length > 0) parts.push(`${unused.length} offered and not used (denied)`);
  if (omitted.length > 0) parts.push(`${omitted.length} left out (denied)`);
  return `${parts.join(", ")}; from ${basis(record)}`;
}

function basis({ calls, from, to }: RecordedUsage): string {
  if (from === undefined || to === undefined) return counted(calls, "allowed call");
  const [first, last] = [from, to].map((time) => new Date(time).toISOString().slice(0, 10));
  return `${counted(calls, "allowed call")}, ${first === last ? `of ${first}` : `${first} to ${last}`}`;
}

function counted(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? "" : "s"}`;
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
