import { type CallContext, type Decision, decide, parsePolicy, type ToolRules } from "callgate";
import { describe, expect, test } from "vitest";

const PATHS = { type: "object", properties: { path: { type: "string" } }, required: ["path"] } as const;

function decideUnder(
  tools: Readonly<Record<string, ToolRules>>,
  args: Readonly<Record<string, unknown>> | undefined,
  context: CallContext = {},
): Decision {
  return decide(parsePolicy({ version: "1", default: "deny", tools }), { name: "t", arguments: args }, context);
}

const reasonOf = ({ code, rule, pointer, message }: Decision): object => ({ code, rule, pointer, message });
const at = (rule: string): object => ({ rule, pointer: rule });

describe("args: a JSON Schema", () => {
  test("arguments that fit pass", () => {
    expect(decideUnder({ t: { args: PATHS } }, { path: "/srv" })).toMatchObject({ outcome: "allow", code: "allowed" });
  });

  test("every offending argument is named by its pointer, and no value is", () => {
    const schema = {
      $defs: { tag: { enum: ["x", "y"] } },
      properties: {
        path: { type: "string" },
        limit: { type: ["integer", "null"], maximum: 10 },
        tags: { items: { $ref: "#/$defs/tag" } },
        "a/b": { pattern: "^a" },
      },
      required: ["path", "mode"],
      additionalProperties: false,
    };
    const secrets = { path: 71_717, limit: 99_999, tags: ["x", "s3cret"], "a/b": "s3cret", extra: "s3cret" };
    const decision = decideUnder({ t: { args: schema } }, secrets);
    expect(reasonOf(decision)).toEqual({
      code: "invalid_arguments",
      ...at("/tools/t/args"),
      message:
        "the arguments do not fit the schema: `/mode` is missing, `/path` is not a string, `/limit` is over its maximum, " +
        "`/tags/1` is not one of the legal values, `/a~1b` does not match its pattern, `/extra` is not allowed",
    });
    expect(JSON.stringify(decision)).not.toMatch(/s3cret|71717|99999/);
  });

  test.each<[states: string, args: NonNullable<ToolRules["args"]>, given: Record<string, unknown>, said: string]>([
    ["types", { properties: { a: { type: ["integer", "null"] } } }, { a: "x" }, "`/a` is not an integer or null"],
    [
      "an alternative",
      { anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      {},
      "the whole fits none of the alternatives",
    ],
    ["the schema false", false, {}, "the whole is not allowed"],
    [
      "an inexact number",
      { properties: { a: { minimum: 0 } } },
      { a: 2 ** 60 },
      "`/a` is a number that cannot be exact",
    ],
    ["too much work", { $ref: "#" }, {}, "judging them would take too much work"],
    ["one place twice, once", { allOf: [{ required: ["a"] }, { required: ["a"] }] }, {}, "`/a` is missing"],
    [
      "a hostile name, cut and on one line",
      { additionalProperties: false },
      { [`a\n\u202e${"b".repeat(500)}`]: 1 },
      `\`/a\\u{a}\\u{202e}${"b".repeat(76)}…\` is not allowed`,
    ],
  ])("%s in words", (_states, args, given, said) => {
    expect(decideUnder({ t: { args } }, given).message).toBe(`the arguments do not fit the schema: ${said}`);
  });

  test("a thousand faults make a short message", () => {
    const given = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${i}${"x".repeat(200)}`, 1]));
    const { message } = decideUnder({ t: { args: { additionalProperties: false } } }, given);
    expect(message.endsWith(", and more")).toBe(true);
    expect(message.length).toBeLessThan(4_000);
  });

  test("no arguments are the empty object", () => {
    expect(decideUnder({ t: { args: { type: "object", maxProperties: 0 } } }, undefined).outcome).toBe("allow");
    expect(decideUnder({ t: { args: PATHS } }, undefined).message).toBe(
      "the arguments do not fit the schema: `/path` is missing",
    );
  });

  test("the reason of the entry takes the place of the text", () => {
    expect(reasonOf(decideUnder({ t: { args: PATHS, reason: "Only notes." } }, {}))).toEqual({
      code: "invalid_arguments",
      ...at("/tools/t/args"),
      message: "Only notes.",
    });
  });

  test("every entry that matches has its say, the one by name first", () => {
    const tools = { t: { args: PATHS }, "*": { args: { maxProperties: 1 } } };
    expect(decideUnder(tools, { path: "a" }).outcome).toBe("allow");
    expect(decideUnder(tools, {}).pointer).toBe("/tools/t/args");
    expect(decideUnder(tools, { path: "a", b: 1 }).pointer).toBe("/tools/*/args");
  });

  test("all schemas of a call share the work of one", () => {
    const value = { list: Array(40_000).fill(1) };
    const schema = { properties: { list: { items: {} } } };
    expect(decideUnder({ t: { args: schema }, "?": { args: schema } }, value).outcome).toBe("allow");
    expect(reasonOf(decideUnder({ t: { args: schema }, "?": { args: schema }, "*": { args: schema } }, value))).toEqual(
      {
        code: "invalid_arguments",
        ...at("/tools/*/args"),
        message: "the arguments do not fit the schema: judging them would take too much work",
      },
    );
  });

  test("the place is that of the entry, escaped", () => {
    const policy = parsePolicy({ version: "1", default: "deny", tools: { "a/b": { args: false } } });
    expect(reasonOf(decide(policy, { name: "a/b" }))).toMatchObject(at("/tools/a~1b/args"));
  });

  test("it comes after `action` and before `require`", () => {
    const unmet = { require: [{ conditions: [{ path: "args.b", op: "exists" as const, value: true }] }] };
    expect(decideUnder({ t: { args: false, action: "deny" } }, {}).code).toBe("not_permitted");
    expect(decideUnder({ t: { args: false, ...unmet } }, {}).code).toBe("invalid_arguments");
    expect(decideUnder({ t: { args: true, ...unmet } }, {}).code).toBe("denied");
  });

  test("what fits is charged and owes approvals as before", () => {
    const rules: ToolRules = { args: PATHS, limits: [{ counter: "c", window: "day" }], action: "require_approval" };
    expect(decideUnder({ t: rules }, { path: "a" })).toMatchObject({
      outcome: "require_approval",
      charges: [{ amount: 1 }],
    });
    expect(decideUnder({ t: rules }, {})).toMatchObject({ outcome: "deny", charges: [] });
  });

  test("C34: no default is added and nothing is coerced", () => {
    const args = Object.freeze({ n: "5" });
    const schema = { properties: { n: { type: "integer" }, m: { default: 1 } }, required: ["m"] };
    expect(decideUnder({ t: { args: schema } }, args).message).toBe(
      "the arguments do not fit the schema: `/m` is missing, `/n` is not an integer",
    );
    expect(args).toEqual({ n: "5" });
  });

  test("C16: a closed schema refuses a key that only looks like one of its own", () => {
    const args = { additionalProperties: false, properties: { amount: { type: "number" } } } as const;
    expect(decideUnder({ t: { args } }, { amount: 1, Amount: 2, ａmount: 3 }).message).toBe(
      "the arguments do not fit the schema: `/Amount` is not allowed, `/ａmount` is not allowed",
    );
  });

  test("`__proto__` is an argument like any other", () => {
    const args = JSON.parse('{ "__proto__": { "path": "x" } }') as Record<string, unknown>;
    expect(decideUnder({ t: { args: { additionalProperties: false } } }, args).message).toBe(
      "the arguments do not fit the schema: `/__proto__` is not allowed",
    );
    expect(decideUnder({ t: { args: PATHS } }, args).code).toBe("invalid_arguments");
  });
});

describe('args: "tool"', () => {
  const tools = { t: { args: "tool" } } as const;
  const unavailable = (message: string): object => ({ code: "unavailable", ...at("/tools/t/args"), message });

  test("holds the call to the tool's own schema", () => {
    const context = { tool: { inputSchema: PATHS } };
    expect(decideUnder(tools, { path: "a" }, context).outcome).toBe("allow");
    expect(reasonOf(decideUnder(tools, { path: 1 }, context))).toEqual({
      code: "invalid_arguments",
      ...at("/tools/t/args"),
      message: "the arguments do not fit the schema: `/path` is not a string",
    });
  });

  test.each<[states: string, context: CallContext]>([
    ["no tool is given", {}],
    ["the tool has no schema", { tool: {} }],
    ["its schema is inherited", { tool: Object.create({ inputSchema: PATHS }) as object }],
    ["the tool is inherited", Object.create({ tool: { inputSchema: PATHS } }) as CallContext],
  ])("E14: where %s, the call is denied", (_states, context) => {
    expect(reasonOf(decideUnder(tools, { path: "a" }, context))).toEqual(
      unavailable("the tool's schema is not known, so the arguments cannot be judged"),
    );
  });

  test.each<[states: string, inputSchema: unknown]>([
    ["names an unknown dialect", { $schema: "https://example.com/dialect" }],
    ["refers out", { $ref: "https://example.com/schema" }],
    ["has a pattern that is not linear", { properties: { path: { pattern: "(?=a)" } } }],
    ["is malformed", { type: "objekt" }],
    ["is null", null],
    ["is a text", "object"],
    ["is too deep", JSON.parse(`${'{"not":'.repeat(100)}{}${"}".repeat(100)}`)],
    ["is too large", { enum: Array.from({ length: 20_000 }, (_, i) => i) }],
  ])("E13, E14: a schema that %s denies", (_states, inputSchema) => {
    expect(reasonOf(decideUnder(tools, { path: "a" }, { tool: { inputSchema } }))).toEqual(
      unavailable("the tool's schema cannot be used, so the arguments cannot be judged"),
    );
  });

  test("E14: a tool whose schema asks for nothing accepts everything", () => {
    for (const inputSchema of [{}, true])
      expect(decideUnder(tools, { a: 1 }, { tool: { inputSchema } }).outcome).toBe("allow");
  });

  test("unknown keywords of a server are annotations", () => {
    const inputSchema = { ...PATHS, "x-order": 1, nullable: true };
    expect(decideUnder(tools, { path: "a" }, { tool: { inputSchema } }).outcome).toBe("allow");
    expect(decideUnder(tools, {}, { tool: { inputSchema } }).code).toBe("invalid_arguments");
  });

  test("E13: a schema that is a bomb denies", () => {
    const levels = Array.from({ length: 40 }, (_, i) => {
      const next = { $ref: `#/$defs/d${i + 1}` };
      return [`d${i}`, { allOf: [next, next] }] as const;
    });
    const inputSchema = { $ref: "#/$defs/d0", $defs: { ...Object.fromEntries(levels), d40: {} } };
    expect(decideUnder(tools, {}, { tool: { inputSchema } })).toMatchObject({
      code: "invalid_arguments",
      message: "the arguments do not fit the schema: judging them would take too much work",
    });
  });

  test("a schema is compiled once, by its identity", () => {
    const inputSchema: { type: string } = { type: "object" };
    expect(decideUnder(tools, {}, { tool: { inputSchema } }).outcome).toBe("allow");
    inputSchema.type = "string";
    expect(decideUnder(tools, {}, { tool: { inputSchema } }).outcome).toBe("allow");
    expect(decideUnder(tools, {}, { tool: { inputSchema: { ...inputSchema } } }).outcome).toBe("deny");
  });

  test("stands beside the schema of another entry; both must accept", () => {
    const both = { t: { args: "tool" }, "*": { args: { maxProperties: 1 } } } as const;
    const context = { tool: { inputSchema: PATHS } };
    expect(decideUnder(both, { path: "a" }, context).outcome).toBe("allow");
    expect(decideUnder(both, { path: "a", b: 1 }, context).pointer).toBe("/tools/*/args");
    expect(decideUnder(both, { b: 1 }, context).pointer).toBe("/tools/t/args");
  });
});
