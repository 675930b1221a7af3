import { isFingerprint } from "../definition/fingerprint.js";
import { isGlob } from "../internal/glob.js";
import { RULED_ELSEWHERE } from "../internal/mcp-methods.js";
import { MAX_NAME_LENGTH, MAX_URI_LENGTH, nameFault } from "../internal/name.js";

import { quote } from "../internal/quote.js";
import { compileSchema } from "../json-schema/compile.js";

import { checkCounters } from "./counters.js";
import { OPERATORS, type Operator } from "./document.js";
import type { Finding } from "./issue.js";
import { checkLimits, checkRateLimit } from "./limits.js";
import { checkLogic } from "./logic.js";
import { checkOperand } from "./operand.js";
import { checkPath } from "./paths.js";
import { entriesOf, isRecord } from "./structure.js";

type PathSegments = readonly (string | number)[];

const HELP: ReadonlyMap<string, string> = new Map([
  ["tools/", "rule tools by `tools`, `hide` and `all_tools`"],
  ["resources/", "rule resources by `resources`"],
  ["prompts/", "rule prompts by `prompts`"],
  ["notifications/", "notifications of MCP pass, and ask for nothing"],
]);

/** What is named in a section; a tool everywhere else. */
const NOUNS: ReadonlyMap<string, string> = new Map([
  ["resources", "a resource's URI"],
  ["prompts", "a prompt's name"],
  ["methods", "a method's name"],
]);

/** The lists of rules that an entry and `all_tools` may have. */
const RULE_LISTS = ["require", "deny_if", "require_approval_if"] as const;

/** The most entries `tools` may have. */
export const MAX_TOOLS = 10_000;

/**
 * Every place where a value has the right type and no meaning: names, paths, operands, amounts, counters.
 * Parts of the wrong shape are passed over; `checkStructure` reports them.
 */
export function checkMeaning(document: unknown): Finding[] {
  if (!isRecord(document)) return [];
  const findings = nameLists(document).flatMap(({ names, path, longest }) =>
    list(names).flatMap((name, index) => checkName(name, [...path, index], longest)),
  );
  findings.push(...checkMethods(document.methods));
  if (isRecord(document.all_tools)) findings.push(...checkShared(document.all_tools, ["all_tools"]));
  for (const { path, entries } of entriesOf(document)) {
    if (isRecord(entries)) findings.push(...checkEntries(entries, path));
  }
  return [...findings, ...checkCounters(document)];
}

/** Every list of names or patterns of a document. */
function nameLists(document: Record<string, unknown>): { names: unknown; path: PathSegments; longest: number }[] {
  const { resources, prompts, methods } = document;
  return [
    { names: document.hide, path: ["hide"], longest: MAX_NAME_LENGTH },
    { names: isRecord(resources) && resources.hide, path: ["resources", "hide"], longest: MAX_URI_LENGTH },
    { names: isRecord(prompts) && prompts.hide, path: ["prompts", "hide"], longest: MAX_NAME_LENGTH },
    { names: isRecord(methods) && methods.allow, path: ["methods", "allow"], longest: MAX_NAME_LENGTH },
    { names: isRecord(methods) && methods.deny, path: ["methods", "deny"], longest: MAX_NAME_LENGTH },
  ];
}

/** A method that is ruled elsewhere would be passed over here. */
function checkMethods(methods: unknown): Finding[] {
  if (!isRecord(methods)) return [];
  return (["allow", "deny"] as const).flatMap((name) =>
    list(methods[name]).flatMap((method, index): Finding[] => {
      const prefix = RULED_ELSEWHERE.find((start) => typeof method === "string" && method.startsWith(start));
      if (prefix === undefined) return [];
      const message = `methods under \`${prefix}\` are not ruled by \`methods\``;
      return [{ code: "invalid_name", path: ["methods", name, index], message, help: HELP.get(prefix) }];
    }),
  );
}

function checkEntries(entries: Record<string, unknown>, path: PathSegments): Finding[] {
  const names = Object.keys(entries);
  const noun = path[0] === "tools" ? "tools" : "entries";
  if (names.length > MAX_TOOLS) return [{ code: "too_many_tools", path, message: `more than ${MAX_TOOLS} ${noun}` }];
  const longest = path[0] === "resources" ? MAX_URI_LENGTH : MAX_NAME_LENGTH;
  return names.flatMap((name) => [
    ...checkName(name, [...path, name], longest).map((finding): Finding => ({ ...finding, atKey: true })),
    ...checkEntry(entries[name], [...path, name]),
  ]);
}

function checkEntry(entry: unknown, path: PathSegments): Finding[] {
  if (!isRecord(entry)) return [];
  return [
    ...checkShared(entry, path),
    ...checkRateLimit(entry.rate_limit, [...path, "rate_limit"]),
    ...(path[0] === "tools" ? [...checkSchema(entry.args, [...path, "args"]), ...checkPin(entry.pin, path)] : []),
  ];
}

/** The schema of a tool's arguments. */
function checkSchema(schema: unknown, path: PathSegments): Finding[] {
  if (schema === undefined || schema === "tool") return [];
  if (typeof schema !== "boolean" && !isRecord(schema)) {
    return [{ code: "invalid_schema", path, message: "expected a JSON Schema, or `tool` for the tool's own" }];
  }
  const compiled = compileSchema(schema, { unknownKeywords: "refuse" });
  if (compiled.ok) return [];
  return compiled.faults.map((fault) => ({ ...fault, code: "invalid_schema", path: [...path, ...fault.path] }));
}

/** The fingerprint of the one tool that an entry is for. */
function checkPin(pin: unknown, entry: PathSegments): Finding[] {
  if (typeof pin !== "string") return [];
  const path = [...entry, "pin"];
  if (isGlob(String(entry.at(-1)))) {
    const message = "a pin is for one tool: write it under the exact name";
    return [{ code: "invalid_value", path, atKey: true, message }];
  }
  if (isFingerprint(pin)) return [];
  const message = `expected \`sha256-\` and 64 lower-case hexadecimal digits, found ${quote(pin)}`;
  return [{ code: "invalid_value", path, message, help: "`pinPolicy` writes the pins" }];
}

function checkShared(rules: Record<string, unknown>, path: PathSegments): Finding[] {
  return [
    ...RULE_LISTS.flatMap((name) => checkRules(rules[name], [...path, name], name === "require")),
    ...checkLimits(rules.limits, [...path, "limits"]),
  ];
}

function checkName(name: unknown, path: PathSegments, longest: number): Finding[] {
  const fault = typeof name === "string" ? nameFault(name, longest) : undefined;
  if (fault === undefined) return [];
  return [{ code: "invalid_name", path, message: `${NOUNS.get(String(path[0])) ?? "a tool name"} ${fault}` }];
}

function checkRules(rules: unknown, path: PathSegments, mayBeMissing: boolean): Finding[] {
  return list(rules).flatMap((rule, r) =>
    isRecord(rule)
      ? [
          ...checkRuleKind(rule, [...path, r]),
          ...list(rule.conditions).flatMap((condition, c) =>
            checkCondition(condition, [...path, r, "conditions", c], mayBeMissing),
          ),
        ]
      : [],
  );
}

/** A rule has conditions or logic. */
function checkRuleKind(rule: Record<string, unknown>, path: PathSegments): Finding[] {
  const logic = Object.hasOwn(rule, "logic") ? checkLogic(rule.logic, [...path, "logic"]) : undefined;
  if (!Object.hasOwn(rule, "conditions")) {
    return logic ?? [{ code: "missing_key", path, message: "a rule needs `conditions` or `logic`" }];
  }
  if (logic === undefined) return [];
  const message = "a rule has `conditions` or `logic`, not both";
  return [{ code: "invalid_value", path: [...path, "logic"], atKey: true, message }, ...logic];
}

function checkCondition(condition: unknown, path: PathSegments, mayBeMissing: boolean): Finding[] {
  if (!isRecord(condition)) return [];
  const findings = checkPath(condition.path, [...path, "path"]);
  const { op } = condition;
  if (isOperator(op) && Object.hasOwn(condition, "value")) {
    const fault = checkOperand(op, condition.value);
    if (fault !== undefined) findings.push({ ...fault, message: `${op}: ${fault.message}`, path: [...path, "value"] });
  }
  if (condition.if_present === true && !mayBeMissing) {
    const message = "`if_present` is for `require`; elsewhere a missing argument fires nothing";
    findings.push({ code: "invalid_value", path: [...path, "if_present"], atKey: true, message });
  } else if (condition.if_present === true && op === "exists") {
    const message = "`exists` says itself what a missing argument means";
    findings.push({ code: "invalid_value", path: [...path, "if_present"], atKey: true, message });
  }
  return findings;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOperator(op: unknown): op is Operator {
  return OPERATORS.some((known) => known === op);
}
