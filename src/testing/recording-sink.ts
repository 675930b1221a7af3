import type { AuditEvent, AuditSink } from "../audit/event.js";

/** An audit sink that keeps what it is given. */
export interface RecordingSink extends AuditSink {
  /** Every event so far, in the order of arrival. */
  readonly events: readonly AuditEvent[];
  /** The events of one type. */
  of<Type extends AuditEvent["type"]>(type: Type): readonly Extract<AuditEvent, { readonly type: Type }>[];
  /** Forgets every event. */
  clear(): void;
}

/** Makes a sink for `audit` that records at once, so that no test has to wait for it. */
export function createRecordingSink(): RecordingSink {
  const events: AuditEvent[] = [];
  const record = (event: AuditEvent): void => {
    events.push(event);
  };
  return Object.assign(record, {
    events,
    of: <Type extends AuditEvent["type"]>(type: Type) =>
      events.filter((event): event is Extract<AuditEvent, { readonly type: Type }> => event.type === type),
    clear: () => {
      events.length = 0;
    },
  });
}
