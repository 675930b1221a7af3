import { knownFingerprint } from "../definition/fingerprint.js";
import type { CallContext, DenyDecision, ListedTool } from "./decision.js";
import type { Pin } from "./plan.js";

/** Whether a tool is listed with the definition that is pinned. */
export function isAsPinned({ fingerprint }: Pin, tool: ListedTool): boolean {
  return knownFingerprint(tool) === fingerprint;
}

/** The denial of a call whose tool is not known to be the one that was pinned. */
export function checkPin(pin: Pin, { tool }: CallContext): DenyDecision | undefined {
  if (tool === null || typeof tool !== "object") return pin.unknown;
  return isAsPinned(pin, tool) ? undefined : pin.differs;
}
