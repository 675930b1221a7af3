import type { AuditEvent, DecisionEvent, OutcomeEvent } from "../audit/event.js";
import type { CounterStore } from "../counters/store.js";
import {
  type OtelAttributes,
  type OtelContexts,
  type OtelMeter,
  type OtelSpan,
  type OtelTracer,
  SPAN_KIND,
  STATUS_ERROR,
} from "./api.js";
import { BoundedTable } from "./bounded.js";
import { denialError, resultError, spanAttributes, spanName } from "./convention.js";
import { Metrics } from "./metrics.js";
import { observedStore } from "./store.js";

export interface OtelSinkOptions {
  /** Makes a span of every call. Without it there are none. */
  readonly tracer?: OtelTracer | undefined;
  /** Makes the instruments. Without it nothing is measured. */
  readonly meter?: OtelMeter | undefined;
  /** The module `@opentelemetry/api`, to read the trace context that a message brings. Without it the active span counts. */
  readonly api?: OtelContexts | undefined;
  /** Milliseconds of a clock that only goes forward. Default `performance.now`. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds since the epoch, to tell whether a limit's window has ended. Default `Date.now`. */
  readonly wallClock?: (() => number) | undefined;
}

/** An audit sink that never throws: telemetry is no record, so no call is denied for it. */
export interface OtelSink {
  (event: AuditEvent): void;
  /** The same store, with `callgate.store.duration` for each of its answers. */
  observe(store: CounterStore): CounterStore;
}

/** A call that runs. */
interface Open {
  readonly span: OtelSpan | undefined;
  readonly side: DecisionEvent["side"];
  readonly since: number;
  readonly attributes: OtelAttributes;
}

/** What a message says of the trace it is part of, where an event has it. */
interface Traced {
  readonly trace?: unknown;
}

/** Calls whose end may still come; of more, the oldest spans end without a result. */
const MOST_OPEN = 10_000;

/**
 * Makes spans and metrics of audit events, named as OpenTelemetry's conventions for MCP and generative AI name them.
 * A span begins with the decision and ends with the call, as a child of the span that is active; on a server, of the
 * one that the message names, where the event has it and `api` is given. Names are cut, and metrics have at most 500 of them.
 */
export function createOtelSink(options: OtelSinkOptions): OtelSink {
  const { tracer, meter, api } = options;
  const now = options.now ?? (() => performance.now());
  const metrics = meter === undefined ? undefined : new Metrics(meter, options.wallClock ?? Date.now);
  const open = new BoundedTable<Open>(MOST_OPEN, ({ span }) => span?.end());

  const decided = (event: DecisionEvent & Traced): void => {
    const span = tracer === undefined ? undefined : startSpan(tracer, api, event);
    const attributes = metrics?.operation(event) ?? {};
    metrics?.decision(event);
    if (event.outcome === "allow") {
      open.set(event.id, { span, side: event.side, since: now(), attributes });
      return;
    }
    endSpan(span, denialError(event), event.message);
  };

  const ended = ({ id, result }: OutcomeEvent): void => {
    const call = open.take(id);
    if (call === undefined) return;
    const error = resultError(result);
    endSpan(call.span, error, "");
    const failed = error === undefined ? {} : { "error.type": error };
    metrics?.ended(call.side, (now() - call.since) / 1_000, { ...call.attributes, ...failed });
  };

  const receive = (event: AuditEvent): void => {
    if (event.type === "decision") decided(event);
    else if (event.type === "outcome") ended(event);
    else if (event.type === "refusal" || event.type === "notice") metrics?.incident(event);
  };

  return Object.assign((event: AuditEvent): void => quietly(() => receive(event)), {
    observe: (store: CounterStore): CounterStore =>
      observedStore(store, now, (operation, since, error) => {
        quietly(() => metrics?.stored(operation, (now() - since) / 1_000, error));
      }),
  });
}

function startSpan(tracer: OtelTracer, api: OtelContexts | undefined, event: DecisionEvent & Traced): OtelSpan {
  const options = { kind: SPAN_KIND[event.side], attributes: spanAttributes(event) };
  const { trace } = event;
  if (api === undefined || event.side !== "server" || typeof trace !== "object" || trace === null) {
    return tracer.startSpan(spanName(event), options);
  }
  const ambient = api.context.active();
  const transport = api.trace.getSpanContext(ambient);
  const remote = api.propagation.extract(ambient, trace);
  const links =
    transport === undefined || api.trace.getSpanContext(remote) === transport ? [] : [{ context: transport }];
  return tracer.startSpan(spanName(event), { ...options, links }, remote);
}

function endSpan(span: OtelSpan | undefined, error: string | undefined, message: string): void {
  if (error !== undefined) {
    span?.setAttribute("error.type", error);
    span?.setStatus({ code: STATUS_ERROR, ...(message === "" ? {} : { message }) });
  }
  span?.end();
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nobody is there to be told: the record of the call is another sink's.
  }
}
