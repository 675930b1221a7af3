export type { OtelAttributes, OtelContexts, OtelMeter, OtelSpan, OtelTracer } from "./otel/api.js";
export { createOtelSink, type OtelSink, type OtelSinkOptions } from "./otel/sink.js";
