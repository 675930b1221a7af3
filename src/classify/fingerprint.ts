import { CallgateError } from "../errors.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { sha256Hex } from "../internal/digest.js";
import { type CopyLimits, copyJson, NotJsonError } from "../internal/json-copy.js";
import { nameFault } from "../internal/name.js";
import type { ToolDefinition } from "./tool.js";

/** What a tool is to the model that calls it. Anything else a server sends along may change from answer to answer. */
const DEFINITION = ["name", "description", "inputSchema", "outputSchema", "annotations"] as const;

const LIMITS: CopyLimits = { depth: 128, values: 100_000 };

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
  const definition = copyDefinition(tool);
  const fault = nameFault(definition.name);
  if (fault !== undefined) throw new CallgateError("invalid_tool", `the name of a tool ${fault}`);
  return `sha256-${sha256Hex(canonicalJson(definition))}`;
}

function copyDefinition(tool: unknown): Record<string, unknown> {
  if (tool === null || typeof tool !== "object") throw new CallgateError("invalid_tool", "a tool must be an object");
  try {
    const members = DEFINITION.filter((key) => Object.hasOwn(tool, key)).map((key) => [key, Reflect.get(tool, key)]);
    const definition = Object.fromEntries(members);
    const options = { ...LIMITS, undefinedKeys: "drop", prototype: null } as const;
    return copyJson(definition, options) as Record<string, unknown>;
  } catch (error) {
    const found = error instanceof NotJsonError ? error.message : "a value that throws when read";
    throw new CallgateError("invalid_tool", `a tool must be JSON, found ${found}`, { cause: error });
  }
}
