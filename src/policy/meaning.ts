import { MAX_AMOUNT, toMicro } from "../internal/micro.js";
import { parsePath } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import { nameFault } from "../internal/tool-name.js";
import { checkCounters } from "./counters.js";
import { OPERATORS, type Operator } from "./document.js";
import type { Finding } from "./issue.js";
import { checkOperand } from "./operand.js";
import { isRecord } from "./structure.js";

type PathSegments = readonly (string | number)[];

/** The most entries `tools` may have, and the most seconds a `rate_limit` window. */
export const MAX_TOOLS = 10_000;
export const MAX_WINDOW_SECONDS: number = 366 * 86_400;

/**
 * Every place where a value has the right type and no meaning: names, paths, operands, amounts, counters.
 * Parts of the wrong shape are passed over; `checkStructure` reports them.
 */
export function checkMeaning(document: unknown): Finding[] {
  if (!isRecord(document)) return [];
  const findings: Finding[] = [];
  list(document.hide).forEach((name, index) => {
    if (name !== "*") findings.push(...checkName(name, ["hide", index]));
  });
  const allTools = document.all_tools;
  if (isRecord(allTools)) findings.push(...checkLimits(allTools.limits, ["all_tools", "limits"]));
  const tools = document.tools;
  if (isRecord(tools)) findings.push(...checkTools(tools));
  return [...findings, ...checkCounters(document)];
}

function checkTools(tools: Record<string, unknown>): Finding[] {
  const names = Object.keys(tools);
  if (names.length > MAX_TOOLS) {
    return [{ code: "too_many_tools", path: ["tools"], message: `more than ${MAX_TOOLS} tools` }];
  }
  return names.flatMap((name) => [
    ...checkName(name, ["tools", name]).map((finding): Finding => ({ ...finding, atKey: true })),
    ...checkEntry(tools[name], ["tools", name]),
  ]);
}

function checkEntry(entry: unknown, path: PathSegments): Finding[] {
  if (!isRecord(entry)) return [];
  return [
    ...checkRules(entry.require, [...path, "require"]),
    ...checkRules(entry.deny_if, [...path, "deny_if"]),
    ...checkLimits(entry.limits, [...path, "limits"]),
    ...checkRateLimit(entry.rate_limit, [...path, "rate_limit"]),
  ];
}

function checkName(name: unknown, path: PathSegments): Finding[] {
  if (typeof name !== "string") return [];
  const fault = nameFault(name);
  if (fault !== undefined) return [{ code: "invalid_name", path, message: `a tool name ${fault}` }];
  if (!/[*?]/.test(name)) return [];
  const message = `patterns are not supported: ${quote(name)} matches no tool`;
  const help = name === "*" ? 'hide every tool with `"hide": ["*"]`, list tools by name' : "write out the tool names";
  return [{ code: "invalid_name", path, message, help }];
}

function checkRules(rules: unknown, path: PathSegments): Finding[] {
  return list(rules).flatMap((rule, r) =>
    isRecord(rule)
      ? list(rule.conditions).flatMap((condition, c) => checkCondition(condition, [...path, r, "conditions", c]))
      : [],
  );
}

function checkCondition(condition: unknown, path: PathSegments): Finding[] {
  if (!isRecord(condition)) return [];
  const findings = checkPath(condition.path, [...path, "path"]);
  const op = condition.op;
  if (isOperator(op) && Object.hasOwn(condition, "value")) {
    const fault = checkOperand(op, condition.value);
    if (fault !== undefined) findings.push({ ...fault, message: `${op}: ${fault.message}`, path: [...path, "value"] });
  }
  return findings;
}

function checkPath(text: unknown, path: PathSegments): Finding[] {
  if (typeof text !== "string") return [];
  const parsed = parsePath(text);
  return parsed.ok ? [] : [{ code: "invalid_path", path, message: parsed.message, help: "write `args.name`" }];
}

function checkLimits(limits: unknown, path: PathSegments): Finding[] {
  return list(limits).flatMap((limit, index) => {
    if (!isRecord(limit)) return [];
    const at = [...path, index];
    return [
      ...(limit.counter === "" ? [emptyCounter([...at, "counter"])] : []),
      ...checkAmount(limit.max, [...at, "max"]),
      ...checkAmount(limit.increment, [...at, "increment"]),
      ...checkPath(limit.increment_from, [...at, "increment_from"]),
    ];
  });
}

function checkRateLimit(limit: unknown, path: PathSegments): Finding[] {
  if (!isRecord(limit)) return [];
  const seconds = limit.window;
  const findings = checkAmount(limit.max, [...path, "max"]);
  if (typeof seconds === "number" && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_WINDOW_SECONDS)) {
    const message = `window must be whole seconds from 1 to ${MAX_WINDOW_SECONDS}`;
    findings.push({ code: "invalid_value", path: [...path, "window"], message });
  }
  return findings;
}

function checkAmount(amount: unknown, path: PathSegments): Finding[] {
  if (typeof amount !== "number" || toMicro(amount) !== undefined) return [];
  const message = `\`${path.at(-1)}\` must be from 0 to ${MAX_AMOUNT} with at most 6 decimals`;
  return [{ code: "invalid_amount", path, message }];
}

function emptyCounter(path: PathSegments): Finding {
  return { code: "invalid_name", path, message: "a counter needs a name" };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOperator(op: unknown): op is Operator {
  return OPERATORS.some((known) => known === op);
}
