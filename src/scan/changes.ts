import { copyDefinition } from "../definition/definition.js";
import { describeDifference } from "../definition/difference.js";
import type { ScannedItem, ScannedTool, ServerScan } from "./scan-result.js";

/** One thing that a server offers otherwise than before. */
export interface ScanChange {
  readonly kind: "tool" | "prompt" | "resource";
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Of a tool that changed: what, in words. The values are the server's, with what is invisible written out. */
  readonly differences: readonly string[];
}

type Offered = Pick<ServerScan, "tools" | "prompts" | "resources" | "resourceTemplates">;

/** What has changed between two scans. Of a changed prompt or resource only the coming and going is seen. */
export function changesBetween(before: Offered, after: Offered): readonly ScanChange[] {
  const resourcesOf = ({ resources, resourceTemplates }: Offered): readonly ScannedItem[] => [
    ...resources,
    ...resourceTemplates,
  ];
  return [
    ...comings("tool", before.tools, after.tools),
    ...changedTools(before.tools, after.tools),
    ...comings("prompt", before.prompts, after.prompts),
    ...comings("resource", resourcesOf(before), resourcesOf(after)),
  ];
}

function comings(
  kind: ScanChange["kind"],
  before: readonly ScannedItem[],
  after: readonly ScannedItem[],
): readonly ScanChange[] {
  const missingFrom = (others: readonly ScannedItem[], items: readonly ScannedItem[], change: ScanChange["change"]) => {
    const known = new Set(others.map(({ name }) => name));
    const names = new Set(items.map(({ name }) => name).filter((name) => !known.has(name)));
    return [...names].map((name): ScanChange => ({ kind, name, change, differences: [] }));
  };
  return [...missingFrom(before, after, "added"), ...missingFrom(after, before, "removed")];
}

function changedTools(before: readonly ScannedTool[], after: readonly ScannedTool[]): readonly ScanChange[] {
  const known = new Map(before.map((tool) => [tool.name, tool]));
  return after.flatMap((tool): ScanChange[] => {
    const was = known.get(tool.name);
    if (was === undefined || was.fingerprint === tool.fingerprint) return [];
    return [{ kind: "tool", name: tool.name, change: "changed", differences: differences(was, tool) }];
  });
}

function differences(before: ScannedTool, after: ScannedTool): readonly string[] {
  if (before.fingerprint === undefined) return ["it can be read now"];
  if (after.fingerprint === undefined) return ["it cannot be read any more"];
  return describeDifference(copyDefinition(before.definition), copyDefinition(after.definition));
}
