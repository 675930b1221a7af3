import { quote } from "../internal/quote.js";
import type { Finding } from "./finding.js";
import type { OfferedTool } from "./offer.js";
import type { Part } from "./part.js";
import { nameTools } from "./sighting.js";
import type { Subject } from "./subject.js";

/** What can be reached that its author may not have thought of. */
export function checkReach(subject: Subject): Finding[] {
  return [...unruledClasses(subject), ...destructiveTools(subject)];
}

function unruledClasses({ policy }: Subject): Finding[] {
  const absent = (["resources", "prompts"] as const).filter((section) => policy[section] === undefined);
  if (policy.default !== "deny" || absent.length === 0) return [];
  const message = `\`default\` rules tools alone: all ${absent.join(" and ")} pass`;
  const help = absent.map((section) => `"${section}": { "default": "deny" }`).join(", ");
  return [{ severity: "warning", code: "unruled_class", path: ["default"], message, help }];
}

/** Of an annotation only the tightening word is taken: a tool that says it destroys is one that does. */
function destructiveTools(subject: Subject): Finding[] {
  const { offer, policy, parts } = subject;
  const reachable = offer.tools.filter((tool) => tool.destructive && !subject.isHidden(tool));
  const byDefault: OfferedTool[] = [];
  const byEntry = new Map<Part, OfferedTool[]>();
  for (const tool of reachable) {
    const applying = subject.partsFor(tool);
    const [entry] = applying.filter(({ kind }) => kind !== "all");
    if (entry === undefined) byDefault.push(tool);
    else if (!applying.some(isGuard)) byEntry.set(entry, [...(byEntry.get(entry) ?? []), tool]);
  }
  const unguarded = [...byEntry].map(([{ path }, tools]): Finding => {
    const message = `${nameTools(tools)}: the server says that it destroys, and no rule, limit or approval stands before it`;
    return { severity: "warning", code: "unguarded_destructive", path, atKey: true, message };
  });
  // Where a pattern was not looked at, or the list is cut, it may be what rules them.
  const known = offer.complete && parts.every(({ path, tools }) => path[0] !== "tools" || tools !== undefined);
  if (policy.default !== "allow" || byDefault.length === 0 || !known || parts.some(rulesByName)) return unguarded;
  const message = `by default these pass, and the server says that they destroy: ${nameTools(byDefault)}`;
  const help = `write an entry for them, for instance ${quote(byDefault[0]?.name ?? "")}: { "action": "deny" }`;
  return [...unguarded, { severity: "warning", code: "destructive_by_default", path: ["default"], message, help }];
}

function isGuard({ document, rules, limits, opaque }: Part): boolean {
  const stopped = document.action !== undefined && document.action !== "allow";
  return stopped || opaque || rules.length > 0 || limits.length > 0;
}

/** Whether `all_tools` may stand for entries: by a condition on the name of the tool, or an expression. */
function rulesByName({ kind, rules, opaque }: Part): boolean {
  return kind === "all" && (opaque || rules.some(({ conditions }) => conditions.some(({ at }) => at.root === "tool")));
}
