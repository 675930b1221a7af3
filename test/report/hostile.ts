import { type AuditEvent, type AuditSummary, summarizeAudit } from "callgate";
import { decision, MORNING, STAMP } from "./recorded.js";

/** Names that a model or a server may choose. */
export const HOSTILE: readonly string[] = [
  '<img src=x onerror="alert(1)">',
  "</script><script>alert(2)</script>",
  "</style></title></section><h1>owned</h1>",
  `"><svg onload=alert(3)>`,
  "' style='position:fixed;inset:0' x='",
  "<!--",
  "&lt;b&gt;",
  "javascript:alert(4)",
  "abc\u202egnp.exe",
  "مرحبا",
  "zero\u200bwidth\u0000\n\ud800",
  "__proto__",
  "x".repeat(10_000),
];

/** A summary in which every text that comes from outside is hostile. */
export function hostileSummary(): AuditSummary {
  const decisions = HOSTILE.map((text, index): AuditEvent => {
    const charge = {
      counter: text,
      scope: "grant",
      rule: text,
      amount: 1,
      max: 10,
      left: 1,
      resetsAt: MORNING,
    } as const;
    const shadow = [{ rule: text, code: text }];
    const denied = { outcome: "deny", code: "rate_limited", rule: text, message: text, charges: [charge] } as const;
    const event = decision({ ...denied, name: text, grant: text, server: text, time: MORNING + index * 60_000 });
    return { ...event, shadow } as AuditEvent;
  });
  const incidents = HOSTILE.flatMap((text): AuditEvent[] => [
    {
      ...STAMP,
      type: "notice",
      side: "client",
      server: text,
      code: "tools_removed",
      message: text,
      tools: [text],
    },
    {
      ...{ type: "refusal", time: MORNING, side: "client", server: text, code: text as "batch", method: text },
      ...{ requestId: text, message: text },
    } as AuditEvent,
    {
      ...{ ...STAMP, type: "outcome", side: "client", server: text, id: text, result: text as "ok" },
      ...{ refunded: false, upstreamMs: 1 },
    },
  ]);
  return summarizeAudit([...decisions, ...incidents], { tools: HOSTILE.map((text) => ({ name: `unused ${text}` })) });
}
