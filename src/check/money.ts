import type { Path } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import type { Finding, Segments } from "./finding.js";
import { keysAt, locate } from "./locate.js";
import type { OfferedTool } from "./offer.js";
import { type ConditionReading, type Part, pathKey, type RuleReading } from "./part.js";
import type { Subject } from "./subject.js";
import { factsOf } from "./value-facts.js";
import { writePath } from "./write-path.js";

const AMOUNTS: ReadonlySet<string> = new Set(["amount", "price", "total", "cost", "value", "fee", "payment", "budget"]);
const CURRENCIES: ReadonlySet<string> = new Set(["currency", "currencies", "ccy"]);
const COMPARISONS: ReadonlySet<string> = new Set(["lt", "lte", "gt", "gte"]);

/** A place where an amount is compared or counted. */
interface Use {
  readonly at: Path;
  readonly path: Segments;
  /** What goes with it: the rule that compares, or what the counter belongs to. */
  readonly beside: readonly Path[];
}

/** Amounts that are compared or counted where the tool takes a currency that nothing pins: 100 of what? */
export function checkMoney(subject: Subject): Finding[] {
  return subject.parts.flatMap((part) => {
    const seen = new Set<string>();
    return usesOf(part).flatMap((use): Finding[] => {
      const currency = seen.has(pathKey(use.at)) ? undefined : unpinned(subject, part, use);
      if (currency === undefined) return [];
      seen.add(pathKey(use.at));
      const message = `the same number is another amount in another currency, and ${quote(currency)} may be any`;
      const help = `in \`require\`: { "path": ${JSON.stringify(currency)}, "op": "eq", "value": … }`;
      return [{ severity: "warning", code: "amount_without_currency", path: use.path, message, help }];
    });
  });
}

function usesOf({ rules, limits }: Part): readonly Use[] {
  const compared = rules.flatMap((rule) =>
    rule.conditions
      .filter(({ condition }) => COMPARISONS.has(condition.op))
      .map(({ at, path }) => ({ at, path: [...path, "path"], beside: pins(rule) })),
  );
  const counted = limits.flatMap(({ from, by, path }) =>
    from === undefined ? [] : [{ at: from, path: [...path, "increment_from"], beside: by }],
  );
  return [...compared, ...counted].filter(({ at }) => at.root === "args" && isNamed(at, AMOUNTS));
}

/** The currency that goes with an amount in some tool, as a path, where neither policy nor schema says which it is. */
function unpinned(subject: Subject, part: Part, { at, beside }: Use): string | undefined {
  if (beside.some((path) => isNamed(path, CURRENCIES))) return undefined;
  for (const tool of part.tools ?? []) {
    const parts = subject.partsFor(tool);
    const pinned = parts.some((other) => other.opaque || other.rules.some((rule) => pinsForAll(rule)));
    const currency = pinned ? undefined : currencyBeside(subject, tool, at);
    if (currency !== undefined) return currency;
  }
  return undefined;
}

/** A currency at the side of the amount, or among the arguments. */
function currencyBeside({ work }: Subject, { schema }: OfferedTool, { root, steps }: Path): string | undefined {
  const source = { root: schema, work };
  const lastName = steps.findLastIndex(({ kind }) => kind === "key");
  for (const above of [steps.slice(0, lastName), []]) {
    const location = locate(schema ?? true, above, source);
    const names = location.kind === "found" ? keysAt(location.alternatives) : [];
    const key = names.find((name) => wordsOf(name).some((word) => CURRENCIES.has(word)));
    if (key === undefined) continue;
    const path = [...above, { kind: "key", key } as const];
    const found = locate(schema, path, source);
    const only = found.kind === "found" && factsOf(found.alternatives).values?.length === 1;
    return only ? undefined : writePath(root, path);
  }
  return undefined;
}

/** Whether a rule lets only known currencies pass, for every call. */
function pinsForAll(rule: RuleReading): boolean {
  const paths =
    rule.list === "require"
      ? pins(rule)
      : rule.list === "deny_if" && rule.conditions.length === 1
        ? exclusions(rule)
        : [];
  return paths.some((path) => isNamed(path, CURRENCIES));
}

function pins({ conditions }: RuleReading): readonly Path[] {
  return pathsWith(conditions, ["eq", "in", "regex"]);
}

function exclusions({ conditions }: RuleReading): readonly Path[] {
  return pathsWith(conditions, ["neq", "not_in"]);
}

function pathsWith(conditions: readonly ConditionReading[], ops: readonly string[]): readonly Path[] {
  return conditions.filter(({ condition }) => ops.includes(condition.op)).map(({ at }) => at);
}

/** Whether the last name of a path is one of these words, or has one: `amount`, `unit_price`, `totalCost`. */
function isNamed({ steps }: Path, words: ReadonlySet<string>): boolean {
  const last = steps.findLast(({ kind }) => kind === "key");
  return last?.kind === "key" && wordsOf(last.key).some((word) => words.has(word));
}

function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
