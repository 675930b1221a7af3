import type { DecisionEvent } from "../audit/event.js";
import { isCanonicalUri } from "../internal/canonical-uri.js";
import { isGlob } from "../internal/glob.js";
import { isMcpMethod, RULED_ELSEWHERE } from "../internal/mcp-methods.js";
import { MAX_NAME_LENGTH, MAX_URI_LENGTH, nameFault } from "../internal/name.js";

/** Why a policy cannot list exactly this; `undefined` where it can. */
export function listingFault(kind: DecisionEvent["kind"], name: string): string | undefined {
  const fault = nameFault(name, kind === "resource" ? MAX_URI_LENGTH : MAX_NAME_LENGTH);
  if (fault !== undefined) return `the name ${fault}`;
  if (isGlob(name)) return "the name would be a pattern in a policy";
  if (kind === "resource" && !isCanonicalUri(name)) return "the URI can be read in more than one way";
  const unruled = kind === "method" && !isMcpMethod(name) && RULED_ELSEWHERE.some((start) => name.startsWith(start));
  return unruled ? "no policy allows a method of that name" : undefined;
}
