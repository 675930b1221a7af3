import { type Condition, compileCondition, existence, once, type Quantifier } from "../evaluate/condition.js";
import type { Place } from "../evaluate/decision.js";
import { logicCondition } from "../evaluate/logic/expression.js";
import {
  compares,
  contains,
  equals,
  isHostIn,
  isIn,
  isPathWithin,
  matches,
  negated,
  type Test,
} from "../evaluate/operators.js";
import type { Rule } from "../evaluate/rule.js";
import { FALSE, TRUE } from "../evaluate/verdict.js";
import type { Match } from "../evaluate/work.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { type HostPattern, parseHostPattern } from "../internal/host.js";
import { compileLinearRegex, type LinearRegex } from "../internal/linear-regex.js";
import { readPath } from "../internal/path.js";
import { escapeSegment } from "../internal/pointer.js";
import type { ConditionDocument, JsonValue, Operator, RuleDocument } from "../policy/document.js";
import { compileLogic } from "./logic.js";

/** The lists of rules: what `[*]` means in them, and the message where the author wrote none. */
const LISTS: { readonly [list in RuleList]: { readonly quantifier: Quantifier; readonly message: string } } = {
  require: { quantifier: "all", message: "this call does not meet a requirement of the policy" },
  deny_if: { quantifier: "any", message: "the policy forbids this call" },
  require_approval_if: { quantifier: "any", message: "this call needs a person's approval" },
};

export type RuleList = "require" | "deny_if" | "require_approval_if";
type Rules = readonly RuleDocument[] | undefined;

/** Compiles the rules of one policy; an expression that stands there often is compiled once. */
export class RuleCompiler {
  readonly #regexes = new Map<string, LinearRegex>();

  compile(rules: Rules, list: RuleList, base: string, reason: string | undefined): readonly Rule[] {
    const { quantifier, message } = LISTS[list];
    return (rules ?? []).map((rule, index) => {
      const place = rulePlace(rule, `${base}/${list}`, index);
      if (rule.logic !== undefined) {
        return {
          // Logic that is the literal `true` is a rule without conditions, and known as one.
          conditions: rule.logic === true ? [] : [this.#logic(rule.logic)],
          place,
          places: [{ rule: place.rule, pointer: `${place.pointer}/logic` }],
          message: rule.on_deny ?? reason ?? message,
        };
      }
      return {
        conditions: rule.conditions.map((condition) => this.#condition(condition, quantifier)),
        place,
        places: rule.conditions.map((condition, c) => ({
          rule: `${base}/${list}/${ruleName(condition)}`,
          pointer: `${place.pointer}/conditions/${c}`,
        })),
        message: rule.on_deny ?? reason ?? message,
      };
    });
  }

  /** The regular expressions of rules, once for each expression and path, however often they stand there. */
  matches(lists: readonly Rules[]): readonly Match[] {
    const found = new Map<string, Match>();
    for (const { path, op, value } of lists.flatMap((rules) => rules ?? []).flatMap(conditionsOf)) {
      if (op !== "regex") continue;
      const key = JSON.stringify([path, value]);
      found.set(key, { key, path: readPath(path), size: this.#regex(value).size });
    }
    return [...found.values()];
  }

  #condition({ path, op, value, if_present }: ConditionDocument, quantifier: Quantifier): Condition {
    const { root, steps } = readPath(path);
    if (op === "exists") return compileCondition({ root, steps, quantifier, ...existence(value === true) });
    const ifMissing = if_present === true ? TRUE : FALSE;
    if (op !== "regex") return compileCondition({ root, steps, quantifier, test: TESTS[op](value), ifMissing });
    const match = compileCondition({ root, steps, quantifier, test: matches(this.#regex(value)), ifMissing });
    return once(JSON.stringify([path, value, quantifier, ifMissing]), match);
  }

  #logic(logic: JsonValue): Condition {
    return once(`logic ${canonicalJson(logic)}`, logicCondition(compileLogic(logic)));
  }

  #regex(source: JsonValue): LinearRegex {
    const text = String(source);
    const known = this.#regexes.get(text);
    if (known !== undefined) return known;
    const compiled = compileLinearRegex(text);
    if (!compiled.ok) throw new TypeError(`expression of an accepted policy: ${compiled.message}`);
    this.#regexes.set(text, compiled.regex);
    return compiled.regex;
  }
}

const TESTS: { readonly [Op in Exclude<Operator, "exists" | "regex">]: (operand: JsonValue) => Test } = {
  eq: equals,
  neq: (operand) => negated(equals(operand)),
  lt: (operand) => compares((value) => value < Number(operand)),
  lte: (operand) => compares((value) => value <= Number(operand)),
  gt: (operand) => compares((value) => value > Number(operand)),
  gte: (operand) => compares((value) => value >= Number(operand)),
  in: (operand) => isIn(operand as readonly JsonValue[]),
  not_in: (operand) => negated(isIn(operand as readonly JsonValue[])),
  contains,
  path_within: (operand) => isPathWithin(texts(operand)),
  host_in: (operand) => isHostIn(texts(operand).map((text) => parseHostPattern(text) as HostPattern)),
};

function texts(operand: JsonValue): readonly string[] {
  return (Array.isArray(operand) ? operand : [operand]) as readonly string[];
}

/** A rule goes by its first condition; one without conditions goes by its index. */
function rulePlace(rule: RuleDocument, list: string, index: number): Place {
  const [first] = conditionsOf(rule);
  return { rule: `${list}/${first === undefined ? index : ruleName(first)}`, pointer: `${list}/${index}` };
}

function conditionsOf({ conditions = [] }: RuleDocument): readonly ConditionDocument[] {
  return conditions;
}

function ruleName(condition: ConditionDocument): string {
  return escapeSegment(`${condition.path}-${condition.op}`);
}
