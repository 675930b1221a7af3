import { CallgateError } from "../errors.js";
import { type CopyLimits, copyJson, NotJsonError } from "../internal/json-copy.js";
import { nameFault } from "../internal/name.js";

/** What a tool is to the model that calls it. Anything else a server sends along may change from answer to answer. */
export const DEFINITION = ["name", "description", "inputSchema", "outputSchema", "annotations"] as const;

/** The members of a tool that define it, as plain JSON that nobody else holds. */
export type Definition = { readonly [member in (typeof DEFINITION)[number]]?: unknown };

const LIMITS: CopyLimits = { depth: 128, values: 100_000 };

/**
 * Copies what defines a tool.
 *
 * @throws CallgateError with the code `invalid_tool` for what has no legal name or is not JSON.
 */
export function copyDefinition(tool: unknown): Definition {
  if (tool === null || typeof tool !== "object") throw new CallgateError("invalid_tool", "a tool must be an object");
  const definition = copyMembers(tool);
  const fault = nameFault(definition.name);
  if (fault !== undefined) throw new CallgateError("invalid_tool", `the name of a tool ${fault}`);
  return definition;
}

function copyMembers(tool: object): Definition {
  try {
    const members = DEFINITION.filter((key) => Object.hasOwn(tool, key)).map((key) => [key, Reflect.get(tool, key)]);
    const options = { ...LIMITS, undefinedKeys: "drop", prototype: null } as const;
    return copyJson(Object.fromEntries(members), options) as Definition;
  } catch (error) {
    const found = error instanceof NotJsonError ? error.message : "a value that throws when read";
    throw new CallgateError("invalid_tool", `a tool must be JSON, found ${found}`, { cause: error });
  }
}
