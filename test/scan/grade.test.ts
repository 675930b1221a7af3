import { type Grade, type ServerScan, scanServer } from "callgate";
import { describe, expect, test } from "vitest";
import { serverOf } from "./raw-server.ts";

const object = (properties: object): object => ({ type: "object", properties });
const scanOf = (tools: readonly unknown[], more: Parameters<typeof serverOf>[1] = {}): Promise<ServerScan> =>
  scanServer(serverOf(tools, more).transport);

const READS = { name: "list_notes", description: "Lists the notes of a folder.", annotations: { readOnlyHint: true } };

describe("the grade of a server", () => {
  test("A: tools that only read, and nothing against them; so is a server without tools", async () => {
    expect(await scanOf([READS])).toMatchObject({ grade: "A", reasons: [] });
    expect(await scanOf([])).toMatchObject({ grade: "A", reasons: [] });
  });

  test.each<[grade: Grade, text: string, tool: object]>([
    ["B", "creates or changes data", { name: "create_note" }],
    ["B", "starts something whose effect depends on the arguments", { name: "run_build" }],
    ["C", "permanently removes data, resources or access", { name: "delete_note" }],
    ["C", "moves money, or changes what is owed", { name: "create_payment" }],
    [
      "C",
      "reaches addresses that the caller chooses",
      { name: "get_page", inputSchema: object({ url: { type: "string" } }) },
    ],
    [
      "D",
      "annotations say less than the rest of the definition",
      { name: "delete_note", annotations: { readOnlyHint: true } },
    ],
    [
      "D",
      "runs code, commands or queries that the caller writes",
      { name: "run", inputSchema: object({ sql: { type: "string" } }) },
    ],
    ["D", "takes credentials as arguments", { name: "get_x", inputSchema: object({ api_key: { type: "string" } }) }],
    [
      "F",
      "texts hold characters that a person does not see and a model reads",
      { ...READS, description: "Lists.\u{e0041}" },
    ],
    ["F", "definitions that cannot be called or read", { ...READS, name: "list\u200bnotes" }],
  ])("%s: %s", async (grade, text, tool) => {
    const scan = await scanOf([READS, tool]);
    expect(scan.grade).toBe(grade);
    expect(scan.reasons).toContainEqual({ grade, text, names: [(tool as { name: string }).name] });
  });

  test("the worst reason is the grade, and every reason is told, the worst first", async () => {
    const { grade, reasons } = await scanOf([
      { name: "create_note" },
      { name: "delete_note" },
      { name: "update_note" },
    ]);
    expect(grade).toBe("C");
    expect(reasons.map((reason) => [reason.grade, reason.names])).toEqual([
      ["C", ["delete_note"]],
      ["B", ["create_note", "update_note"]],
    ]);
  });

  test("F: E04: one name with two definitions; two equal ones are one tool", async () => {
    const text = "one name has several definitions, so nobody can tell what a call would mean";
    expect((await scanOf([READS, READS])).grade).toBe("A");
    expect((await scanOf([READS, { ...READS, description: "Lists all." }])).reasons).toEqual([
      { grade: "F", text, names: ["list_notes"] },
    ]);
  });

  test("F: hidden text in a prompt or a resource", async () => {
    const { reasons } = await scanOf([], {
      "prompts/list": () => ({ result: { prompts: [{ name: "greet", description: "Hi\u202e" }] } }),
      "resources/list": () => ({ result: { resources: [{ uri: "note://a", name: "a\u200b" }, { uri: "note://b" }] } }),
    });
    expect(reasons.map(({ grade, names }) => [grade, names])).toEqual([["F", ["greet", "note://a"]]]);
  });

  test("a list that a server does not announce and does not answer is none", async () => {
    const { grade, problems } = await scanOf([], {
      initialize: () => ({ result: { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: {} } }),
      "tools/list": () => ({ error: { code: -32603, message: "what?" } }),
    });
    expect([grade, problems]).toEqual(["A", []]);
  });

  test("F: tools that cannot be listed to the end; C: the same of another list", async () => {
    const failed = (): { error: object } => ({ error: { code: -32603, message: "no disk\u202e" } });
    const { grade, reasons, problems } = await scanOf([], { "tools/list": failed, "prompts/list": failed });
    const message = "`no disk\\u{202e}`";
    expect(problems).toEqual([
      { list: "tools", message },
      { list: "prompts", message },
    ]);
    expect([grade, reasons]).toEqual([
      "F",
      [
        { grade: "F", text: "tools that cannot be listed to the end", names: [`tools: ${message}`] },
        { grade: "C", text: "lists beside tools that cannot be read to the end", names: [`prompts: ${message}`] },
      ],
    ]);
  });
});
