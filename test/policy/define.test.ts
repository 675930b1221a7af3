import { createGate, decide, definePolicy, type PolicyDocument, parsePolicy } from "callgate";
import { describe, expect, test } from "vitest";

const TOOLS = [
  {
    name: "create_charge",
    inputSchema: {
      type: "object",
      properties: { amount: { type: "number" }, card: { type: "object" }, "line.items": { type: "array" } },
    },
  },
  { name: "list_charges", inputSchema: { type: "object", properties: {} } },
  { name: "free_form", inputSchema: { type: "object" } },
] as const;

const charge = { name: "create_charge", arguments: { amount: 500 } };

/** The types are checked by `tsc -p test/tsconfig.json`, which refuses an expected error that is none. */
describe("definePolicy", () => {
  test("gives the document back, and it parses and decides as any other", async () => {
    const document = definePolicy(
      {
        version: "1",
        default: "deny",
        hide: ["list_charges", "admin_*"],
        all_tools: { deny_if: [{ conditions: [{ path: "args.anything", op: "eq", value: 1 }] }] },
        tools: {
          create_charge: {
            require: [
              {
                conditions: [
                  { path: "args.amount", op: "lte", value: 100 },
                  { path: "args.card.country", op: "in", value: ["GB"], if_present: true },
                  { path: 'args["line.items"][*].price', op: "gt", value: 0, if_present: true },
                  { path: "grant.labels.team", op: "neq", value: "guests", if_present: true },
                  { path: "tool", op: "eq", value: "create_charge" },
                ],
                on_deny: "Too much.",
              },
            ],
            limits: [{ counter: "charged", window: "day", max: 1_000, increment_from: "args.amount" }],
          },
          free_form: { deny_if: [{ conditions: [{ path: "args.whatever", op: "exists", value: true }] }] },
          "get_*": { deny_if: [{ conditions: [{ path: "args.anything", op: "exists", value: true }] }] },
        },
      },
      TOOLS,
    );
    expect(document.tools && Object.keys(document.tools)).toEqual(["create_charge", "free_form", "get_*"]);
    expect(decide(parsePolicy(document), charge)).toMatchObject({ outcome: "deny", message: "Too much." });
    const gate = createGate({ policy: parsePolicy(document) });
    const result = await gate.run({ ...charge, arguments: { amount: 5 } }, {}, () => "charged");
    expect(result).toMatchObject({ allowed: true, value: "charged" });
  });

  test("is the very document", () => {
    const document: PolicyDocument = { version: "1", default: "deny" };
    expect(definePolicy(document)).toBe(document);
  });

  test("without tools it checks the document itself", () => {
    definePolicy({ version: "1", default: "allow", tools: { anything: { action: "deny" } } });
    // @ts-expect-error there is no such default
    definePolicy({ version: "1", default: "ask" });
    // @ts-expect-error there is no such key
    definePolicy({ version: "1", default: "deny", tolls: {} });
    // @ts-expect-error there is no such action
    definePolicy({ version: "1", default: "deny", tools: { anything: { action: "maybe" } } });
  });

  test("a tool that is not in the list is a type error", () => {
    // @ts-expect-error it is create_charge
    definePolicy({ version: "1", default: "deny", tools: { create_chrage: {} } }, TOOLS);
    // @ts-expect-error it is list_charges
    definePolicy({ version: "1", default: "deny", hide: ["list_charge"] }, TOOLS);
    definePolicy({ version: "1", default: "deny", hide: ["*"], tools: { "*_charge?": {} } }, TOOLS);
  });

  test("an argument that the tool does not have is a type error", () => {
    definePolicy(
      {
        version: "1",
        default: "deny",
        tools: {
          create_charge: {
            // @ts-expect-error it is args.amount
            require: [{ conditions: [{ path: "args.amuont", op: "lte", value: 1 }] }],
            // @ts-expect-error a dot in a name has to be quoted
            deny_if: [{ conditions: [{ path: "args.line.items", op: "exists", value: true }] }],
            // @ts-expect-error it is args.amount
            limits: [{ counter: "n", window: "day", max: 1, increment_from: "args.amuont" }],
          },
          // @ts-expect-error it has no arguments
          list_charges: { require_approval_if: [{ conditions: [{ path: "args.page", op: "gt", value: 1 }] }] },
        },
      },
      TOOLS,
    );
  });

  test("an operator or a root that does not exist is a type error", () => {
    definePolicy(
      {
        version: "1",
        default: "deny",
        tools: {
          create_charge: {
            // @ts-expect-error it is lte
            require: [{ conditions: [{ path: "args.amount", op: "le", value: 1 }] }],
            // @ts-expect-error it is args.amount
            deny_if: [{ conditions: [{ path: "amount", op: "gt", value: 1 }] }],
          },
        },
      },
      TOOLS,
    );
  });

  test("a whole answer to tools/list does, in place too", () => {
    // @ts-expect-error it is ping
    definePolicy({ version: "1", default: "deny", tools: { pong: {} } }, { tools: [{ name: "ping" }] });
    definePolicy({ version: "1", default: "deny", tools: { ping: {} } }, { tools: [{ name: "ping" }] });
  });

  test("a list that is no literal says nothing about names", () => {
    const listed: { name: string; inputSchema: { properties?: Record<string, unknown> } }[] = [];
    definePolicy(
      {
        version: "1",
        default: "deny",
        tools: { any: { require: [{ conditions: [{ path: "args.any", op: "exists", value: true }] }] } },
      },
      listed,
    );
  });
});
