// What Intercept does with a call, read from its documentation and its engine.
// Plain on purpose: nothing of it is shared with the library.

import type { JsonValue } from "callgate";

export interface Condition {
  readonly path: string;
  readonly op: string;
  readonly value: JsonValue;
}

export interface Rule {
  readonly name: string;
  readonly action?: "evaluate" | "deny";
  readonly conditions?: readonly Condition[];
  readonly on_deny?: string;
  readonly rate_limit?: string;
  readonly state?: State;
}

export interface State {
  readonly counter: string;
  readonly window: string;
  readonly increment?: number;
  readonly increment_from?: string;
}

export interface Document {
  readonly description?: string;
  readonly version: "1";
  readonly default?: "allow" | "deny";
  readonly hide?: readonly string[];
  readonly tools?: { readonly [name: string]: { readonly rules?: readonly Rule[] } | null };
}

type Arguments = { readonly [name: string]: unknown };

/** The value of the counter `<scope>.<counter>`. */
type ReadCounter = (name: string) => number;

/** Whether the rules let the call pass, before anything is counted. */
export function allowedByIntercept(
  document: Document,
  tool: string,
  args: Arguments,
  read: ReadCounter = () => 0,
): boolean {
  const { hide = [], tools = {} } = document;
  if (hide.includes(tool) || hide.includes("*")) return false;
  if (document.default === "deny" && !Object.hasOwn(tools, tool)) return false;
  const names = tool === "*" ? [tool] : [tool, "*"];
  const rules = names.flatMap((name) => (Object.hasOwn(tools, name) ? (tools[name]?.rules ?? []) : []));
  return rules.every(
    (rule) => rule.action !== "deny" && (rule.conditions ?? []).every((one) => holds(one, args, read)),
  );
}

function holds({ path, op, value: operand }: Condition, args: Arguments, read: ReadCounter): boolean {
  const found = path.startsWith("state.")
    ? { value: read(path.slice("state.".length)) }
    : lookUp(path.slice("args.".length).split("."), args);
  if (op === "exists") return (found !== undefined && found.value !== null) === operand;
  if (found === undefined) return false;
  const { value } = found;
  switch (op) {
    case "eq":
      return same(value, operand);
    case "neq":
      return !same(value, operand);
    case "in":
      return (operand as JsonValue[]).some((one) => same(value, one));
    case "not_in":
      return !(operand as JsonValue[]).some((one) => same(value, one));
    case "lt":
      return areNumbers(value, operand) && Number(value) < Number(operand);
    case "lte":
      return areNumbers(value, operand) && Number(value) <= Number(operand);
    case "gt":
      return areNumbers(value, operand) && Number(value) > Number(operand);
    case "gte":
      return areNumbers(value, operand) && Number(value) >= Number(operand);
    case "regex":
      // The expressions of the tests mean the same to RE2 and to JavaScript.
      return typeof value === "string" && new RegExp(String(operand)).test(value);
    case "contains":
      if (typeof value === "string") return typeof operand === "string" && value.includes(operand);
      return Array.isArray(value) && value.some((one) => same(one, operand));
    default:
      throw new Error(`no operator ${op}`);
  }
}

const WINDOWS: { readonly [window: string]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** What a rule with a `state` block reserves: `amount` is undefined where the call has none that can be counted. */
interface Demand {
  readonly name: string;
  readonly window: string;
  readonly amount: number | undefined;
  readonly limit: number;
}

/** The counters of one Intercept: what it would let through, given the calls that went through before. */
export class CountingReference {
  readonly #document: Document;
  readonly #counters = new Map<string, { readonly window: number; readonly value: number }>();

  constructor(document: Document) {
    const entries = Object.entries(document.tools ?? {}).map(([tool, entry]) => [
      tool,
      { rules: (entry?.rules ?? []).map((rule) => writtenOut(rule, scopeOf(tool))) },
    ]);
    this.#document = { ...document, tools: Object.fromEntries(entries) };
  }

  allows(tool: string, args: Arguments, now: number): boolean {
    const read: ReadCounter = (name) => this.#value(name, this.#windowOf(name), now);
    if (!allowedByIntercept(this.#document, tool, args, read)) return false;
    return this.#demands(tool, args).every(
      ({ name, window, amount, limit }) => amount !== undefined && this.#value(name, window, now) + amount <= limit,
    );
  }

  count(tool: string, args: Arguments, now: number): void {
    for (const { name, window, amount = 0 } of this.#demands(tool, args)) {
      const value = this.#value(name, window, now) + amount;
      this.#counters.set(name, { window: windowAt(window, now), value });
    }
  }

  #value(name: string, window: string, now: number): number {
    const counter = this.#counters.get(name);
    return counter === undefined || counter.window !== windowAt(window, now) ? 0 : counter.value;
  }

  #windowOf(name: string): string {
    const blocks = Object.entries(this.#document.tools ?? {}).flatMap(([tool, entry]) =>
      (entry?.rules ?? []).map(({ state }) => ({ name: `${scopeOf(tool)}.${state?.counter}`, window: state?.window })),
    );
    return blocks.find((block) => block.name === name)?.window ?? "day";
  }

  #demands(tool: string, args: Arguments): Demand[] {
    return [tool, "*"].flatMap((key) =>
      (this.#document.tools?.[key]?.rules ?? []).flatMap(({ state, conditions = [] }) => {
        if (state === undefined) return [];
        const name = `${scopeOf(key)}.${state.counter}`;
        const bound = conditions.find(({ path, op }) => path === `state.${name}` && ["lt", "lte"].includes(op));
        const most = Math.trunc(Number(bound?.value));
        const limit = bound === undefined ? Number.POSITIVE_INFINITY : bound.op === "lt" ? most - 1 : most;
        return [{ name, window: state.window, amount: amountOf(state, args), limit }];
      }),
    );
  }
}

/** Whole numbers only: fractions are cut off. */
function amountOf({ increment, increment_from }: State, args: Arguments): number | undefined {
  if (increment_from === undefined) return increment || 1;
  const found = lookUp(increment_from.slice("args.".length).split("."), args);
  return typeof found?.value === "number" ? Math.trunc(found.value) : undefined;
}

function writtenOut(rule: Rule, scope: string): Rule {
  const [count, window] = rule.rate_limit?.split("/") ?? [];
  if (window === undefined) return rule;
  const counter = `_rate_${window}`;
  const condition = { path: `state.${scope}.${counter}`, op: "lte", value: Number(count) };
  return { name: rule.name, conditions: [condition], state: { counter, window } };
}

function scopeOf(tool: string): string {
  return tool === "*" ? "_global" : tool;
}

function windowAt(window: string, now: number): number {
  return Math.floor(now / (WINDOWS[window] ?? 0));
}

/** Objects only: what is below anything else is missing. */
function lookUp(names: readonly string[], args: Arguments): { readonly value: unknown } | undefined {
  let value: unknown = args;
  for (const name of names) {
    if (value === null || typeof value !== "object" || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Arguments)[name];
  }
  return { value };
}

function areNumbers(a: unknown, b: unknown): boolean {
  return typeof a === "number" && typeof b === "number";
}

/** Two numbers as numbers, everything else by its text in Go (`%v`). */
function same(a: unknown, b: unknown): boolean {
  return areNumbers(a, b) ? a === b : goText(a) === goText(b);
}

function goText(value: unknown): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${goText((value as Arguments)[key])}`).join(" ")}]`;
}
