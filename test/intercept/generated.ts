import type { JsonValue } from "callgate";
import fc from "fast-check";
import type { Condition, Document, Rule } from "./reference.js";

// Numbers are few, small, and written alike in Go and here: the text forms that Intercept compares are then the same.
const TEXTS = ["a", "ab", "5", "7", "true", "", "<nil>"];
const NUMBERS = [0, 5, 7, 0.5, -1];

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(...NUMBERS);
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("n", "m"), scalar, { maxKeys: 2, noNullPrototype: true }) },
);

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [], noNullPrototype: true });

/** Arguments of any type under the names that conditions look at. */
export const anyArguments: fc.Arbitrary<Record<string, JsonValue>> = record({
  text: anyValue,
  number: anyValue,
  yes: anyValue,
  texts: anyValue,
  deep: anyValue,
  "deep.n": anyValue,
  "list[0]": anyValue,
}) as fc.Arbitrary<Record<string, JsonValue>>;

/** Arguments each of which has the type that its name says, or is missing. */
export const typedArguments: fc.Arbitrary<Record<string, JsonValue>> = record({
  text,
  number,
  yes: fc.boolean(),
  texts: fc.array(text, { maxLength: 3 }),
  deep: record({ n: number }),
  "list[0]": text,
}) as fc.Arbitrary<Record<string, JsonValue>>;

const PATHS = ["text", "number", "yes", "texts", "deep", "deep.n", "list[0]", "texts.0"];
const COMPARISONS = ["lt", "lte", "gt", "gte"];
const EXPRESSIONS = ["^a", "b$", "[0-9]", "a|5"];

/** A condition that may look at a value of another type than its operand's. */
const anyCondition: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.record({ op: fc.constantFrom("eq", "neq", "contains"), value: scalar }),
    fc.record({ op: fc.constant("in"), value: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant("not_in"), value: fc.oneof(listOf(text), listOf(number), listOf(fc.boolean())) }),
    fc.record({ op: fc.constantFrom(...COMPARISONS), value: number }),
    fc.record({ op: fc.constant("regex"), value: fc.constantFrom(...EXPRESSIONS) }),
    fc.record({ op: fc.constant("exists"), value: fc.boolean() }),
  )
  .chain((rest) => fc.constantFrom(...PATHS).map((name) => ({ path: `args.${name}`, ...rest })));

/** A condition whose operand has the type of what it looks at. */
const typedCondition: fc.Arbitrary<Condition> = fc.oneof(
  ...(["text", "list[0]"] as const).flatMap((name) => [
    condition(name, fc.constantFrom("eq", "neq", "contains"), text),
    condition(name, fc.constantFrom("in", "not_in"), listOf(text)),
    condition(name, fc.constant("regex"), fc.constantFrom(...EXPRESSIONS)),
  ]),
  ...(["number", "deep.n"] as const).flatMap((name) => [
    condition(name, fc.constantFrom("eq", "neq", ...COMPARISONS), number),
    condition(name, fc.constantFrom("in", "not_in"), listOf(number)),
  ]),
  condition("yes", fc.constantFrom("eq", "neq"), fc.boolean()),
  condition("texts", fc.constant("contains"), text),
  ...PATHS.filter((name) => name !== "texts.0").map((name) => condition(name, fc.constant("exists"), fc.boolean())),
);

function condition(name: string, op: fc.Arbitrary<string>, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<Condition> {
  return fc.record({ path: fc.constant(`args.${name}`), op, value });
}

function listOf(item: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue[]> {
  return fc.array(item, { minLength: 1, maxLength: 3 });
}

function rules(conditions: fc.Arbitrary<Condition>): fc.Arbitrary<Rule[]> {
  const rule = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        name: fc.constant("r"),
        conditions: fc.array(conditions, { minLength: 1, maxLength: 2 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ name: fc.constant("r"), action: fc.constant("deny" as const) }) },
  );
  return fc.array(rule, { maxLength: 2 });
}

export const TOOLS: readonly string[] = ["pay", "read", "__proto__", "_global", "other", "*"];

function documents(conditions: fc.Arbitrary<Condition>): fc.Arbitrary<Document> {
  const entry = fc.oneof({ weight: 5, arbitrary: fc.record({ rules: rules(conditions) }) }, fc.constant(null));
  return fc.record(
    {
      version: fc.constant("1" as const),
      default: fc.constantFrom("allow", "deny"),
      hide: fc.subarray(["pay", "read", "unknown"], { maxLength: 1 }),
      tools: fc
        .uniqueArray(fc.tuple(fc.constantFrom("pay", "read", "__proto__", "_global", "*"), entry), {
          selector: ([name]) => name,
        })
        .map((entries) => Object.fromEntries(entries)),
    },
    { requiredKeys: ["version"] },
  ) as fc.Arbitrary<Document>;
}

export const anyDocument: fc.Arbitrary<Document> = documents(anyCondition);
export const typedDocument: fc.Arbitrary<Document> = documents(typedCondition);
