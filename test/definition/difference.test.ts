import { describe, expect, test } from "vitest";
import { describeDifference } from "../../src/definition/difference.ts";

const TOOL = { name: "t", description: "Reads.", inputSchema: { properties: { a: { type: "string" } } } };

describe("the difference of two definitions, in words", () => {
  test.each<[states: string, after: object, told: readonly string[]]>([
    ["nothing", { ...TOOL }, []],
    ["a text", { ...TOOL, description: "Writes." }, ["`/description` changed from `Reads.` to `Writes.`"]],
    ["a member that is new", { ...TOOL, annotations: {} }, ["`/annotations` was added: `{}`"]],
    [
      "a member that is gone",
      { name: "t", inputSchema: TOOL.inputSchema },
      ["`/description` was removed, it was `Reads.`"],
    ],
    [
      "a part of a schema",
      { ...TOOL, inputSchema: { properties: { a: { type: "number" }, "b/c": true } } },
      [
        "`/inputSchema/properties/a/type` changed from `string` to `number`",
        "`/inputSchema/properties/b~1c` was added: `true`",
      ],
    ],
    [
      "a schema that is none any more",
      { ...TOOL, inputSchema: null },
      ['`/inputSchema` changed from `{"properties":{"a":{"type":"string"}}}` to `null`'],
    ],
    ["an object where a list was", { ...TOOL, inputSchema: [] }, [expect.stringMatching(/^`\/inputSchema` changed/)]],
    [
      "what is invisible",
      { ...TOOL, description: "Reads.\u202e" },
      ["`/description` changed from `Reads.` to `Reads.\\u{202e}`"],
    ],
  ])("%s", (_states, after, told) => {
    expect(describeDifference(TOOL, after as typeof TOOL)).toEqual(told);
  });

  test("two long texts are shown from where they part", () => {
    const same = "x".repeat(500);
    expect(describeDifference({ description: `${same} end` }, { description: `${same} stop` })).toEqual([
      `\`/description\` changed from \`…${"x".repeat(19)} end\` to \`…${"x".repeat(19)} stop\``,
    ]);
  });

  test("ten places are told one by one, the rest is counted", () => {
    const many = (value: number): object =>
      Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`p${index}`, value]));
    const told = describeDifference({ inputSchema: many(0) }, { inputSchema: many(1) });
    expect([told.length, told[9], told[10]]).toEqual([11, "`/inputSchema/p9` changed from `0` to `1`", "and 3 more"]);
  });

  test("`__proto__` is a member like any other", () => {
    const before = JSON.parse('{ "inputSchema": {} }') as object;
    const after = JSON.parse('{ "inputSchema": { "__proto__": 1 } }') as object;
    expect(describeDifference(before, after)).toEqual(["`/inputSchema/__proto__` was added: `1`"]);
  });
});
