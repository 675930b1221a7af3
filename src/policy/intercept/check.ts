import { isGlob } from "../../internal/glob.js";
import { nameFault } from "../../internal/name.js";
import { quote } from "../../internal/quote.js";
import type { Finding } from "../issue.js";
import { MAX_TOOLS } from "../meaning.js";
import { checkShape, isRecord } from "../structure.js";
import { checkRule } from "./check-rule.js";
import { checkCounters, countersOf } from "./counters.js";
import { EVERY_TOOL } from "./document.js";
import { type PathSegments, rulesOf } from "./rules.js";
import { interceptShapes } from "./schema.js";

/** Everything that keeps a document from being carried over: what Intercept refuses, and what means something else here. */
export function checkIntercept(document: unknown): Finding[] {
  const findings = checkShape(interceptShapes().document, document, []);
  if (!isRecord(document)) return findings;
  findings.push(...checkHide(document.hide), ...checkTools(document.tools));
  const rules = rulesOf(document);
  const counters = countersOf(rules);
  return [...findings, ...rules.flatMap((rule) => checkRule(rule, counters)), ...checkCounters(rules)];
}

function checkHide(hide: unknown): Finding[] {
  if (!Array.isArray(hide)) return [];
  const seen = new Set<unknown>();
  return hide.flatMap((name: unknown, index): Finding[] => {
    const path = ["hide", index];
    if (typeof name !== "string") return [];
    if (seen.has(name)) return [{ code: "invalid_value", path, message: `${quote(name)} stands twice` }];
    seen.add(name);
    return checkName(name, path);
  });
}

/** The names of tools, and whether rules stand under each that have their shape. */
function checkTools(tools: unknown): Finding[] {
  const { tools: shape, entry: entryShape, rule: ruleShape } = interceptShapes();
  if (!isRecord(tools)) return checkShape(shape, tools, ["tools"]);
  const names = Object.keys(tools);
  if (names.length > MAX_TOOLS) {
    return [{ code: "too_many_tools", path: ["tools"], message: `more than ${MAX_TOOLS} tools` }];
  }
  return names.flatMap((name) => {
    const path = ["tools", name];
    const entry = tools[name];
    const rules = isRecord(entry) && Array.isArray(entry.rules) ? entry.rules : [];
    return [
      ...checkName(name, path).map((finding): Finding => ({ ...finding, atKey: true })),
      ...checkShape(entryShape, entry, path),
      ...rules.flatMap((rule, index) => checkShape(ruleShape, rule, [...path, "rules", index])),
    ];
  });
}

/** Intercept knows no patterns: a name with `*` in it is the name of one tool. */
function checkName(name: string, path: PathSegments): Finding[] {
  if (name === EVERY_TOOL) return [];
  const fault = name.trim() === "" ? "must not be empty" : nameFault(name);
  if (fault !== undefined) return [{ code: "invalid_name", path, message: `a tool name ${fault}` }];
  if (!isGlob(name)) return [];
  const message = `${quote(name)} is the name of one tool in Intercept, and would be a pattern here`;
  return [{ code: "cannot_convert", path, message, help: "name the tools that are meant" }];
}
