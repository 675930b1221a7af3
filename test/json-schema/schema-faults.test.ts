import { describe, expect, test } from "vitest";
import { faultsOf } from "./schemas.js";

const DRAFT_07 = "http://json-schema.org/draft-07/schema#";

describe("a schema is refused with every fault and its place", () => {
  test.each<[states: string, schema: unknown, faults: object[]]>([
    [
      "an unknown keyword, with the nearest one that there is",
      { properties: { a: { tpye: "string" } } },
      [
        {
          path: ["properties", "a", "tpye"],
          atKey: true,
          message: "unknown keyword `tpye` in JSON Schema 2020-12",
          help: "did you mean `type`?",
        },
      ],
    ],
    [
      "keywords of the other dialect",
      { $schema: DRAFT_07, unevaluatedProperties: false },
      [
        {
          path: ["unevaluatedProperties"],
          atKey: true,
          message: "unknown keyword `unevaluatedProperties` in JSON Schema draft-07",
        },
      ],
    ],
    [
      "values of the wrong shape, all of them",
      { type: "strng", minimum: "5", required: [1], maxLength: -1, anyOf: [], multipleOf: 0, properties: { a: 5 } },
      [
        {
          path: ["type"],
          message: "expected one of null, boolean, number, integer, string, array, object, or a list of them",
        },
        { path: ["minimum"], message: "expected a number" },
        { path: ["required"], message: "expected a list of strings" },
        { path: ["maxLength"], message: "expected a whole number from 0" },
        { path: ["anyOf"], message: "expected a list of schemas that is not empty" },
        { path: ["multipleOf"], message: "expected a number above 0" },
        { path: ["properties"], message: "expected an object with schemas" },
      ],
    ],
    [
      "elements by position under 2020-12",
      { items: [true] },
      [{ path: ["items"], message: "expected a schema: an object, true or false" }],
    ],
    [
      "a reference that leads nowhere, and one that leads out",
      { properties: { a: { $ref: "#/$defs/b" }, c: { $ref: "https://example.com/c.json" } } },
      [
        { path: ["properties", "a", "$ref"], message: "`#/$defs/b` leads to no schema" },
        {
          path: ["properties", "c", "$ref"],
          message:
            "`https://example.com/c.json` leads out of this schema: nothing is fetched, and no meta-schema is built in",
        },
      ],
    ],
    [
      "a reference into what is no schema",
      { const: { type: "string" }, $ref: "#/const" },
      [{ path: ["$ref"], message: "`#/const` leads to no schema" }],
    ],
    [
      "two schemas of one name",
      { $defs: { a: { $anchor: "x" }, b: { $anchor: "x" }, c: { $id: "c" }, d: { $id: "c" } } },
      [
        { path: ["$defs", "b", "$anchor"], message: "`x` is the anchor of another schema too" },
        { path: ["$defs", "d", "$id"], message: "`json-schema:///c` is the identifier of another schema too" },
      ],
    ],
    [
      "a dialect that is not known",
      { $schema: "https://json-schema.org/draft/2019-09/schema" },
      [
        {
          path: ["$schema"],
          message: "this dialect of JSON Schema is not known",
          help: "known are https://json-schema.org/draft/2020-12/schema and http://json-schema.org/draft-07/schema#",
        },
      ],
    ],
    [
      "a second dialect inside",
      { $defs: { a: { $schema: DRAFT_07 } } },
      [{ path: ["$defs", "a", "$schema"], message: "another dialect than that of the whole schema" }],
    ],
    [
      "a vocabulary",
      { $vocabulary: {} },
      [{ path: ["$vocabulary"], message: "a meta-schema is no schema for arguments" }],
    ],
    [
      "a pattern that is not linear",
      { pattern: "(a)\\1", patternProperties: { "(?=a)": true } },
      [
        { path: ["pattern"], message: "not a pattern of linear time: `\\1`: referring back is not linear" },
        {
          path: ["patternProperties", "(?=a)"],
          message: "not a pattern of linear time: looking around and other special groups are not linear",
        },
      ],
    ],
    ["what is no schema at all", null, [{ path: [], message: "a schema is an object, true or false" }]],
    ["a list", [], [{ path: [], message: "a schema is an object, true or false" }]],
    [
      "what is not JSON",
      { default: { a: undefined } },
      [{ path: ["default", "a"], message: "a schema holds undefined" }],
    ],
  ])("%s", (_states, schema, faults) => {
    expect(faultsOf(schema)).toEqual(faults);
  });

  test("under `annotate` an unknown keyword asks for nothing, and everything else is refused as before", () => {
    expect(faultsOf({ tpye: "string", nullable: true }, "annotate")).toEqual([]);
    expect(faultsOf({ type: "strng" }, "annotate")).toHaveLength(1);
    expect(faultsOf({ $vocabulary: {} }, "annotate")).toHaveLength(1);
    expect(faultsOf({ $ref: "https://example.com/" }, "annotate")).toHaveLength(1);
  });

  test.each(["properties", "$defs", "patternProperties"])("names under `%s` are no keywords", (keyword) => {
    expect(faultsOf({ [keyword]: { tpye: true, constructor: true } })).toEqual([]);
    expect(faultsOf(JSON.parse(`{ "${keyword}": { "__proto__": { "tpye": true } } }`))).toEqual([
      expect.objectContaining({ path: [keyword, "__proto__", "tpye"] }),
    ]);
  });

  test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("`%s` is an unknown keyword", (keyword) => {
    expect(faultsOf(JSON.parse(`{ "${keyword}": true }`))).toEqual([
      { path: [keyword], atKey: true, message: `unknown keyword \`${keyword}\` in JSON Schema 2020-12` },
    ]);
  });
});

describe("caps on a schema", () => {
  const nested = (depth: number): object => {
    let schema: object = {};
    for (let level = 1; level < depth; level++) schema = { not: schema };
    return schema;
  };

  test("depth: 64 and no deeper", () => {
    expect(faultsOf(nested(64))).toEqual([]);
    expect(faultsOf(nested(65))).toEqual([
      { path: Array(64).fill("not"), message: "a schema holds values nested deeper than 64" },
    ]);
  });

  test("size: 10,000 values and no more", () => {
    const sized = (values: number): object => ({ enum: Array.from({ length: values - 1 }, (_, i) => i) });
    expect(faultsOf(sized(10_000))).toEqual([]);
    expect(faultsOf(sized(10_001))).toEqual([{ path: ["enum"], message: "a schema holds more than 10000 values" }]);
  });

  test("references: 1,000 and no more", () => {
    const referring = (count: number): object => ({
      $defs: { a: true },
      allOf: Array.from({ length: count }, () => ({ $ref: "#/$defs/a" })),
    });
    expect(faultsOf(referring(1_000))).toEqual([]);
    expect(faultsOf(referring(1_002))).toEqual([
      { path: ["allOf", 1_000, "$ref"], message: "more than 1000 references" },
    ]);
  });

  test("patterns: 100,000 characters together and no more, read or not", () => {
    const of = (length: number, count: number): object => ({
      allOf: Array.from({ length: count }, (_, index) => ({ pattern: `[${"a".repeat(length - 4)}${10 + index}]` })),
    });
    const message = "more than 100000 characters of patterns";
    expect(faultsOf(of(10_000, 10))).toEqual([]);
    expect(faultsOf(of(10_000, 11))).toEqual([{ path: ["allOf", 10, "pattern"], message }]);
    expect(faultsOf({ pattern: "a".repeat(10_000_000) })).toEqual([{ path: ["pattern"], message }]);
  });

  test("patterns: 200 different ones and no more, and 20,000 instructions together", () => {
    const matching = (count: number, pattern: (index: number) => string): object => ({
      allOf: Array.from({ length: count }, (_, index) => ({ pattern: pattern(index) })),
    });
    const message = "more than 200 patterns, or 20000 instructions";
    expect(faultsOf(matching(200, (index) => `^${index}`))).toEqual([]);
    expect(faultsOf(matching(500, () => "^a"))).toEqual([]);
    expect(faultsOf(matching(201, (index) => `^${index}`))).toEqual([{ path: ["allOf", 200, "pattern"], message }]);
    expect(faultsOf(matching(20, (index) => `a{900}${index}`)).length).toBeLessThan(5);
    expect(faultsOf(matching(30, (index) => `a{900}${index}`))).toContainEqual({
      path: ["allOf", 29, "pattern"],
      message,
    });
  });

  test("one pattern: 2,000 instructions and no more", () => {
    expect(faultsOf({ pattern: "((a{1,100}){1,100})" })).toEqual([
      { path: ["pattern"], message: expect.stringMatching(/^not a pattern of linear time: /) },
    ]);
  });

  test("what is wrong with a hostile schema is reported up to 100 times", () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 1]);
    expect(faultsOf(Object.fromEntries(keys))).toHaveLength(100);
  });

  test("a schema that refers to itself as an object is too deep", () => {
    const schema: Record<string, unknown> = {};
    schema.not = schema;
    expect(faultsOf(schema)).toEqual([
      expect.objectContaining({ message: "a schema holds values nested deeper than 64" }),
    ]);
  });
});
