import { canonicalJson } from "../internal/canonical-json.js";
import { sha256Hex } from "../internal/digest.js";
import { copyDefinition, type Definition } from "./definition.js";
import type { ToolDefinition } from "./tool.js";

/**
 * The digest of a tool's definition: `sha256-` and the SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of
 * its name, description, input and output schema and annotations. Equal definitions have equal fingerprints whatever
 * the order of their keys; titles, icons, `_meta`, `ttlMs` and the like do not count, and neither does a member that is
 * `undefined`.
 *
 * @throws CallgateError with the code `invalid_tool` for what has no legal name or is not JSON: nested deeper than
 * 128, more than 100,000 values, a function, a number that is not finite.
 */
export function fingerprintTool(tool: ToolDefinition): string {
  return fingerprintOf(copyDefinition(tool));
}

/** The fingerprint of a definition that was copied. */
export function fingerprintOf(definition: Definition): string {
  return `sha256-${sha256Hex(canonicalJson(definition))}`;
}

/** Whether a text has the form of a fingerprint. */
export function isFingerprint(text: unknown): boolean {
  return typeof text === "string" && /^sha256-[0-9a-f]{64}$/.test(text);
}

const known = new WeakMap<object, string>();

/** The fingerprint of a tool that does not change, taken once; `""`, which is none, of what cannot have one. */
export function knownFingerprint(tool: object): string {
  const found = known.get(tool);
  if (found !== undefined) return found;
  const taken = fingerprintIfAny(tool);
  known.set(tool, taken);
  return taken;
}

/** The fingerprint of whatever a server sent; `""`, which is none, of what cannot have one. */
export function fingerprintIfAny(tool: unknown): string {
  try {
    return fingerprintOf(copyDefinition(tool));
  } catch {
    return "";
  }
}
