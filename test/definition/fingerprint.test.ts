import { createHash } from "node:crypto";
import { CallgateError, fingerprintTool, type ToolDefinition } from "callgate";
import { describe, expect, test } from "vitest";
import venice from "../fixtures/venice.tools.json" with { type: "json" };

const tool: ToolDefinition = {
  name: "get_user",
  description: "Get a user",
  inputSchema: { type: "object", properties: { id: { type: "string" }, deep: { type: "boolean" } }, required: ["id"] },
  outputSchema: { type: "object" },
  annotations: { readOnlyHint: true, title: "User" },
};

describe("a fingerprint", () => {
  test("is the SHA-256 of the canonical definition", () => {
    const canonical =
      '{"annotations":{"readOnlyHint":true,"title":"User"},"description":"Get a user","inputSchema":{"properties":{"deep":{"type":"boolean"},"id":{"type":"string"}},"required":["id"],"type":"object"},"name":"get_user","outputSchema":{"type":"object"}}';
    expect(fingerprintTool(tool)).toBe(`sha256-${createHash("sha256").update(canonical).digest("hex")}`);
  });

  test.each([
    [
      "the order of keys",
      {
        annotations: { title: "User", readOnlyHint: true },
        outputSchema: { type: "object" },
        inputSchema: {
          required: ["id"],
          properties: { deep: { type: "boolean" }, id: { type: "string" } },
          type: "object",
        },
        description: "Get a user",
        name: "get_user",
      },
    ],
    ["what an answer adds", { ...tool, ttlMs: 5, cacheScope: "private", _meta: { a: 1 }, icons: [], execution: {} }],
    ["a title", { ...tool, title: "Users" }],
    ["members that are undefined", { ...tool, title: undefined, ttlMs: undefined }],
  ])("does not depend on %s", (_name, same) => {
    expect(fingerprintTool(same)).toBe(fingerprintTool(tool));
  });

  test.each([
    ["the name", { ...tool, name: "get_users" }],
    ["the description", { ...tool, description: "Get a user " }],
    ["no description", { ...tool, description: undefined }],
    ["an input schema's value", { ...tool, inputSchema: { type: "object" } }],
    ["the order of a list", { ...tool, annotations: { ...tool.annotations, list: ["b", "a"] } }],
    ["an output schema", { ...tool, outputSchema: { type: "array" } }],
    ["an annotation", { ...tool, annotations: { readOnlyHint: false, title: "User" } }],
    ["a member called `__proto__`", { ...tool, inputSchema: JSON.parse('{"__proto__":{"type":"object"}}') }],
    ["half of a character", { ...tool, description: "\uD800" }],
  ])("changes with %s", (_name, changed) => {
    expect(fingerprintTool(changed as ToolDefinition)).not.toBe(fingerprintTool(tool));
  });

  test("tells two halves of characters apart", () => {
    expect(fingerprintTool({ name: "a", description: "\uD800" })).not.toBe(
      fingerprintTool({ name: "a", description: "\uD801" }),
    );
  });

  test("is another for each of Venice's tools", () => {
    const tools = venice.tools as readonly ToolDefinition[];
    expect(new Set(tools.map((each) => fingerprintTool(each))).size).toBe(tools.length);
  });
});

describe("what has no fingerprint", () => {
  const self: Record<string, unknown> = {};
  self.self = self;

  test.each([
    ["nothing", undefined, "a tool must be an object"],
    ["a list", [], "the name of a tool must be a string"],
    ["no name", {}, "the name of a tool must be a string"],
    ["an empty name", { name: "" }, "the name of a tool must not be empty"],
    ["a name on the prototype", Object.create({ name: "a" }), "the name of a tool must be a string"],
    ["a function", { name: "a", inputSchema: () => 1 }, "a tool must be JSON, found a function"],
    [
      "no finite number",
      { name: "a", inputSchema: { minimum: Number.NaN } },
      "a tool must be JSON, found a number that is not finite",
    ],
    ["a circle", { name: "a", inputSchema: self }, "a tool must be JSON, found values nested deeper than 128"],
    [
      "what throws when read",
      {
        get name(): string {
          throw new Error("no");
        },
      },
      "a tool must be JSON, found a value that throws when read",
    ],
  ])("%s", (_name, value, message) => {
    let thrown: unknown;
    try {
      fingerprintTool(value as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CallgateError);
    expect([(thrown as CallgateError).code, (thrown as CallgateError).message]).toEqual(["invalid_tool", message]);
  });
});
