import { isAbove, type ToolCategory } from "./category.js";
import type { ToolEvidence } from "./evidence.js";
import { ownValue } from "./tool.js";

/**
 * What the server's own hints say about a tool that by everything else is of class `category`. A hint that speaks for
 * more counts; one that speaks for less is a contradiction, and that is a risk.
 */
export function readAnnotations(annotations: unknown, category: ToolCategory): readonly ToolEvidence[] {
  const readOnly = ownValue(annotations, "readOnlyHint");
  const destructive = ownValue(annotations, "destructiveHint");
  const evidence: ToolEvidence[] = [];
  if (readOnly === true && category !== "Read") {
    evidence.push({ ...hint("readOnlyHint", true), meaning: `the rest says ${category}`, signal: "contradiction" });
  }
  if (readOnly === false && category === "Read") {
    evidence.push({
      ...hint("readOnlyHint", false),
      meaning: "the server says that it changes something",
      category: "Write",
    });
  }
  if (destructive === false && category === "Destructive") {
    evidence.push({ ...hint("destructiveHint", false), meaning: `the rest says ${category}`, signal: "contradiction" });
  }
  // What an action does depends on its arguments, so that a server's calling it destructive makes it no other class.
  if (destructive === true && readOnly !== true && !isAbove(category, "Write")) {
    evidence.push({
      ...hint("destructiveHint", true),
      meaning: "the server says that it may destroy",
      category: "Destructive",
    });
  }
  return evidence;
}

function hint(name: string, value: boolean): { pointer: string; text: string } {
  return { pointer: `/annotations/${name}`, text: String(value) };
}
