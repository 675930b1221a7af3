import type { AuditEvent, DecisionEvent } from "../audit/event.js";
import type { OtelAttributes, OtelCounter, OtelHistogram, OtelMeter } from "./api.js";
import { BoundedNames, BoundedTable } from "./bounded.js";
import { exported, operationAttributes } from "./convention.js";

const MOST_NAMES = 500;
const MOST_LIMITS = 1_000;

/** Seconds: those that the conventions ask for, and finer ones for what takes microseconds. */
const OPERATION_BUCKETS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const FINE_BUCKETS = [1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

const OPERATIONS: Readonly<Record<DecisionEvent["side"], string>> = {
  client: "mcp.client.operation.duration",
  server: "mcp.server.operation.duration",
  direct: "gen_ai.execute_tool.duration",
};

/** What was left of a limit when it was last charged. */
interface LimitLeft {
  readonly left: number;
  readonly max: number;
  readonly resetsAt: number;
  readonly attributes: OtelAttributes;
}

/** The instruments of one sink. */
export class Metrics {
  readonly #names = new BoundedNames(MOST_NAMES);
  readonly #grants = new BoundedNames(MOST_NAMES);
  readonly #rules = new BoundedNames(MOST_NAMES);
  readonly #limits = new BoundedTable<LimitLeft>(MOST_LIMITS);
  readonly #decisions: OtelCounter;
  readonly #refusals: OtelCounter;
  readonly #notices: OtelCounter;
  readonly #operations: Readonly<Record<DecisionEvent["side"], OtelHistogram>>;
  readonly #deciding: OtelHistogram;
  readonly #store: OtelHistogram;

  constructor(meter: OtelMeter, wallClock: () => number) {
    const duration = (name: string, description: string, buckets: readonly number[]): OtelHistogram =>
      meter.createHistogram(name, { description, unit: "s", advice: { explicitBucketBoundaries: [...buckets] } });
    const operation = (side: DecisionEvent["side"]): OtelHistogram =>
      duration(OPERATIONS[side], "How long the call took, from the decision to its end.", OPERATION_BUCKETS);
    const counter = (name: string, unit: string, description: string): OtelCounter =>
      meter.createCounter(name, { description, unit });
    this.#decisions = counter("callgate.decisions", "{decision}", "Decisions by outcome, rule and tool.");
    this.#refusals = counter("callgate.refusals", "{message}", "Messages refused for their shape or place.");
    this.#notices = counter("callgate.notices", "{notice}", "What an operator should know.");
    this.#operations = { client: operation("client"), server: operation("server"), direct: operation("direct") };
    this.#deciding = duration("callgate.decision.duration", "How long a decision took.", FINE_BUCKETS);
    this.#store = duration("callgate.store.duration", "How long the counter store took to answer.", FINE_BUCKETS);
    meter
      .createObservableGauge("callgate.limit.left", { description: "What is left of a limit.", unit: "1" })
      .addCallback((result) => {
        for (const { left, max, resetsAt, attributes } of this.#current(wallClock())) {
          result.observe(wallClock() < resetsAt ? left : max, attributes);
        }
      });
  }

  decision(event: DecisionEvent & { readonly latencyMs?: unknown }): void {
    const { outcome, code, rule, server, latencyMs } = event;
    this.#decisions.add(1, {
      ...this.operation(event),
      "callgate.outcome": outcome,
      "callgate.code": code,
      ...(rule === "" ? {} : { "callgate.rule": this.#rules.of(rule) }),
      ...(server === "" ? {} : { "callgate.server": server }),
    });
    if (typeof latencyMs === "number") {
      this.#deciding.record(latencyMs / 1_000, { "callgate.outcome": outcome, "callgate.code": code });
    }
    this.#remember(event);
  }

  /** What the duration of a call is told by. */
  operation(event: DecisionEvent): OtelAttributes {
    return operationAttributes(event, this.#names.of(exported(event.name)));
  }

  ended(side: DecisionEvent["side"], seconds: number, attributes: OtelAttributes): void {
    this.#operations[side].record(seconds, attributes);
  }

  stored(operation: string, seconds: number, error: string | undefined): void {
    const failed = error === undefined ? {} : { "error.type": error };
    this.#store.record(seconds, { "callgate.store.operation": operation, ...failed });
  }

  incident(event: AuditEvent & { readonly type: "refusal" | "notice" }): void {
    const counter = event.type === "refusal" ? this.#refusals : this.#notices;
    counter.add(1, { "callgate.code": event.code });
  }

  #remember({ charges, grant, server }: DecisionEvent): void {
    for (const { counter, scope, rule, max, left, resetsAt } of charges) {
      if (max === undefined || left === undefined || resetsAt === undefined) continue;
      // Sessions are too many to have a time series each.
      if (scope === "session") continue;
      const attributes = {
        "callgate.counter": this.#rules.of(counter),
        "callgate.rule": this.#rules.of(rule),
        "callgate.scope": scope,
        ...(scope === "grant" ? { "callgate.grant": this.#grants.of(grant) } : {}),
        ...(server === "" ? {} : { "callgate.server": server }),
      };
      this.#limits.set(JSON.stringify(attributes), { left, max, resetsAt, attributes });
    }
  }

  /** The limits as they were last charged; one whose window has ended is observed once more, whole, and forgotten. */
  #current(now: number): LimitLeft[] {
    return this.#limits.entries().map(([key, limit]) => {
      if (now >= limit.resetsAt) this.#limits.take(key);
      return limit;
    });
  }
}
