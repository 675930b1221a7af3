import { createGate, fromIntercept, type JsonValue, parsePolicy } from "callgate";
import { createSettableClock } from "callgate/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Condition, CountingReference, type Document, type Rule, type State } from "./reference.js";

const RUNS = 500;
const TOOLS = ["t", "u", "*"];
const SCOPES: Readonly<Record<string, string>> = { t: "t", u: "u", "*": "_global" };
const COUNTERS = ["a", "b"];

interface Step {
  readonly tool: string;
  readonly args: { readonly amount?: JsonValue };
  readonly later: number;
}

const bound = fc.integer({ min: 0, max: 6 });
const window = fc.constantFrom("minute", "hour", "day");

function boundOn(name: string): fc.Arbitrary<Condition> {
  return fc.record({ path: fc.constant(`state.${name}`), op: fc.constantFrom("lt", "lte"), value: bound });
}

/** A rule that counts with its own counter, held to one bound. */
function counting(tool: string, counter: string): fc.Arbitrary<Rule> {
  const state = fc.record(
    {
      counter: fc.constant(counter),
      window,
      increment: fc.constantFrom(0, 1, 2),
      increment_from: fc.constant("args.amount"),
    },
    { requiredKeys: ["counter", "window"] },
  ) as fc.Arbitrary<State>;
  const conditions = boundOn(`${SCOPES[tool]}.${counter}`).map((one) => [one]);
  return fc.record({ name: fc.constant("counts"), conditions, state });
}

const rateLimit: fc.Arbitrary<Rule> = fc.record({
  name: fc.constant("rate"),
  rate_limit: fc.tuple(fc.integer({ min: 1, max: 4 }), window).map(([count, unit]) => `${count}/${unit}`),
});

function entry(tool: string): fc.Arbitrary<{ rules: Rule[] }> {
  const counters = COUNTERS.map((counter) => fc.option(counting(tool, counter), { nil: undefined }));
  return fc
    .tuple(...counters, fc.option(rateLimit, { nil: undefined }))
    .map((rules) => ({ rules: rules.filter((rule) => rule !== undefined) }));
}

/** Every counter held by the rule that counts with it, and by no other. */
const plainDocument: fc.Arbitrary<Document> = fc
  .tuple(...TOOLS.map((tool) => entry(tool).map((rules) => [tool, rules] as const)))
  .map((entries) => ({ version: "1", tools: Object.fromEntries(entries) }));

/** The same, and further bounds on any counters, in any rules. */
const anyDocument: fc.Arbitrary<Document> = plainDocument.chain((document) => {
  const names = Object.entries(document.tools ?? {}).flatMap(([tool, held]) =>
    (held?.rules ?? []).flatMap(({ state }) => (state === undefined ? [] : [`${SCOPES[tool]}.${state.counter}`])),
  );
  if (names.length === 0) return fc.constant(document);
  const more = fc.array(fc.constantFrom(...names).chain(boundOn), { minLength: 1, maxLength: 2 });
  const rule = more.map((conditions): Rule => ({ name: "reads", conditions }));
  return fc.record({ tool: fc.constantFrom(...TOOLS), rule }).map(({ tool, rule: reading }) => ({
    ...document,
    tools: { ...document.tools, [tool]: { rules: [...(document.tools?.[tool]?.rules ?? []), reading] } },
  }));
});

function steps(amounts: readonly (JsonValue | undefined)[]): fc.Arbitrary<Step[]> {
  const args = fc.constantFrom(...amounts).map((amount) => (amount === undefined ? {} : { amount }));
  const later = fc.constantFrom(0, 0, 0, 1_000, 60_000, 3_600_000, 86_400_000);
  return fc.array(fc.record({ tool: fc.constantFrom("t", "u", "other"), args, later }), {
    minLength: 4,
    maxLength: 15,
  });
}

/** Makes the calls, and says of each what the gate and Intercept say, given the calls that the gate let through. */
async function play(document: Document, calls: readonly Step[]): Promise<{ here: boolean; there: boolean }[]> {
  const clock = createSettableClock(Date.UTC(2026, 0, 1, 23, 58));
  const gate = createGate({ policy: parsePolicy(fromIntercept(document)), clock });
  const intercept = new CountingReference(document);
  const said: { here: boolean; there: boolean }[] = [];
  for (const { tool, args, later } of calls) {
    clock.advance(later);
    const there = intercept.allows(tool, args, clock.now());
    const { allowed: here } = await gate.run({ name: tool, arguments: args }, {}, () => "ok");
    if (here) intercept.count(tool, args, clock.now());
    said.push({ here, there });
  }
  return said;
}

test("with any bounds and amounts, no call passes that Intercept would deny after the same calls", async () => {
  const seen = { passed: 0, denied: 0 };
  await fc.assert(
    fc.asyncProperty(anyDocument, steps([0, 1, 2, 5, 0.5, 2.75, -1, "1", null, undefined]), async (document, calls) => {
      for (const { here, there } of await play(document, calls)) {
        if (here) expect(there).toBe(true);
        seen[here ? "passed" : "denied"]++;
      }
    }),
    { numRuns: RUNS },
  );
  expect(Math.min(seen.passed, seen.denied)).toBeGreaterThan(RUNS);
});

test("with a bound for each counter and whole amounts, exactly the calls pass that Intercept lets through", async () => {
  const seen = { passed: 0, denied: 0 };
  await fc.assert(
    fc.asyncProperty(plainDocument, steps([0, 1, 2, 5, undefined]), async (document, calls) => {
      for (const { here, there } of await play(document, calls)) {
        expect(here).toBe(there);
        seen[here ? "passed" : "denied"]++;
      }
    }),
    { numRuns: RUNS },
  );
  expect(Math.min(seen.passed, seen.denied)).toBeGreaterThan(RUNS);
});
