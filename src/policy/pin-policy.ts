import { fingerprintTool } from "../definition/fingerprint.js";
import type { ToolDefinition } from "../definition/tool.js";
import { CallgateError, OptionsError } from "../errors.js";
import { compileGlob, isGlob } from "../internal/glob.js";
import { quote } from "../internal/quote.js";
import type { Policy, PolicyDocument, ToolRules } from "./document.js";
import { isAccepted, parsePolicy } from "./parse.js";

/**
 * The same policy with a pin for every tool that it lists: from then on a call passes only while its server lists the
 * tool with exactly this definition. Pins of these tools are replaced, which is how a changed tool is approved again;
 * all other pins stay. A tool that only a pattern or the default lists gets an entry of its own, which adds nothing but
 * the pin; a tool that is hidden or not listed gets none. The policy handed in stays as it is.
 *
 * @param policy the result of `parsePolicy`, or a document.
 * @param tools the `tools` of a `tools/list` result, all pages together.
 * @throws PolicyError for a document that `parsePolicy` refuses.
 * @throws OptionsError when `tools` is not an array.
 * @throws CallgateError with the code `invalid_tool` for a listed tool that cannot be pinned: it has no fingerprint, two
 * different definitions, or a name that a policy reads as a pattern.
 */
export function pinPolicy(policy: PolicyDocument, tools: readonly ToolDefinition[]): PolicyDocument {
  if (!Array.isArray(tools)) throw new OptionsError("`tools` must be an array of tools");
  const document = isAccepted(policy as Policy) ? policy : parsePolicy(policy);
  const isListed = listedBy(document);
  const entries = new Map<string, ToolRules>(Object.entries(document.tools ?? {}));
  for (const [name, pin] of pinsOf(tools.filter((tool: ToolDefinition | null | undefined) => isListed(tool?.name)))) {
    entries.set(name, { ...entries.get(name), pin });
  }
  if (entries.size === 0) return { ...document };
  return { ...document, tools: Object.fromEntries(entries) };
}

function listedBy({ default: unlisted, hide = [], tools = {} }: PolicyDocument): (name: unknown) => boolean {
  const isHidden = matcher(hide);
  const isEntry = matcher(Object.keys(tools));
  return (name) => {
    // What has no name at all is not passed over: it is no tool, and taking its fingerprint says so.
    if (typeof name !== "string") return true;
    return !isHidden(name) && (unlisted === "allow" || isEntry(name));
  };
}

function matcher(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names.filter((name) => !isGlob(name)));
  const patterns = names.filter(isGlob).map(compileGlob);
  return (name) => exact.has(name) || patterns.some((pattern) => pattern.test(name));
}

function pinsOf(tools: readonly ToolDefinition[]): ReadonlyMap<string, string> {
  const pins = new Map<string, string>();
  for (const tool of tools) {
    const pin = fingerprintTool(tool);
    const { name } = tool;
    if (isGlob(name)) throw unpinnable(name, "has a name that is a pattern in a policy");
    if ((pins.get(name) ?? pin) !== pin) throw unpinnable(name, "is listed with two definitions");
    pins.set(name, pin);
  }
  return pins;
}

function unpinnable(name: string, why: string): CallgateError {
  return new CallgateError("invalid_tool", `tool ${quote(name)} ${why}, so it cannot be pinned`);
}
