import { fingerprintIfAny } from "../definition/fingerprint.js";
import { quote } from "../internal/quote.js";
import type { Finding } from "./finding.js";
import type { Subject } from "./subject.js";

/** A pin that is not that of the tool as it is listed: every call is denied until somebody has looked at what changed. */
export function checkPins({ parts }: Subject): Finding[] {
  return parts.flatMap(({ path, document: { pin }, tools = [] }) =>
    tools
      .filter(({ definition }) => pin !== undefined && fingerprintIfAny(definition) !== pin)
      .map(
        ({ name }): Finding => ({
          severity: "error",
          code: "pin_mismatch",
          path: [...path, "pin"],
          message: `${quote(name)} is not listed as it was pinned, so every call is denied`,
          help: "look at what changed, then pin it again with `pinPolicy`",
        }),
      ),
  );
}
