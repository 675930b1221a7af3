import { checkPolicy, PolicyError, type PolicyIssue, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";
import { forPay, found, PAY, payWith } from "./check-case.js";

const policy = forPay({
  require: [{ conditions: [{ path: "args.a.b", op: "lt", value: 5 }] }],
  deny_if: [{ conditions: [{ path: "args.list[*].n", op: "in", value: ["x"] }] }],
});

function nested(keyword: "properties" | "allOf"): unknown {
  let schema: unknown = true;
  for (let level = 0; level < 20_000; level++) schema = { [keyword]: keyword === "allOf" ? [schema] : { a: schema } };
  return schema;
}

const cyclic: Record<string, unknown> = { type: "object" };
cyclic.properties = { a: cyclic, list: { items: cyclic } };
cyclic.allOf = [cyclic];

const wide = Array.from({ length: 5_000 }, (_, index) => ({ properties: { [`p${index}`]: { const: index } } }));
const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [
    `d${index}`,
    { anyOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] },
  ]),
);

const UNLISTED = ["unknown_argument", "unknown_argument"];

/** Schemas, and the codes of what is found with them. */
const SCHEMAS: readonly (readonly [name: string, schema: unknown, codes?: readonly string[]])[] = [
  ["null", null],
  ["a number", 5],
  ["an array", []],
  ["members of other types", { type: 5, properties: 5, required: "a", enum: {}, items: "x", anyOf: 7, $ref: 4 }],
  ["lists of other types", { type: [null, 5], properties: [], required: [{}], anyOf: [null, 5, "x"], allOf: {} }],
  ["E13: a reference to itself", { $ref: "#" }],
  ["E13: references in a circle", { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }],
  [
    "E13: a property that is the schema",
    { properties: { a: { $ref: "#" }, list: { items: { $ref: "#" } } } },
    UNLISTED,
  ],
  ["E13: alternatives that double", { $ref: "#/$defs/d0", $defs: doubling }],
  ["E13: 5,000 alternatives", { anyOf: wide }],
  ["E13: 5,000 schemas together", { allOf: wide }],
  ["E13: properties nested 20,000 deep", nested("properties"), UNLISTED],
  ["E13: allOf nested 20,000 deep", nested("allOf")],
  ["a value that holds itself", cyclic],
  ["a pattern that would backtrack", { patternProperties: { "(a+)+$": {} }, additionalProperties: false }],
  ["a reference through what every object has", { $ref: "#/constructor/prototype" }],
  ["a reference that cannot be decoded", { $ref: "#/%zz" }],
  ["E14: an unknown dialect", { $schema: "https://example.com/mine", properties: { a: { type: "gadget" } } }],
];

describe("hostile schemas: nothing is thrown, and nothing is said that is not known", () => {
  test.each(SCHEMAS)("%s", (_name, inputSchema, codes = []) => {
    expect(found(policy, payWith({ inputSchema })).map(({ code }) => code)).toEqual(codes);
  });
});

const NO_TOOLS: readonly (readonly [name: string, tools: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a string", "pay"],
  ["an object without tools", {}],
  ["an object whose tools are none", { tools: { length: 3 } }],
  ["an error", { error: { code: -32601 } }],
];

describe("odd lists", () => {
  test.each(NO_TOOLS)("%s: of the unknown nothing is said", (_name, tools) => {
    expect(checkPolicy(parsePolicy(policy), tools as readonly unknown[])).toEqual([]);
  });

  test("the result of tools/list is as good as its tools", () => {
    expect(checkPolicy(parsePolicy(policy), { tools: [] })).toEqual(found(policy, []));
    expect(found(policy, []).map(({ code }) => code)).toEqual(["unmatched_name"]);
  });

  test("where no tool is offered, a condition on the name of the tool is left alone", () => {
    const byName = { deny_if: [{ conditions: [{ path: "tool", op: "eq", value: "wipe" }] }] };
    const forAll = { version: "1", default: "allow", all_tools: byName };
    expect(found(forAll, [PAY]).map(({ code }) => code)).toEqual(["value_not_in_enum"]);
    expect(found(forAll, [])).toEqual([]);
  });

  test("elements that are no tools are passed over", () => {
    const odd = [null, 5, "pay", [], {}, { name: 5 }, { name: "" }, { name: "a\u0000" }, { name: ["pay"] }];
    expect(found(policy, [...odd, { name: "pay" }])).toEqual([]);
    expect(found(policy, odd).map(({ code }) => code)).toEqual(["unmatched_name"]);
  });

  test("B04: a name that nothing may be called by is no tool for a pattern", () => {
    const pattern = forPay({}, { tools: { "a?": {} } });
    expect(found(pattern, [PAY, { name: "a\u0000" }]).map(({ code }) => code)).toEqual(["unmatched_pattern"]);
    expect(found(pattern, [PAY, { name: "ab" }])).toEqual([]);
  });

  test("B08: names and members come from the objects themselves", () => {
    const inherited = Object.create({ name: "pay", inputSchema: PAY.inputSchema }) as object;
    expect(found(policy, [inherited]).map(({ code }) => code)).toEqual(["unmatched_name"]);
    const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}');
    const rules = forPay({
      require: [
        {
          conditions: [
            { path: "args.__proto__", op: "lt", value: 5 },
            { path: "args.constructor", op: "lt", value: 5 },
            { path: "args.toString", op: "lt", value: 5 },
          ],
        },
      ],
    });
    const issues = found(rules, payWith({ inputSchema: schema }));
    expect(issues.map(({ code }) => code)).toEqual(["type_mismatch", "type_mismatch", "unknown_argument"]);
  });

  test("E04: of a tool that is listed twice, no schema is believed", () => {
    const wrong = forPay({ require: [{ conditions: [{ path: "args.gone", op: "eq", value: 1 }] }] });
    expect(found(wrong, [PAY]).map(({ code }) => code)).toEqual(["unknown_argument"]);
    expect(found(wrong, [PAY, PAY])).toEqual([]);
  });

  test("what throws when it is read is passed over", () => {
    const thrower = new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => {
          throw new Error("no");
        },
      },
    );
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(found(policy, [thrower, proxy, { name: "pay", inputSchema: thrower }])).toEqual([]);
    expect(checkPolicy(parsePolicy(policy), proxy)).toEqual([]);
  });
});

describe("much of everything", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({ ...PAY, name: `tool_${index}` }));

  test("10,000 tools and a policy of the largest size, within the bounds", () => {
    const tools = Object.fromEntries(
      Array.from({ length: 9_000 }, (_, index) => [index % 2 === 0 ? `tol_${index}` : `*tool_${index}*`, {}]),
    );
    const rules = Array.from({ length: 300 }, (_, index) => ({
      conditions: [{ path: `args.p${index}`, op: "lt" as const, value: 5 }],
    }));
    const issues = found({ version: "1", default: "deny", all_tools: { deny_if: rules }, tools }, many);
    const counts = new Map<string, number>();
    for (const { code } of issues) counts.set(code, (counts.get(code) ?? 0) + 1);
    expect(counts.get("unmatched_name")).toBe(4_500);
    expect(new Set(counts.keys())).toEqual(new Set(["unruled_class", "unmatched_name", "unknown_argument"]));
  });

  test("over 10,000 tools, a name may be among those that were not read", () => {
    const document = forPay({}, { tools: { "zzz*": {} } });
    expect(found(document, many).map(({ code }) => code)).toEqual(["unmatched_name", "unmatched_pattern"]);
    expect(found(document, [...many, { name: "one more" }])).toEqual([]);
  });
});

describe("the policy", () => {
  test("a document that was not parsed is parsed", () => {
    expect(checkPolicy({ ...parsePolicy(forPay({})) } as never, [])).toEqual(found(forPay({}), []));
  });

  test("one that is refused throws what parsePolicy throws", () => {
    expect(() => checkPolicy({ version: "1" } as never, [])).toThrow(PolicyError);
  });

  test("the issues are frozen", () => {
    const issues = found(forPay({}), []) as PolicyIssue[];
    expect(Object.isFrozen(issues) && issues.every(Object.isFrozen)).toBe(true);
  });
});
