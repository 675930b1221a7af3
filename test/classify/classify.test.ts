import { classifyTool, type ToolDefinition } from "callgate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import venice from "../fixtures/venice.tools.json" with { type: "json" };
import { inFull, inventedTools, publishedTools } from "./labelled.ts";
import { rank } from "./measure.ts";

const schema = (properties: Record<string, unknown>): unknown => ({ type: "object", properties });
const text = { type: "string" };
const some: ToolDefinition[] = [...publishedTools, ...inventedTools].map(inFull);

describe("the class of a name", () => {
  test.each([
    ["get_user", "Read"],
    ["listIssues", "Read"],
    ["message.search", "Read"],
    ["order-status", "Read"],
    ["trending_topics", "Read"],
    ["certificate_of_completion", "Read"],
    ["acme_get_deleted_files", "Read"],
    ["create_issue", "Write"],
    ["get_or_create_label", "Write"],
    ["comment_on_issue", "Write"],
    ["remove_label", "Write"],
    ["run_command", "Execute"],
    ["workflow_run_cancel", "Execute"],
    ["turn_on_light", "Execute"],
    ["voice_clone", "Execute"],
    ["coding_agent", "Execute"],
    ["deleteUser", "Destructive"],
    ["find_and_delete", "Destructive"],
    ["drop_index", "Destructive"],
    ["create_invoice", "Financial"],
    ["add_comment_to_invoice", "Write"],
    ["list_invoices", "Read"],
    ["transfer_funds", "Financial"],
    ["transfer_issue", "Write"],
    ["frobnicate", "Write"],
  ])("%s is %s", (name, category) => {
    expect(classifyTool({ name }).category).toBe(category);
  });
});

describe("severity", () => {
  test.each([
    ["get_user", "low"],
    ["create_issue", "medium"],
    ["run_report_job", "high"],
    ["delete_user", "critical"],
    ["pay_bill", "critical"],
  ])("%s is %s by its class", (name, severity) => {
    expect(classifyTool({ name }).severity).toBe(severity);
  });

  test.each([
    ["an address", "get_page", schema({ url: text }), undefined, "medium"],
    ["code to look at", "analyze_query", schema({ sql: text }), undefined, "medium"],
    ["credentials", "get_account", schema({ api_key: text }), undefined, "medium"],
    ["credentials by name", "get_secret", undefined, undefined, "medium"],
    ["two kinds", "get_page", schema({ url: text, password: text }), undefined, "high"],
    ["one kind twice", "get_page", schema({ url: text, image_url: text }), undefined, "medium"],
    ["many things at once", "bulk_update_contacts", undefined, undefined, "high"],
    ["rights over others", "update_admin", undefined, undefined, "high"],
    ["a contradiction", "create_issue", undefined, { readOnlyHint: true }, "high"],
    ["a page token, which is no credential", "get_page", schema({ page_token: text }), undefined, "low"],
    ["nothing above critical", "delete_all_users", schema({ url: text }), { readOnlyHint: true }, "critical"],
  ] as const)("is raised a step by each kind of risk: %s", (_name, name, inputSchema, annotations, severity) => {
    expect(classifyTool({ name, inputSchema, annotations }).severity).toBe(severity);
  });
});

describe("a schema raises the class", () => {
  test.each([
    ["a command", "get_output", schema({ command: text }), "Execute", "/inputSchema/properties/command"],
    [
      "SQL, where nothing says that it is only looked at",
      "fetch",
      schema({ sql: text }),
      "Execute",
      "/inputSchema/properties/sql",
    ],
    [
      "an action that deletes",
      "voices",
      schema({ action: { enum: ["list", "delete"] } }),
      "Destructive",
      "/inputSchema/properties/action",
    ],
    [
      "a switch that deletes",
      "video_status",
      schema({ delete_media: { type: "boolean" } }),
      "Write",
      "/inputSchema/properties/delete_media",
    ],
    [
      "an amount and a currency",
      "submit_form",
      schema({ amount: { type: "number" }, currency: text }),
      "Financial",
      "/inputSchema/properties/amount",
    ],
    [
      "a command inside a list",
      "get_output",
      schema({ steps: { items: schema({ cmd: text }) } }),
      "Execute",
      "/inputSchema/properties/steps/items/properties/cmd",
    ],
  ])("%s", (_name, name, inputSchema, category, pointer) => {
    const found = classifyTool({ name, inputSchema });
    expect([found.category, found.evidence[0]?.pointer]).toEqual([category, pointer]);
  });

  test("an amount and a currency raise no tool that only reads", () => {
    const inputSchema = schema({ amount: { type: "number" }, currency: text });
    expect(classifyTool({ name: "get_exchange_rate", inputSchema }).category).toBe("Read");
  });

  test("code that is stored or looked at is not carried out", () => {
    const inputSchema = schema({ code: text });
    expect(["update_snippet", "analyze_code"].map((name) => classifyTool({ name, inputSchema }).category)).toEqual([
      "Write",
      "Read",
    ]);
  });
});

describe("annotations tighten and never relax", () => {
  test("a contradiction is evidence, and the class stays", () => {
    expect(classifyTool({ name: "delete_user", annotations: { readOnlyHint: true, destructiveHint: false } })).toEqual({
      category: "Destructive",
      severity: "critical",
      confidence: "high",
      evidence: [
        { pointer: "/name", text: "delete", meaning: "a verb of Destructive", category: "Destructive" },
        {
          pointer: "/annotations/readOnlyHint",
          text: "true",
          meaning: "the rest says Destructive",
          signal: "contradiction",
        },
        {
          pointer: "/annotations/destructiveHint",
          text: "false",
          meaning: "the rest says Destructive",
          signal: "contradiction",
        },
      ],
    });
  });

  test.each([
    ["get_user", { readOnlyHint: false }, "Write"],
    ["get_user", { destructiveHint: true }, "Destructive"],
    ["update_user", { destructiveHint: true }, "Destructive"],
    ["run_command", { destructiveHint: true }, "Execute"],
    ["get_user", { readOnlyHint: true, destructiveHint: true }, "Read"],
  ])("%s with %j is %s", (name, annotations, category) => {
    expect(classifyTool({ name, annotations }).category).toBe(category);
  });

  const hint = fc.constantFrom(undefined, true, false);
  test("no combination of hints lowers a class or a severity", () => {
    const severities = ["low", "medium", "high", "critical"];
    const annotations = fc.record({
      readOnlyHint: hint,
      destructiveHint: hint,
      idempotentHint: hint,
      openWorldHint: hint,
    });
    fc.assert(
      fc.property(fc.constantFrom(...some), annotations, (tool, hints) => {
        const without = classifyTool(tool);
        const hinted = classifyTool({ ...tool, annotations: hints });
        return (
          rank(hinted.category) >= rank(without.category) &&
          severities.indexOf(hinted.severity) >= severities.indexOf(without.severity)
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a description", () => {
  test("raises what the name says", () => {
    expect(classifyTool({ name: "get_report", description: "Deletes the report after reading it." })).toMatchObject({
      category: "Destructive",
      evidence: [
        { pointer: "/description", text: "delete" },
        { pointer: "/name", text: "get" },
      ],
    });
  });

  test("never lowers it, whatever it says, where the name says something", () => {
    const words = fc.array(fc.constantFrom("lists", "gets", "the", "users", "safe", "read-only", "and", ".", "only"));
    fc.assert(
      fc.property(fc.constantFrom(...some), words, fc.string(), (tool, said, noise) => {
        const { name } = tool;
        const alone = classifyTool({ name });
        if (alone.confidence === "low") return true;
        const described = classifyTool({ name, description: `${said.join(" ")} ${noise}` });
        return rank(described.category) >= rank(alone.category);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["decides where the name says nothing", "acr", "Returns the replicas of a registry", "Read"],
    ["decides where the name is a thing as often as an action", "group", "List resource groups", "Read"],
    ["decides by all verbs it begins with", "acr", "List, create and permanently delete registries", "Destructive"],
    ["says nothing by a noun that looks like a verb", "acr", "Clicks and cost by group", "Write"],
    ["raises nothing by what may be a noun, beside a plain verb", "list_positions", "Open positions", "Read"],
    ["raises by such a word where it can only be a verb", "list_doors", "Open the doors", "Execute"],
  ])("%s", (_name, name, description, category) => {
    expect(classifyTool({ name, description }).category).toBe(category);
  });

  test.each([
    ["raises the class", "sync_users", "Delete Users", "Destructive"],
    ["raises nothing by what may be a noun, beside a plain verb", "list_issues", "Open Issues", "Read"],
  ])("and a title %s", (_name, name, title, category) => {
    expect(classifyTool({ name, title }).category).toBe(category);
  });

  test("that would fit every tool is no evidence", () => {
    expect(classifyTool({ name: "acr", description: "Retrieves data." })).toMatchObject({
      category: "Write",
      confidence: "low",
    });
  });
});

describe("every judgement names what it rests on", () => {
  const named = (tool: ToolDefinition): boolean => {
    const { category, evidence } = classifyTool(tool);
    return (
      evidence[0]?.category === category && evidence.every(({ pointer, meaning }) => pointer !== "" && meaning !== "")
    );
  };

  test.each([
    ["published and invented", some],
    ["with schemas", venice.tools as readonly ToolDefinition[]],
  ])("tools %s", (_name, tools) => {
    expect(tools.filter((tool) => !named(tool))).toEqual([]);
  });

  test("the same tool is judged the same", () => {
    expect(some.map((tool) => classifyTool(tool))).toEqual(some.map((tool) => classifyTool(structuredClone(tool))));
  });
});

describe("what is no tool", () => {
  const nameless = { category: "Execute", severity: "high", confidence: "low" };

  test.each([
    ["nothing", undefined],
    ["null", null],
    ["text", "get_user"],
    ["an object without a name", {}],
    ["an empty name", { name: "" }],
    ["a name that is no text", { name: 5 }],
    ["a name with a control character", { name: "get\u0000user" }],
    ["a name of 513 characters", { name: "a".repeat(513) }],
    ["a name on the prototype", Object.create({ name: "get_user" })],
    [
      "a name that throws when read",
      {
        get name(): string {
          throw new Error("no");
        },
      },
    ],
  ])("%s is taken for Execute", (_name, tool) => {
    expect(classifyTool(tool as never)).toMatchObject(nameless);
  });

  test("members of another type are not there", () => {
    const odd = { name: "get_user", title: 1, description: {}, inputSchema: "x", annotations: [true] };
    expect(classifyTool(odd as never)).toEqual(classifyTool({ name: "get_user" }));
  });

  test("nothing is thrown, whatever stands in a tool", () => {
    const tool = fc.record({
      name: fc.string(),
      title: fc.anything(),
      description: fc.anything(),
      inputSchema: fc.anything(),
    });
    fc.assert(
      fc.property(tool, (value) => classifyTool(value as never).evidence.length > 0),
      { numRuns: 1_000 },
    );
  });
});

describe("the work is bounded", () => {
  /** A schema without end, which counts how often a part of it is read. */
  function endless(counter: { reads: number }): object {
    return new Proxy(
      {},
      {
        ownKeys: () => ["a", "b", "properties"],
        getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
        get: () => {
          counter.reads++;
          return endless(counter);
        },
      },
    );
  }

  test("of a schema without end at most 100,000 parts are read, and that shows", () => {
    const counter = { reads: 0 };
    const found = classifyTool({ name: "get_user", inputSchema: endless(counter) });
    expect(counter.reads).toBeGreaterThan(100);
    expect(counter.reads).toBeLessThan(100_000);
    expect(found.evidence).toContainEqual({
      pointer: "/inputSchema",
      text: "properties",
      meaning: "more than 1000 parts, which are not all read",
      signal: "unread",
    });
  });

  test("a schema that holds itself is read 32 deep", () => {
    const self: { properties: Record<string, unknown> } = { properties: {} };
    self.properties.url = self;
    const { evidence } = classifyTool({ name: "get_user", inputSchema: self });
    const depths = evidence.map(({ pointer }) => pointer.split("/properties/").length - 1);
    expect([Math.max(...depths), evidence.at(-1)?.signal]).toEqual([32, "unread"]);
  });

  test("a schema with 5,000 arguments of risk gives at most 50 reasons", () => {
    const urls = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`n${index}_url`, text]));
    expect(classifyTool({ name: "get_user", inputSchema: schema(urls) }).evidence.length).toBe(50);
  });

  test("what a description says after 4,096 characters is not read", () => {
    const late = classifyTool({ name: "acr", description: `${" ".repeat(4_096)}Deletes the registry.` });
    expect(late.category).toBe("Write");
  });
});
