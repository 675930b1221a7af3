import type { AuditEvent, DecisionEvent, DenialInfo, NoticeEvent, OutcomeEvent, RefusalEvent } from "callgate";
import type { Bench } from "./raw-transport.ts";

type Id = string | number;

export function request(id: unknown, method: string, params?: unknown): Record<string, unknown> {
  return { jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) };
}

export function notification(method: string, params?: unknown): Record<string, unknown> {
  return { jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) };
}

export function call(id: unknown, name: unknown, args?: unknown): Record<string, unknown> {
  return request(id, "tools/call", args === undefined ? { name } : { name, arguments: args });
}

export function cancel(requestId: unknown): Record<string, unknown> {
  return notification("notifications/cancelled", { requestId });
}

export function answer(id: unknown, result: unknown): Record<string, unknown> {
  return { jsonrpc: "2.0", id, result };
}

export function failure(id: unknown, code: number, message: string, data?: unknown): Record<string, unknown> {
  return { jsonrpc: "2.0", id, error: data === undefined ? { code, message } : { code, message, data } };
}

export function toolList(id: unknown, ...names: string[]): Record<string, unknown> {
  return answer(id, { tools: names.map((name) => ({ name, inputSchema: { type: "object" } })) });
}

export const NOT_PERMITTED = "this tool is not permitted by policy";
export const UNAVAILABLE = "the policy cannot be consulted now";

/** The answer to a call that the policy denies. */
export function denied(
  id: Id,
  code: DenialInfo["code"],
  message: string,
  retry: Omit<DenialInfo, "code"> = { retryable: false },
): Record<string, unknown> {
  return answer(id, {
    isError: true,
    content: [{ type: "text", text: `[POLICY DENIED] ${message}` }],
    _meta: { "callgate/denial": { code, ...retry } },
  });
}

export function notPermitted(id: Id): Record<string, unknown> {
  return denied(id, "not_permitted", NOT_PERMITTED);
}

export function unavailable(id: Id, retryable = true): Record<string, unknown> {
  return denied(id, "unavailable", UNAVAILABLE, { retryable });
}

export function decisions(bench: Pick<Bench, "events">): DecisionEvent[] {
  return bench.events.filter((event: AuditEvent) => event.type === "decision");
}

export function outcomes(bench: Pick<Bench, "events">): Pick<OutcomeEvent, "result" | "refunded">[] {
  return bench.events.flatMap((event) =>
    event.type === "outcome" ? [{ result: event.result, refunded: event.refunded }] : [],
  );
}

export function refusals(bench: Pick<Bench, "events">): RefusalEvent[] {
  return bench.events.filter((event: AuditEvent) => event.type === "refusal");
}

export function notices(bench: Pick<Bench, "events">): NoticeEvent[] {
  return bench.events.filter((event: AuditEvent) => event.type === "notice");
}
