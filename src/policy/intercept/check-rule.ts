import { MAX_AMOUNT } from "../../internal/micro.js";
import { parsePath } from "../../internal/path.js";
import type { JsonValue } from "../document.js";
import type { Finding } from "../issue.js";
import { checkOperand } from "../operand.js";
import { boundOf } from "./bound.js";
import type { InterceptCounters } from "./counters.js";
import { ARGS, type InterceptCondition, type InterceptRule, type InterceptState, STATE } from "./document.js";
import { argumentPath } from "./path.js";
import { hasRateLimit, readRateLimit } from "./rate-limit.js";
import type { PathSegments, PlacedRule } from "./rules.js";

/** What is wrong with a rule that has its shape: what Intercept refuses, and what cannot be carried over. */
export function checkRule({ rule, path }: PlacedRule, counters: InterceptCounters): Finding[] {
  const findings: Finding[] = [];
  if (rule.name === "") findings.push(invalid([...path, "name"], "a rule must have a name"));
  if (hasRateLimit(rule)) return [...findings, ...checkRateLimit(rule, path)];
  const conditions = rule.conditions ?? [];
  const at = [...path, "conditions"];
  if (rule.action === "deny" && conditions.length > 0) {
    findings.push(invalid(at, "a rule with `action: deny` must not have conditions"));
  }
  if (rule.action !== "deny" && conditions.length === 0) {
    findings.push(invalid(path, "a rule must have a condition, `rate_limit` or `action: deny`"));
  }
  findings.push(...conditions.flatMap((condition, index) => checkCondition(condition, [...at, index], counters)));
  return rule.state ? [...findings, ...checkState(rule.state, [...path, "state"])] : findings;
}

function checkRateLimit(rule: InterceptRule, path: PathSegments): Finding[] {
  const at = [...path, "rate_limit"];
  const findings: Finding[] = [];
  const limit = readRateLimit(rule.rate_limit ?? "");
  if ("fault" in limit) findings.push(invalid(at, limit.fault));
  if (rule.conditions?.length || rule.state) {
    findings.push(invalid(at, "`rate_limit` cannot stand beside conditions or `state`: write two rules"));
  }
  if (rule.action === "deny") findings.push(invalid(at, "`rate_limit` cannot stand beside `action: deny`"));
  return findings;
}

function checkCondition(condition: InterceptCondition, at: PathSegments, counters: InterceptCounters): Finding[] {
  if (!Object.hasOwn(condition, "value")) return [{ code: "missing_key", path: at, message: "key `value` is missing" }];
  const { path, op, value } = condition;
  if (path.startsWith(STATE)) return checkBound(condition, at, counters);
  if (!path.startsWith(ARGS)) {
    return [{ code: "invalid_path", path: [...at, "path"], message: "path must start with `args.` or `state.`" }];
  }
  const findings = checkArgument(path, [...at, "path"]);
  const fault = checkOperand(op, value) ?? comparedAsText(condition);
  return fault === undefined ? findings : [...findings, { ...fault, path: [...at, "value"] }];
}

/** Where Intercept falls back on comparing texts, it finds things equal that are not, and a `neq` here would let them pass. */
function comparedAsText({ op, value }: InterceptCondition): Omit<Finding, "path"> | undefined {
  const operands = op === "in" || op === "not_in" ? (value as readonly JsonValue[]) : [value];
  if (operands.some((operand) => operand !== null && typeof operand === "object")) {
    const message = "Intercept compares lists and objects by their text, which nothing here does";
    return { code: "cannot_convert", message, help: "compare what is in them" };
  }
  if (op !== "not_in" || new Set(operands.map((operand) => (operand === null ? "null" : typeof operand))).size === 1) {
    return undefined;
  }
  const message = "a list of several types is compared by text in Intercept, and by type here";
  return { code: "cannot_convert", message, help: "list values of one type" };
}

function checkBound({ path, op, value }: InterceptCondition, at: PathSegments, counters: InterceptCounters): Finding[] {
  if (op !== "lt" && op !== "lte") {
    const message = "a counter can be held below a bound, by `lt` or `lte`, and not compared otherwise";
    return [{ code: "cannot_convert", path: [...at, "op"], message }];
  }
  const findings: Finding[] = [];
  if (!counters.has(path.slice(STATE.length))) {
    const message = "no `state` block counts this counter";
    const help = "write `state.<tool>.<counter>`, or `state._global.<counter>` for a counter of `*`";
    findings.push({ code: "invalid_path", path: [...at, "path"], message, help });
  }
  const fault = checkOperand(op, value);
  if (fault !== undefined) findings.push({ ...fault, path: [...at, "value"] });
  else if (boundOf(op, Number(value)) > MAX_AMOUNT) findings.push(tooMuch([...at, "value"]));
  return findings;
}

function checkState({ counter, increment, increment_from }: InterceptState, at: PathSegments): Finding[] {
  const findings: Finding[] = [];
  if (counter === "")
    findings.push({ code: "invalid_name", path: [...at, "counter"], message: "a counter needs a name" });
  const path = [...at, "increment"];
  if (typeof increment === "number") {
    if (!Number.isInteger(increment)) findings.push(invalid(path, "increment must be a whole number"));
    else if (increment > MAX_AMOUNT) findings.push(tooMuch(path));
    else if (increment < 0) {
      findings.push({
        code: "cannot_convert",
        path,
        message: "a counter cannot be lowered by a call: it would let more pass",
      });
    }
  }
  return increment_from ? [...findings, ...checkArgument(increment_from, [...at, "increment_from"])] : findings;
}

function checkArgument(path: string, at: PathSegments): Finding[] {
  if (!path.startsWith(ARGS)) return [{ code: "invalid_path", path: at, message: "path must start with `args.`" }];
  const parsed = parsePath(argumentPath(path));
  return parsed.ok ? [] : [{ code: "cannot_convert", path: at, message: parsed.message }];
}

function tooMuch(path: PathSegments): Finding {
  return { code: "cannot_convert", path, message: `a counter cannot count to more than ${MAX_AMOUNT} here` };
}

function invalid(path: PathSegments, message: string): Finding {
  return { code: "invalid_value", path, message };
}
