import { describe, expect, test } from "vitest";
import { Work } from "../../src/json-schema/work.js";
import { fits, judged, validatorOf } from "./schemas.js";

const own = (text: string): unknown => JSON.parse(text);

describe("every offending place is named, by its path and without its value", () => {
  test.each<[states: string, schema: unknown, value: unknown, faults: object[]]>([
    [
      "several at once",
      {
        type: "object",
        properties: { a: { type: "string" }, b: { maximum: 5 }, c: { items: { type: "integer" } } },
        required: ["d", "e"],
        additionalProperties: false,
      },
      { a: 1, b: 6, c: [1, "x", 1.5], z: 1 },
      [
        { path: ["d"], keyword: "required" },
        { path: ["e"], keyword: "required" },
        { path: ["a"], keyword: "type", types: ["string"] },
        { path: ["b"], keyword: "maximum" },
        { path: ["c", 1], keyword: "type", types: ["integer"] },
        { path: ["c", 2], keyword: "type", types: ["integer"] },
        { path: ["z"], keyword: "additionalProperties" },
      ],
    ],
    [
      "through references and allOf",
      { $defs: { a: { properties: { x: { const: 1 } } } }, allOf: [{ $ref: "#/$defs/a" }, { required: ["y"] }] },
      { x: 2 },
      [
        { path: ["x"], keyword: "const" },
        { path: ["y"], keyword: "required" },
      ],
    ],
    [
      "one for alternatives of which none fits",
      { properties: { a: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] } } },
      { a: [1, 2] },
      [{ path: ["a"], keyword: "anyOf" }],
    ],
    [
      "the branch of a condition",
      own(
        '{ "if": { "properties": { "a": { "const": 1 } } }, "then": { "required": ["b"] }, "else": { "required": ["c"] } }',
      ),
      { a: 2 },
      [{ path: ["c"], keyword: "required" }],
    ],
    [
      "a name that is not legal",
      { propertyNames: { maxLength: 2 } },
      { abc: 1 },
      [{ path: ["abc"], keyword: "propertyNames" }],
    ],
    [
      "what nothing evaluated",
      { unevaluatedProperties: false, properties: { a: {} } },
      { a: 1, b: 2 },
      [{ path: ["b"], keyword: "unevaluatedProperties" }],
    ],
    ["what depends", { dependentRequired: { a: ["b"] } }, { a: 1 }, [{ path: ["b"], keyword: "dependentRequired" }]],
    ["the whole", { minProperties: 1 }, {}, [{ path: [], keyword: "minProperties" }]],
    ["everything, by the schema false", false, {}, [{ path: [], keyword: "false" }]],
  ])("%s", (_states, schema, value, faults) => {
    expect(judged(schema, value)).toEqual(faults);
  });

  test("32 of them and no more", () => {
    const faults = judged({ items: { type: "string" } }, Array(1_000).fill(1));
    expect(faults).toHaveLength(33);
    expect(faults.at(-1)).toEqual({ path: [], keyword: "(and more)" });
  });
});

describe("own properties alone count", () => {
  test.each(["__proto__", "constructor", "hasOwnProperty", "toString"])("`%s` is a name like any other", (name) => {
    expect(judged({ required: [name] }, {})).toEqual([{ path: [name], keyword: "required" }]);
    expect(fits({ required: [name] }, own(`{ "${name}": 1 }`))).toBe(true);
    expect(judged({ additionalProperties: false, properties: { a: {} } }, own(`{ "${name}": 1 }`))).toEqual([
      { path: [name], keyword: "additionalProperties" },
    ]);
    const typed = own(`{ "properties": { "${name}": { "type": "string" } }, "additionalProperties": false }`);
    expect(fits(typed, {})).toBe(true);
    expect(fits(typed, own(`{ "${name}": "x" }`))).toBe(true);
    expect(judged(typed, own(`{ "${name}": 1 }`))).toEqual([{ path: [name], keyword: "type", types: ["string"] }]);
    expect(fits(own(`{ "const": { "${name}": 1 } }`), {})).toBe(false);
    expect(fits(own(`{ "dependentRequired": { "${name}": ["a"] } }`), {})).toBe(true);
    expect(fits(own(`{ "unevaluatedProperties": false }`), own(`{ "${name}": 1 }`))).toBe(false);
  });

  test("objects without a prototype are objects", () => {
    const value = Object.assign(Object.create(null), { a: 1 });
    expect(fits({ type: "object", required: ["a"], properties: { a: { type: "integer" } } }, value)).toBe(true);
    expect(fits({ const: { a: 1 } }, value)).toBe(true);
  });

  test("what was put on Object.prototype is no keyword", () => {
    Object.assign(Object.prototype, { minContains: 0 });
    try {
      expect(fits({ contains: { const: 1 } }, [])).toBe(false);
    } finally {
      Reflect.deleteProperty(Object.prototype, "minContains");
    }
  });

  test("what was put on Object.prototype is not there", () => {
    Object.defineProperty(Object.prototype, "planted", {
      value: 1,
      configurable: true,
      enumerable: true,
      writable: true,
    });
    try {
      expect(fits({ required: ["planted"] }, {})).toBe(false);
      expect(fits({ properties: { planted: false } }, {})).toBe(true);
    } finally {
      Reflect.deleteProperty(Object.prototype, "planted");
    }
  });
});

describe("nothing is coerced, defaulted or changed", () => {
  test.each<[schema: object, value: unknown]>([
    [{ type: "integer" }, "5"],
    [{ type: "number" }, "5"],
    [{ type: "number" }, true],
    [{ type: "boolean" }, "true"],
    [{ type: "boolean" }, 0],
    [{ type: "string" }, 5],
    [{ type: "null" }, ""],
    [{ type: "array" }, "a"],
    [{ type: "array" }, { length: 0 }],
    [{ type: "object" }, []],
    [{ const: 1 }, "1"],
    [{ const: 1 }, true],
    [{ enum: [null, 0] }, false],
    [{ enum: [[1]] }, "1"],
  ])("C34: %j does not fit %j", (schema, value) => {
    expect(fits(schema, value)).toBe(false);
  });

  test("C34: a default does not make an argument be there, nor is one added", () => {
    const schema = { properties: { a: { type: "string", default: "x" } }, required: ["a"] };
    const value = Object.freeze({});
    expect(judged(schema, value)).toEqual([{ path: ["a"], keyword: "required" }]);
    expect(value).toEqual({});
  });

  test("schema and value stay as they are", () => {
    const schema = {
      properties: { a: { items: { enum: [[1], 2] }, uniqueItems: true } },
      unevaluatedProperties: false,
    };
    const value = { a: [[1], 2, 3], b: {} };
    const before = structuredClone([schema, value]);
    judged(schema, value);
    expect([schema, value]).toEqual(before);
  });

  test("a schema that is changed later judges as before", () => {
    const schema = { type: "string" };
    const validator = validatorOf(schema);
    schema.type = "number";
    expect(validator.faults("x")).toEqual([]);
  });

  test("`format` asks for nothing", () => {
    expect(fits({ format: "email" }, "nobody")).toBe(true);
  });
});

describe("numbers", () => {
  test.each<[schema: object, value: number, fit: boolean]>([
    [{ multipleOf: 0.01 }, 19.99, true],
    [{ multipleOf: 0.0001 }, 0.0075, true],
    [{ multipleOf: 0.0001 }, 0.00751, false],
    [{ multipleOf: 0.1 }, 0.3, true],
    [{ multipleOf: 0.7 }, 2.1, true],
    [{ multipleOf: 1e-7 }, 1.5e-6, true],
    [{ multipleOf: 1e-8 }, 12_391_239_123, true],
    [{ multipleOf: 1.5 }, -4.5, true],
    [{ multipleOf: 5e-324 }, 0.5, true],
    [{ multipleOf: 3 }, 0, true],
    [{ type: "integer" }, 1.0, true],
    [{ type: "integer" }, -0, true],
    [{ type: "integer" }, 2 ** 53 - 1, true],
    [{ type: "number" }, 1e300, true],
    [{ const: 0 }, -0, true],
  ])("%j and %d: %s", (schema, value, fit) => {
    expect(fits(schema, value)).toBe(fit);
  });

  test.each<[schema: unknown, value: number]>([
    [{ type: "integer" }, 2 ** 53],
    [{ minimum: 0 }, 2 ** 53],
    [{ maximum: 1e300 }, 1e299],
    [{ exclusiveMinimum: 0 }, 2 ** 60],
    [{ multipleOf: 1 }, 2 ** 60],
    [{ not: { minimum: 10 } }, 2 ** 60],
    [{ not: { type: "integer" } }, 2 ** 60],
    [{ anyOf: [{ maximum: 5 }, true] }, 2 ** 60],
    [own('{ "if": { "maximum": 5 }, "then": true, "else": true }'), 2 ** 60],
  ])("an integer past the exact ones is refused wherever its size matters: %j", (schema, value) => {
    expect(judged(schema, value)).toEqual([{ path: [], keyword: "(inexact number)" }]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n, () => 1])(
    "%s is not JSON and fits nothing",
    (value) => {
      expect(judged({}, value)).toEqual([{ path: [], keyword: "(not JSON)" }]);
      expect(judged({ not: { type: "string" } }, value)).toEqual([{ path: [], keyword: "(not JSON)" }]);
    },
  );
});

describe("lengths are of code points", () => {
  test.each<[schema: object, value: string, fit: boolean]>([
    [{ maxLength: 2 }, "😀😀", true],
    [{ maxLength: 2 }, "😀😀a", false],
    [{ minLength: 2 }, "😀", false],
    [{ minLength: 2 }, "😀a", true],
    [{ minLength: 2 }, "\ud83d\ud83d", true],
    [{ maxLength: 0 }, "", true],
    [{ maxLength: 1 }, "\ude00\ud83d", false],
  ])("%j and %j: %s", (schema, value, fit) => {
    expect(fits(schema, value)).toBe(fit);
  });
});

describe("E13: work is bounded, and over the bound the value is refused", () => {
  const TOO_COMPLEX = [{ path: [], keyword: "(too complex)" }];

  /** Twice as many evaluations with each level. */
  const bomb = (combine: "allOf" | "anyOf" | "oneOf", leaf: unknown): object => ({
    $ref: "#/$defs/d0",
    $defs: Object.fromEntries([
      ...Array.from({ length: 40 }, (_, i) => [
        `d${i}`,
        { [combine]: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
      ]),
      ["d40", leaf],
    ]),
  });

  const deepValue = (depth: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  };

  test.each<[states: string, schema: unknown, value: unknown]>([
    ["allOf that doubles", bomb("allOf", { type: "string" }), "x"],
    ["anyOf that doubles and never fits", bomb("anyOf", { type: "string" }), 1],
    ["oneOf that doubles", bomb("oneOf", {}), 1],
    [
      "not above a bomb",
      { ...bomb("allOf", { type: "string" }), $ref: "#/$defs/d40", not: { $ref: "#/$defs/d0" } },
      "x",
    ],
    ["a reference to itself", { $ref: "#" }, 1],
    ["references in a ring", { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }, 1],
    ["a dynamic reference to itself", { $dynamicAnchor: "a", $dynamicRef: "#a" }, 1],
    ["a ring inside not", { not: { $ref: "#" } }, 1],
    ["100,000 elements to tell apart", { uniqueItems: true }, Array.from({ length: 100_000 }, (_, i) => ({ i }))],
    ["a million elements", { items: { type: "integer" } }, Array.from({ length: 1_000_000 }, () => 1)],
    ["a list for each of many", { contains: { contains: { type: "null" } } }, Array(400).fill(Array(400).fill(1))],
    [
      "many names for many objects",
      { items: { required: Array.from({ length: 5_000 }, (_, i) => `k${i}`) } },
      Array(1_000).fill(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 1]))),
    ],
    [
      "many constants for many values",
      { items: { not: { enum: Array.from({ length: 3_000 }, (_, i) => [i]) } } },
      Array(1_000).fill([-1]),
    ],
    ["a text too long for a pattern", { pattern: "a" }, "a".repeat(65_537)],
    [
      "much text for a large pattern",
      { items: { not: { pattern: "(x+x+){20}y" } } },
      Array(50).fill("x".repeat(2_000)),
    ],
    ["a pattern that is not met, inside not", { not: { pattern: "b" } }, "a".repeat(70_000)],
    ["values nested 300 deep, each two schemas further", { items: { $ref: "#" } }, deepValue(300)],
    ["values nested 5,000 deep", { items: { $ref: "#" } }, deepValue(5_000)],
    ["text that must be counted, of ten million characters", { maxLength: 6_000_000 }, "😀".repeat(5_000_000)],
  ])("%s", (_states, schema, value) => {
    expect(judged(schema, value)).toEqual(TOO_COMPLEX);
  });

  test("a pattern that hangs a backtracking engine is only a pattern", () => {
    expect(judged({ pattern: "^(a+)+$" }, `${"a".repeat(20_000)}!`)).toEqual([{ path: [], keyword: "pattern" }]);
  });

  test("ten megabytes of text cost nothing where only their length is asked", () => {
    expect(fits({ type: "string", minLength: 1, maxLength: 20_000_000 }, "x".repeat(10_000_000))).toBe(true);
  });

  test("values as deep as a gate lets through are judged through references", () => {
    const schema = { anyOf: [{ const: 1 }, { type: "array", items: { $ref: "#" } }] };
    expect(fits(schema, deepValue(120))).toBe(true);
  });

  test("what was found before the bound is reported with it", () => {
    const schema = { properties: { a: { type: "string" }, b: { $ref: "#/properties/b" } } };
    expect(judged(schema, { a: 1, b: 1 })).toEqual([
      { path: ["a"], keyword: "type", types: ["string"] },
      { path: [], keyword: "(too complex)" },
    ]);
  });

  test("several schemas share the work of one call", () => {
    const validator = validatorOf({ items: {} });
    const value = Array(60_000).fill(1);
    const work = new Work();
    expect([validator.faults(value, work), validator.faults(value, work)]).toEqual([[], TOO_COMPLEX]);
  });

  test("a value that throws when it is read is refused", () => {
    const value = Object.defineProperty({}, "a", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(judged({ properties: { a: {} } }, value)).toEqual(TOO_COMPLEX);
  });
});
