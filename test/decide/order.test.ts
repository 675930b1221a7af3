import {
  type Charge,
  type ConditionDocument,
  type Decision,
  decide,
  type PolicyDocument,
  parsePolicy,
  type ToolRules,
} from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileLinearRegex, MAX_REGEX_WORK } from "../../src/internal/linear-regex.js";
import { limit, NAME_PATTERNS, policyDocument, rule, TOOL_NAMES } from "../policy/documents.js";
import { callsFor } from "./calls.js";

const RUNS = { numRuns: 1_000 };
const SLOW = { timeout: 60_000 };
const asked = policyDocument.chain((document) => callsFor(document).map((call) => ({ document, ...call })));

/** What has an order of its own, and where a repetition says something: operands, paths of a counter, JSON Schema. */
const ORDERED: ReadonlySet<string> = new Set(["value", "by", "args"]);

/** Every list of `value` with its members in another order and some of them twice; values and `by` are no such lists. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) {
    const members = value.flatMap((member) => (random() < 0.3 ? [member, member] : [member]));
    return members
      .map((member) => [random(), shuffled(member, random)] as const)
      .sort(([a], [b]) => a - b)
      .map(([, member]) => member);
  }
  if (value === null || typeof value !== "object") return value;
  const keys = shuffled(Object.keys(value), () => random() * 0.7 + 0.3) as string[];
  const members = keys.map((key) => [
    key,
    ORDERED.has(key) ? Reflect.get(value, key) : shuffled(Reflect.get(value, key), random),
  ]);
  return Object.fromEntries(members);
}

/** What a decision comes to, whatever reason it reports. */
function effect({ outcome, charges, approvals }: Decision): object {
  const amounts = charges.map(({ counter, scope, owner, window, by, amount, max, min, refund }) =>
    JSON.stringify([counter, scope, owner, window, by, amount, max, min?.value, refund]),
  );
  const reasons = new Set(approvals.map(({ reason }) => reason));
  return { outcome, charges: amounts.sort(), approvals: [...reasons].sort() };
}

describe("order", () => {
  test(
    "the order and the repetition of rules, conditions, limits and names change nothing but the reason",
    SLOW,
    () => {
      fc.assert(
        fc.property(asked, fc.noShrink(fc.integer()), ({ document, call, context }, seed) => {
          let state = seed >>> 0;
          const random = (): number => {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
            return state / 2 ** 32;
          };
          const other = parsePolicy(shuffled(document, random));
          expect(effect(decide(other, call, context))).toEqual(effect(decide(parsePolicy(document), call, context)));
        }),
        RUNS,
      );
    },
  );

  test("the order of conditions changes nothing where the cap on matching is near", () => {
    const compiled = compileLinearRegex("z");
    const size = compiled.ok ? compiled.regex.size : 0;
    const costly: ConditionDocument = { path: "args.s", op: "regex", value: "z" };
    const never: ConditionDocument = { path: "args.never", op: "exists", value: true };
    // One match costs two thirds of what a call may spend.
    const args = { s: Array.from({ length: 20 }, () => "a".repeat(Math.floor(MAX_REGEX_WORK / size / 30))) };
    const each = { ...costly, path: "args.s[*]" };
    const outcomes = [
      [each, never],
      [never, each],
    ].map((conditions) => {
      const deny_if = [{ conditions }, { conditions: [each] }];
      const policy = parsePolicy({ version: "1", default: "deny", tools: { t: { deny_if } } });
      return decide(policy, { name: "t", arguments: args }).outcome;
    });
    expect(outcomes[0]).toBe(outcomes[1]);
  });
});

/** A counter, for one set of the values that it is kept by. */
function counted({ counter, by }: Charge): string {
  return JSON.stringify([counter, by]);
}

type Tightening = (document: PolicyDocument) => PolicyDocument;

const nameOf = (document: PolicyDocument, index: number): string | undefined => {
  const names = Object.keys(document.tools ?? {});
  return names[index % Math.max(1, names.length)];
};

function withEntry(document: PolicyDocument, index: number, change: (rules: ToolRules) => ToolRules): PolicyDocument {
  const name = nameOf(document, index);
  if (name === undefined) return document;
  const entries = Object.entries(document.tools ?? {}).map(([key, rules]) => [
    key,
    key === name ? change(rules) : rules,
  ]);
  return { ...document, tools: Object.fromEntries(entries) };
}

const tightening: fc.Arbitrary<Tightening> = fc.oneof(
  fc.constantFrom<string>(...TOOL_NAMES, "unlisted", ...NAME_PATTERNS).map(
    (name): Tightening =>
      (document) => ({ ...document, hide: [...(document.hide ?? []), name] }),
  ),
  fc
    .tuple(fc.nat(5), fc.constantFrom("require" as const, "deny_if" as const, "require_approval_if" as const), rule)
    .map(
      ([index, list, added]): Tightening =>
        (document) =>
          withEntry(document, index, (rules) => ({ ...rules, [list]: [...(rules[list] ?? []), added] })),
    ),
  fc.tuple(fc.nat(5), limit).map(
    ([index, added]): Tightening =>
      (document) =>
        withEntry(document, index, (rules) => ({ ...rules, limits: [added, ...(rules.limits ?? [])] })),
  ),
  fc.tuple(fc.constantFrom("require" as const, "deny_if" as const, "require_approval_if" as const), rule).map(
    ([list, added]): Tightening =>
      (document) => ({
        ...document,
        all_tools: { ...document.all_tools, [list]: [...(document.all_tools?.[list] ?? []), added] },
      }),
  ),
  limit.map(
    (added): Tightening =>
      (document) => ({
        ...document,
        all_tools: { ...document.all_tools, limits: [...(document.all_tools?.limits ?? []), added] },
      }),
  ),
  fc.tuple(fc.nat(5), fc.constantFrom("deny" as const, "require_approval" as const)).map(
    ([index, action]): Tightening =>
      (document) =>
        withEntry(document, index, (rules) => ({ ...rules, action: rules.action === "deny" ? "deny" : action })),
  ),
);

const STRICTNESS = { allow: 0, require_approval: 1, deny: 2 };

test("adding a rule, a limit, a hidden name or an action only tightens", SLOW, () => {
  let tightened = 0;
  fc.assert(
    fc.property(asked, tightening, ({ document, call, context }, tighten) => {
      const before = decide(parsePolicy(document), call, context);
      const after = decide(parsePolicy(tighten(document)), call, context);
      expect(STRICTNESS[after.outcome]).toBeGreaterThanOrEqual(STRICTNESS[before.outcome]);
      if (STRICTNESS[after.outcome] > STRICTNESS[before.outcome]) tightened++;
      if (after.outcome === "deny") return;
      for (const charge of before.charges) {
        const same = after.charges.find((other) => counted(other) === counted(charge));
        expect(same?.amount).toBeGreaterThanOrEqual(charge.amount);
        expect(same?.max ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(charge.max ?? Number.POSITIVE_INFINITY);
      }
    }),
    RUNS,
  );
  expect(tightened / RUNS.numRuns).toBeGreaterThan(0.02);
});
