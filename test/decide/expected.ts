import type {
  AllowDecision,
  ApprovalDecision,
  ApprovalOwed,
  Charge,
  DenyDecision,
  Place,
  Policy,
  Window,
} from "callgate";

/** A refusal as a table states it. */
export type StatedDenial = Place & Pick<DenyDecision, "code" | "message">;

/** Windows of one length, multiples of it since the epoch. */
export function every(ms: number): Window {
  return { kind: "fixed", ms, offsetMs: 0 };
}

/** What a charge has that no limit asked more of than to count. */
export const COUNTED: Pick<Charge, "by" | "min" | "refund"> = { by: [], min: undefined, refund: "not_executed" };

const NOTHING_OWED = { charges: [], approvals: [], shadow: [] } as const;

export function allowed({ revision }: Policy, charges: readonly Charge[] = []): AllowDecision {
  return { outcome: "allow", code: "allowed", rule: "", pointer: "", message: "", ...NOTHING_OWED, charges, revision };
}

export function denied({ revision }: Policy, stated: StatedDenial): DenyDecision {
  return { outcome: "deny", ...stated, ...NOTHING_OWED, revision };
}

export function owing({ revision }: Policy, owed: ApprovalOwed, charges: readonly Charge[] = []): ApprovalDecision {
  const { rule, pointer, reason } = owed;
  const asked = { outcome: "require_approval", code: "approval_required", rule, pointer, message: reason } as const;
  return { ...asked, ...NOTHING_OWED, charges, approvals: [owed], revision };
}

export const NOT_PERMITTED = "this tool is not permitted by policy";

export const NOT_LISTED: StatedDenial = {
  code: "not_permitted",
  rule: "(default deny)",
  pointer: "/default",
  message: NOT_PERMITTED,
};

/** The answer for a method that MCP does not know, where the default is to deny. */
export const NOT_LISTED_METHOD: StatedDenial = { ...NOT_LISTED, message: "this method is not permitted by policy" };

export function hidden(index: number): StatedDenial {
  return { code: "not_permitted", rule: "(hidden)", pointer: `/hide/${index}`, message: NOT_PERMITTED };
}
