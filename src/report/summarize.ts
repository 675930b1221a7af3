import type { AuditEvent, CallResult, DecisionEvent, NoticeEvent, RefusalEvent } from "../audit/event.js";
import { LimitUses } from "./limit-use.js";
import { type CallOutcome, count, newTally, outcomeOf, type Tally } from "./outcome.js";
import { Ledger, Ranking } from "./ranking.js";
import { isTime, type Moment, seriesOf } from "./series.js";
import type { AuditSummary, GrantUse, IncidentUse, NameUse, RuleUse, ShadowUse } from "./summary.js";

export interface SummarizeOptions {
  /** The tools that the servers offer, to name those that nobody called. */
  readonly tools?: readonly { readonly name: string }[] | undefined;
}

/** What a rule in shadow mode adds to an event. */
interface ShadowFinding {
  readonly rule: string;
  readonly code: string;
}

type Counted<Row, Names> = { readonly row: Row; readonly names: Names };

/**
 * Counts what a record says: outcomes over time, by name, grant and rule, and how near limits came. Reads the events
 * once and in any order, keeps none of them, and passes over types and members it does not know.
 */
export function summarizeAudit(events: Iterable<AuditEvent>, options: SummarizeOptions = {}): AuditSummary {
  const reader = new Reader();
  for (const event of events) reader.read(event);
  return reader.summary(options.tools);
}

class Reader {
  #events = 0;
  readonly #total = newTally();
  readonly #moments: Moment[] = [];
  readonly #names = new Ledger<Pick<NameUse, "server" | "kind" | "name"> & Tally>();
  readonly #grants = new Ledger<Counted<{ readonly grant: string } & Tally, Ranking>>();
  readonly #rules = new Ledger<Counted<Pick<RuleUse, "rule" | "outcome"> & { calls: number }, Ranking>>();
  readonly #shadow = new Ledger<Counted<Pick<ShadowUse, "rule" | "code"> & { calls: number }, Ranking>>();
  readonly #limits = new LimitUses();
  readonly #results = new Ledger<{ readonly result: CallResult; calls: number }>();
  readonly #incidents = new Ledger<{ -readonly [Key in keyof IncidentUse]: IncidentUse[Key] }>();

  read(event: AuditEvent): void {
    this.#events++;
    switch (event.type) {
      case "decision":
        this.#decision(event);
        return;
      case "outcome":
        this.#results.row([event.result], () => ({ result: event.result, calls: 0 })).calls++;
        return;
      case "refusal":
      case "notice":
        this.#incident(event);
        return;
    }
  }

  summary(tools: SummarizeOptions["tools"]): AuditSummary {
    const times = this.#moments.map(({ time }) => time).filter(isTime);
    const names: NameUse[] = this.#names.sorted(({ calls }) => calls);
    const grants = this.#grants.sorted(({ row }) => row.calls);
    return {
      events: this.#events,
      from: times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other)),
      to: times.length === 0 ? undefined : times.reduce((one, other) => Math.max(one, other)),
      total: this.#total,
      series: seriesOf(this.#moments),
      names,
      grants: grants.map(({ row, names }): GrantUse => ({ ...row, names: names.size })),
      rules: this.#rules.sorted(({ row }) => row.calls).map(({ row, names }) => ({ ...row, names: names.top() })),
      limits: this.#limits.all(),
      shadow: this.#shadow.sorted(({ row }) => row.calls).map(({ row, names }) => ({ ...row, names: names.top() })),
      unused: tools === undefined ? undefined : unusedOf(tools, names),
      results: this.#results.sorted(({ calls }) => calls),
      incidents: this.#incidents.sorted(({ events }) => events),
    };
  }

  #decision(event: DecisionEvent): void {
    const { server, kind, name, grant, time } = event;
    const outcome = outcomeOf(event);
    count(this.#total, outcome);
    this.#moments.push({ time, outcome });
    count(
      this.#names.row([server, kind, name], () => ({ server, kind, name, ...newTally() })),
      outcome,
    );
    const ofGrant = this.#grants.row([grant], () => ({ row: { grant, ...newTally() }, names: new Ranking() }));
    count(ofGrant.row, outcome);
    ofGrant.names.add(JSON.stringify([server, kind, name]));
    if (outcome !== "allowed") this.#refused(event, outcome);
    for (const finding of shadowOf(event)) this.#wouldRefuse(finding, name);
    this.#limits.add(event);
  }

  #refused({ rule, name }: DecisionEvent, outcome: Exclude<CallOutcome, "allowed">): void {
    const counted = this.#rules.row([rule, outcome], () => ({
      row: { rule, outcome, calls: 0 },
      names: new Ranking(),
    }));
    counted.row.calls++;
    counted.names.add(name);
  }

  #wouldRefuse({ rule, code }: ShadowFinding, name: string): void {
    const counted = this.#shadow.row([rule, code], () => ({ row: { rule, code, calls: 0 }, names: new Ranking() }));
    counted.row.calls++;
    counted.names.add(name);
  }

  #incident({ type, code, message }: RefusalEvent | NoticeEvent): void {
    const row = this.#incidents.row([type, code], () => ({ type, code, events: 0, message }));
    row.events++;
    row.message = message;
  }
}

/** Events of gates that know no shadow mode have no such member. */
function shadowOf(event: DecisionEvent & { readonly shadow?: unknown }): readonly ShadowFinding[] {
  if (!Array.isArray(event.shadow)) return [];
  return event.shadow.filter(
    (finding): finding is ShadowFinding => typeof finding?.rule === "string" && typeof finding?.code === "string",
  );
}

function unusedOf(tools: readonly { readonly name: string }[], names: readonly NameUse[]): string[] {
  const called = new Set(names.filter(({ kind }) => kind === "tool").map(({ name }) => name));
  return [...new Set(tools.map(({ name }) => name))].filter((name) => !called.has(name));
}
