import { checkPolicy, parsePolicy } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PATHS, policyDocument, TOOL_NAMES } from "../policy/documents.js";
import { readMarked } from "../policy/issues.js";
import { PAY } from "./check-case.js";

const MARKED = `{
  "version": "1",
  "default": ①"deny",
  "hide": [②"gone"],
  "tools": {
    "pay": { "require": [{ "conditions": [{ "path": "args.to", "op": "regex", "value": ③"a" }] }] },
    ④"a/b": {}
  }
}`;

describe("places", () => {
  const { text, places } = readMarked(MARKED);
  const place = (marker: string): { line: number; column: number } => {
    const [line = 0, column = 0] = places.get(marker) ?? [];
    return { line, column };
  };

  test("issues come in the order of the document, with line and column where the text is given", () => {
    expect(checkPolicy(parsePolicy(text), [PAY], { source: text })).toMatchObject([
      { code: "unruled_class", pointer: "/default", ...place("①") },
      { code: "unmatched_name", pointer: "/hide/0", ...place("②") },
      { code: "unanchored_regex", pointer: "/tools/pay/require/0/conditions/0/value", ...place("③") },
      { code: "unmatched_name", pointer: "/tools/a~1b", ...place("④") },
    ]);
  });

  test("what is found of a place comes before what is found inside it", () => {
    const conditions = [
      { path: "args.mode", op: "eq", value: "fast" },
      { path: "args.mode", op: "eq", value: "fats" },
    ];
    const document = { version: "1", default: "allow", tools: { pay: { require: [{ conditions }] } } };
    expect(checkPolicy(parsePolicy(document), [PAY]).map(({ code }) => code)).toEqual([
      "contradictory_conditions",
      "value_not_in_enum",
    ]);
  });

  test("without the text there are none, and nothing else differs", () => {
    const bare = checkPolicy(parsePolicy(text), [PAY]);
    const placed = checkPolicy(parsePolicy(text), [PAY], { source: `\uFEFF${text}` });
    expect(bare).toEqual(placed.map(({ line: _line, column: _column, ...issue }) => issue));
    expect(placed.every(({ line }) => line !== undefined)).toBe(true);
  });

  test("a text of something else gives no places that it has not", () => {
    expect(checkPolicy(parsePolicy(text), [PAY], { source: "{}" })).toEqual(checkPolicy(parsePolicy(text), [PAY]));
    expect(checkPolicy(parsePolicy(text), [PAY], { source: "[".repeat(99_999) })).toEqual(
      checkPolicy(parsePolicy(text), [PAY]),
    );
  });
});

const json = fc.jsonValue({ maxDepth: 3 });
const schema: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: "schema" },
    fc.boolean(),
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom("object", "array", "string", "number", "integer", "null"),
          fc.constant(["string", "null"]),
          json,
        ),
        properties: fc.dictionary(fc.constantFrom("n", "s", "deep", "items", "price", "__proto__"), tie("schema")),
        required: fc.oneof(fc.subarray(["n", "s", "deep", "items"]), json),
        additionalProperties: tie("schema"),
        items: fc.oneof(tie("schema"), fc.array(tie("schema"), { maxLength: 2 })),
        anyOf: fc.array(tie("schema"), { maxLength: 3 }),
        allOf: fc.array(tie("schema"), { maxLength: 3 }),
        enum: fc.oneof(fc.array(json, { maxLength: 3 }), json),
        minimum: fc.oneof(fc.integer(), json),
        exclusiveMaximum: fc.oneof(fc.integer(), fc.boolean()),
        default: json,
        $ref: fc.oneof(fc.constantFrom("#", "#/properties/n", "#/properties/deep"), fc.string()),
      },
      { requiredKeys: [] },
    ),
    json,
  ),
})).schema;

const tool = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        name: fc.constantFrom(...TOOL_NAMES),
        inputSchema: schema,
        annotations: fc.record({ destructiveHint: fc.boolean() }),
      },
      { requiredKeys: ["name"] },
    ),
  },
  { weight: 1, arbitrary: json },
);

/** The value that a JSON Pointer names in a document; throws where there is none. */
function resolve(document: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((value: unknown, segment) => {
      if (value === null || typeof value !== "object" || !Object.hasOwn(value, segment)) {
        throw new Error(`no ${pointer}`);
      }
      return Reflect.get(value, segment);
    }, document);
}

describe("whatever the policy and the tools", () => {
  test("nothing is thrown, every pointer leads somewhere, and the answer is the same again", () => {
    fc.assert(
      fc.property(policyDocument, fc.array(tool, { maxLength: 6 }), (document, tools) => {
        const policy = parsePolicy(document);
        const issues = checkPolicy(policy, tools);
        for (const { pointer } of issues) resolve(policy, pointer);
        expect(checkPolicy(policy, structuredClone(tools))).toEqual(issues);
      }),
      { numRuns: 300 },
    );
  });

  test("the generated policies look at arguments", () => {
    expect(PATHS.filter((path) => path.startsWith("args")).length).toBeGreaterThan(5);
  });
});
