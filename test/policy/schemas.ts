import type { JsonSchema, JsonValue } from "callgate";
import fc from "fast-check";

const PLAIN = { noNullPrototype: true } as const;
const type = fc.constantFrom("string", "number", "integer", "boolean", "array", "object", "null");
const value = fc.constantFrom<JsonValue>(0, 1, 5, 100, "a", "", true, null, [], ["a"]);
const name = fc.constantFrom("n", "s", "deep", "deep.n", "items");
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: (member) => JSON.stringify(member) });

type Keyword = readonly [keyword: string, value: unknown];

const keyword = (word: string, arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<Keyword> =>
  arbitrary.map((given) => [word, given] as const);

const PLAIN_KEYWORDS: readonly fc.Arbitrary<Keyword>[] = [
  keyword("type", fc.oneof(type, fc.uniqueArray(type, { minLength: 2, maxLength: 4 }))),
  keyword("minimum", fc.constantFrom(-1, 0, 50)),
  keyword("exclusiveMaximum", fc.constantFrom(5, 101)),
  keyword("multipleOf", fc.constantFrom(1, 5)),
  keyword("minLength", fc.constantFrom(0, 1, 2)),
  keyword("enum", values),
  keyword("maxItems", fc.constantFrom(0, 1, 2)),
  keyword("maxProperties", fc.constantFrom(1, 3)),
  keyword("required", fc.uniqueArray(name, { maxLength: 1 })),
];

/** A schema of a keyword or two, so that a value has a chance; those of schemas in it are plain. */
const plain: fc.Arbitrary<JsonSchema> = schemaOf(PLAIN_KEYWORDS);
const few = fc.array(plain, { minLength: 1, maxLength: 2 });
const nested: fc.Arbitrary<JsonSchema> = schemaOf([
  ...PLAIN_KEYWORDS,
  keyword("items", plain),
  keyword("properties", fc.dictionary(name, plain, { maxKeys: 2, ...PLAIN })),
  keyword("anyOf", few),
  keyword("allOf", few),
  keyword("oneOf", few),
  keyword("not", plain),
]);

function schemaOf(keywords: readonly fc.Arbitrary<Keyword>[]): fc.Arbitrary<JsonSchema> {
  const some = fc.array(fc.oneof(...keywords), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 9, arbitrary: some.map((chosen) => Object.fromEntries(chosen) as JsonSchema) },
    { weight: 1, arbitrary: fc.boolean() },
  );
}

/** Schemas of arguments, which about half of the generated arguments fit. */
export const argumentSchema: fc.Arbitrary<JsonSchema> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(name, nested, { maxKeys: 1, ...PLAIN }),
        required: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.tuple(name)),
        additionalProperties: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, plain),
      },
      { requiredKeys: ["type"], ...PLAIN },
    ),
  },
  { weight: 1, arbitrary: nested },
);
