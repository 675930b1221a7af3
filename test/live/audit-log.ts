import type { AuditEvent } from "../../src/index.ts";

/** Keeps every event of a gate. */
export interface AuditLog {
  readonly sink: (event: AuditEvent) => void;
  readonly events: readonly AuditEvent[];
  /** Codes of the refused messages, in order. */
  refusals(): readonly string[];
}

export function createAuditLog(): AuditLog {
  const events: AuditEvent[] = [];
  return {
    sink: (event) => void events.push(event),
    events,
    refusals: () => events.flatMap((event) => (event.type === "refusal" ? [event.code] : [])),
  };
}
