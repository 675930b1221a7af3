import type { AuditEvent, DecisionEvent } from "../audit/event.js";
import { Ledger } from "./ranking.js";
import { isTime } from "./series.js";

/** One thing that was allowed, and when, by each counter that would have counted it. */
export interface Usage {
  readonly kind: DecisionEvent["kind"];
  readonly name: string;
  readonly calls: number;
  readonly grants: number;
  /** Whether any of the calls was handed on. */
  readonly ran: boolean;
  /** The times of its calls, for each server and grant. */
  readonly times: readonly (readonly number[])[];
}

/** What was allowed over a time. */
export interface RecordedUsage {
  readonly uses: readonly Usage[];
  readonly calls: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

interface Row {
  readonly kind: DecisionEvent["kind"];
  readonly name: string;
  readonly ids: string[];
  readonly grants: Set<string>;
  readonly times: Ledger<number[]>;
}

/** Every allowed call of a record by what was called, the most frequent first. */
export function usageOf(events: Iterable<AuditEvent>): RecordedUsage {
  const rows = new Ledger<Row>();
  const neverRan = new Set<string>();
  const span = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, calls: 0 };
  for (const event of events) {
    if (event.type === "outcome" && event.result === "not_executed") neverRan.add(event.id);
    if (event.type !== "decision" || event.outcome !== "allow") continue;
    const { kind, name, id, server, grant, time } = event;
    const row = rows.row([kind, name], () => ({ kind, name, ids: [], grants: new Set(), times: new Ledger() }));
    row.ids.push(id);
    row.grants.add(grant);
    row.times.row([server, grant], () => []).push(time);
    span.calls++;
    if (isTime(time)) Object.assign(span, { from: Math.min(span.from, time), to: Math.max(span.to, time) });
  }
  const known = span.from <= span.to;
  return {
    uses: rows.sorted(({ ids }) => ids.length).map((row) => toUsage(row, neverRan)),
    calls: span.calls,
    from: known ? span.from : undefined,
    to: known ? span.to : undefined,
  };
}

function toUsage({ kind, name, ids, grants, times }: Row, neverRan: ReadonlySet<string>): Usage {
  const ran = ids.some((id) => !neverRan.has(id));
  return { kind, name, calls: ids.length, grants: grants.size, ran, times: times.sorted(({ length }) => length) };
}
