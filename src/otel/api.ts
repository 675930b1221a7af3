/** What is used of the OpenTelemetry API, 1.9 or later: its own objects fit as they are. */

export type OtelAttributes = { [name: string]: string | number | boolean };

export interface OtelSpan {
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

export interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

export interface OtelTracer {
  startSpan(
    name: string,
    options: { kind: number; attributes: OtelAttributes; links?: { context: OtelSpanContext }[] },
    context?: unknown,
  ): OtelSpan;
}

export interface OtelInstrumentOptions {
  description: string;
  unit: string;
  advice?: { explicitBucketBoundaries: number[] };
}

export interface OtelCounter {
  add(value: number, attributes: OtelAttributes): void;
}

export interface OtelHistogram {
  record(value: number, attributes: OtelAttributes): void;
}

export interface OtelGauge {
  addCallback(callback: (result: { observe(value: number, attributes: OtelAttributes): void }) => void): void;
}

export interface OtelMeter {
  createCounter(name: string, options: OtelInstrumentOptions): OtelCounter;
  createHistogram(name: string, options: OtelInstrumentOptions): OtelHistogram;
  createObservableGauge(name: string, options: OtelInstrumentOptions): OtelGauge;
}

/** What reading the trace context of a message needs: the module `@opentelemetry/api` itself. */
export interface OtelContexts {
  readonly context: { active(): unknown };
  readonly propagation: { extract(context: unknown, carrier: object): unknown };
  readonly trace: { getSpanContext(context: unknown): OtelSpanContext | undefined };
}

/** Numbers of the API's enumerations, which its specification fixes. */
export const SPAN_KIND = { direct: 0, server: 1, client: 2 } as const;
export const STATUS_ERROR = 2;
