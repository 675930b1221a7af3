import type { Call, CallContext, ConditionDocument, PolicyDocument, ToolRules } from "callgate";
import fc from "fast-check";
import { METHODS, smallJson, TOOL_NAMES, URIS } from "../policy/documents.js";
import { argumentSchema } from "../policy/schemas.js";
import { entriesFor, isExact, matches, type ReferenceCall } from "./reference.js";

/** A call, and who makes it. */
export interface Asked {
  readonly call: Call & ReferenceCall;
  readonly context: CallContext;
}

const hostile = fc.constantFrom<unknown>(2 ** 53, 1e21, Number.NaN, Number.POSITIVE_INFINITY, "5000", [5], {
  a: 1e300,
});
const value: fc.Arbitrary<unknown> = fc.oneof({ weight: 9, arbitrary: smallJson }, { weight: 1, arbitrary: hostile });
const price = fc.record({ price: value }, { requiredKeys: [], noNullPrototype: true });
const items = fc.oneof(fc.array(fc.oneof(value, price), { maxLength: 3 }), fc.array(price, { maxLength: 3 }), value);

const randomArguments: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    n: value,
    s: value,
    deep: fc.oneof(fc.record({ n: value }, { requiredKeys: [], noNullPrototype: true }), value),
    "deep.n": value,
    items,
  },
  { requiredKeys: [], noNullPrototype: true },
);

const context: fc.Arbitrary<CallContext> = fc.record(
  {
    grant: fc.constantFrom("a", "b"),
    session: fc.constantFrom("s", "s", "s", undefined),
    server: fc.constantFrom("s", "t"),
    labels: fc.record({ team: value }, { requiredKeys: [], noNullPrototype: true }),
    now: fc.oneof(
      fc.constantFrom(Date.UTC(2026, 0, 1, 12, 30), -1, 0),
      fc.integer({ min: -(10 ** 13), max: 10 ** 13 }),
    ),
    facts: fc.record({ role: value }, { requiredKeys: [], noNullPrototype: true }),
    tool: fc.record({ inputSchema: argumentSchema }, { requiredKeys: [], noNullPrototype: true }),
  },
  { requiredKeys: ["session"], noNullPrototype: true },
);

/** A value that makes the condition true. */
function satisfying({ op, value: operand }: ConditionDocument): unknown {
  switch (op) {
    case "neq":
      return typeof operand === "number" ? operand + 1 : typeof operand === "string" ? `${operand}!` : !operand;
    case "lt":
      return Number(operand) - 1;
    case "gt":
      return Number(operand) + 1;
    case "in":
      return Array.isArray(operand) ? operand[0] : operand;
    case "not_in":
      return Array.isArray(operand) && typeof operand[0] === "string" ? "none of them" : -5;
    case "exists":
      return operand === true ? "here" : null;
    case "regex":
      return { a: "bab", "^a+$": "aaa", "(?i)PAY": "I Pay", "^$": "", "[0-9]": "a1", "\\bé": "aé", "^p": "p" }[
        String(operand)
      ];
    case "contains":
      return [operand];
    default:
      return operand;
  }
}

/** Puts `value` where one of the paths of generated policies leads. */
function put(
  asked: { args: Record<string, unknown>; facts: Record<string, unknown> },
  path: string,
  value: unknown,
): void {
  const { args, facts } = asked;
  const list = Array.isArray(args.items) ? args.items : [];
  const places: Readonly<Record<string, () => void>> = {
    "args.n": () => Object.assign(args, { n: value }),
    "args.s": () => Object.assign(args, { s: value }),
    "args.deep.n": () => Object.assign(args, { deep: { n: value } }),
    'args["deep.n"]': () => Object.assign(args, { "deep.n": value }),
    "args.items[*]": () => Object.assign(args, { items: list.length === 0 ? [value] : list.map(() => value) }),
    "args.items[*].price": () =>
      Object.assign(args, { items: [{ price: value }, ...list.map(() => ({ price: value }))] }),
    "args.items[0]": () => Object.assign(args, { items: [value, ...list.slice(1)] }),
    "args.__proto__": () => Object.defineProperty(args, "__proto__", { value, enumerable: true, configurable: true }),
    "context.role": () => Object.assign(facts, { role: value }),
  };
  places[path]?.();
}

const mostly = fc.nat(9).map((tenth) => tenth > 1);

/** What an entry for this name says, and what holds for all tools. */
function rulesFor(document: PolicyDocument, kind: ReferenceCall["kind"], name: string): readonly ToolRules[] {
  const listed = ({ entries = {} }: { entries?: Readonly<Record<string, ToolRules>> } = {}): readonly ToolRules[] =>
    Object.entries(entries).flatMap(([key, entry]) => (matches(key, name) ? [entry] : []));
  if (kind === "resource") return listed(document.resources);
  if (kind === "prompt") return listed(document.prompts);
  return [...listed({ entries: document.tools ?? {} }), document.all_tools ?? {}];
}

const otherCalls = fc.oneof(
  fc.record({ kind: fc.constant("resource" as const), name: fc.constantFrom(...URIS.keys()) }),
  fc.record({ kind: fc.constant("prompt" as const), name: fc.constantFrom<string>(...TOOL_NAMES, "unlisted") }),
  fc.record({ kind: fc.constant("method" as const), name: fc.constantFrom<string>(...METHODS) }),
);

/** How numbers that no double holds exactly fare with a schema is a matter of their own: no other validator minds. */
function tame(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, isExact(value) ? value : 0]));
}

/** Calls that `document` has something to say about; many of them satisfy what it requires. */
export function callsFor(document: PolicyDocument): fc.Arbitrary<Asked> {
  const listed = TOOL_NAMES.filter((name) => entriesFor(document, name).length > 0);
  const anyName = fc.constantFrom<string>(...TOOL_NAMES, "unlisted");
  const name =
    listed.length === 0 ? anyName : fc.oneof({ weight: 9, arbitrary: fc.constantFrom<string>(...listed) }, anyName);
  const toolCall = fc.record({ kind: fc.constant("tool" as const), name });
  const named = fc.oneof({ weight: 4, arbitrary: toolCall }, { weight: 1, arbitrary: otherCalls });
  return fc
    .record({ named, args: randomArguments, context, satisfied: fc.array(mostly, { minLength: 8, maxLength: 8 }) })
    .map(({ named: { kind, name }, args, context, satisfied }) => {
      const rules = rulesFor(document, kind, name);
      const asked = { args: { ...args }, facts: { ...context.facts } };
      const conditions = rules.flatMap(({ require = [] }) => require).flatMap((rule) => rule.conditions ?? []);
      for (const { increment_from } of rules.flatMap(({ limits = [] }) => limits))
        if (satisfied[0]) put(asked, increment_from ?? "", 2.5);
      conditions.forEach((condition, index) => {
        if (satisfied[index % satisfied.length]) put(asked, condition.path, satisfying(condition));
      });
      const held = rules.some(({ args }) => args !== undefined);
      const call = { kind, name, arguments: held ? tame(asked.args) : asked.args };
      return { call, context: { ...context, facts: asked.facts } };
    });
}
