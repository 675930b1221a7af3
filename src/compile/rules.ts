import { type Condition, compileCondition, existence, type Quantifier } from "../evaluate/condition.js";
import type { Place } from "../evaluate/decision.js";
import { compares, contains, equals, isIn, matches, negated, type Test } from "../evaluate/operators.js";
import type { Rule } from "../evaluate/rule.js";
import { FALSE } from "../evaluate/verdict.js";
import type { Match } from "../evaluate/work.js";
import { compileLinearRegex, type LinearRegex } from "../internal/linear-regex.js";
import { type Path, parsePath } from "../internal/path.js";
import { escapeSegment } from "../internal/pointer.js";
import type { ConditionDocument, JsonValue, Operator, RuleDocument } from "../policy/document.js";

/** The two lists of rules: what `[*]` means in them, and the message where the author wrote none. */
const LISTS: { readonly [list in RuleList]: { readonly quantifier: Quantifier; readonly message: string } } = {
  require: { quantifier: "all", message: "this call does not meet a requirement of the policy" },
  deny_if: { quantifier: "any", message: "the policy forbids this call" },
};

export type RuleList = "require" | "deny_if";

export function compileRules(
  rules: readonly RuleDocument[],
  list: RuleList,
  base: string,
  reason: string | undefined,
): readonly Rule[] {
  const { quantifier, message } = LISTS[list];
  return rules.map((rule, index) => {
    const place = rulePlace(rule, `${base}/${list}`, index);
    return {
      conditions: rule.conditions.map((condition) => compile(condition, quantifier)),
      place,
      places: rule.conditions.map((condition, c) => ({
        rule: `${base}/${list}/${ruleName(condition)}`,
        pointer: `${place.pointer}/conditions/${c}`,
      })),
      message: rule.on_deny ?? reason ?? message,
    };
  });
}

function compile({ path, op, value }: ConditionDocument, quantifier: Quantifier): Condition {
  const { root, steps } = readPath(path);
  if (op === "exists") return compileCondition({ root, steps, quantifier, ...existence(value === true) });
  return compileCondition({ root, steps, quantifier, test: TESTS[op](value), ifMissing: FALSE });
}

const TESTS: { readonly [Op in Exclude<Operator, "exists">]: (operand: JsonValue) => Test } = {
  eq: equals,
  neq: (operand) => negated(equals(operand)),
  lt: (operand) => compares((value) => value < Number(operand)),
  lte: (operand) => compares((value) => value <= Number(operand)),
  gt: (operand) => compares((value) => value > Number(operand)),
  gte: (operand) => compares((value) => value >= Number(operand)),
  in: (operand) => isIn(operand as readonly JsonValue[]),
  not_in: (operand) => negated(isIn(operand as readonly JsonValue[])),
  contains,
  regex: (operand) => matches(readRegex(operand)),
};

export function readPath(path: string): Path {
  const parsed = parsePath(path);
  if (!parsed.ok) throw new TypeError(`path of an accepted policy: ${parsed.message}`);
  return parsed.path;
}

function readRegex(source: JsonValue): LinearRegex {
  const compiled = compileLinearRegex(String(source));
  if (!compiled.ok) throw new TypeError(`expression of an accepted policy: ${compiled.message}`);
  return compiled.regex;
}

/** The regular expressions of rules, once for each expression and path, however often they stand there. */
export function matchesOf(rules: readonly RuleDocument[]): readonly Match[] {
  const matches = new Map<string, Match>();
  for (const { path, op, value } of rules.flatMap((rule) => rule.conditions)) {
    if (op === "regex")
      matches.set(JSON.stringify([path, value]), { path: readPath(path), size: readRegex(value).size });
  }
  return [...matches.values()];
}

/** A rule goes by its first condition; one without conditions goes by its index. */
function rulePlace(rule: RuleDocument, list: string, index: number): Place {
  const first = rule.conditions[0];
  return { rule: `${list}/${first === undefined ? index : ruleName(first)}`, pointer: `${list}/${index}` };
}

function ruleName(condition: ConditionDocument): string {
  return escapeSegment(`${condition.path}-${condition.op}`);
}
