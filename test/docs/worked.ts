import { readFileSync } from "node:fs";
import { type Policy, parsePolicy } from "callgate";

const document = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");

/** The policy that docs/policy.md shows first under a heading: what is documented is what is tested. */
export function workedPolicy(heading: string): Policy {
  const at = new RegExp(`^#+ ${heading}$`, "m").exec(document)?.index;
  const [, text] = /```json\n([\s\S]*?)```/.exec(document.slice(at)) ?? [];
  if (at === undefined || text === undefined) throw new Error(`docs/policy.md shows no policy under ${heading}`);
  return parsePolicy(text);
}
