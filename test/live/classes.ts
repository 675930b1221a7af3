import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PolicyDocument } from "../../src/index.ts";
import { type Cell, type Connection, type Side, sides, unwrapped } from "./cell.ts";
import { createLiveGate, guarded } from "./gate.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

const PATIENCE = 30_000;
const INVALID_PARAMS = -32602;
const METHOD_NOT_FOUND = -32601;

/** What each section lists is what the fixture server offers, and nothing else. */
const listing: PolicyDocument = {
  version: "1",
  default: "deny",
  tools: { ask: {}, sample: {}, echo: {} },
  resources: { default: "deny", entries: { "note://*": {} } },
  prompts: { default: "deny", entries: { greet: {} } },
  methods: { deny: ["sampling/*", "elicitation/create", "logging/*"] },
};

const hiding: PolicyDocument = {
  version: "1",
  default: "deny",
  tools: { ask: {}, sample: {} },
  resources: { default: "allow", hide: ["note://*", "memo:*"] },
  prompts: { default: "allow", hide: ["gree?"] },
};

/** Resources, prompts and methods by their own sections, over real connections, on both sides. */
export function describeClasses(cells: readonly Cell[]): void {
  for (const cell of cells.filter(({ server }) => server === "McpServer")) {
    for (const side of sides) describeSide(cell, side);
  }
}

function describeSide(cell: Cell, side: Side): void {
  const gate = (policy: PolicyDocument) => guarded(side, createLiveGate(policy), policy);

  describe(`${cell.name}: sections of a policy, by the gate on the ${side}`, { timeout: PATIENCE }, () => {
    let plain: Connection;
    let listed: Connection;
    let hidden: Connection;

    beforeAll(async () => {
      plain = await cell.connect(unwrapped);
      listed = await cell.connect(gate(listing));
      hidden = await cell.connect(gate(hiding));
    }, PATIENCE);

    afterAll(async () => {
      for (const connection of [plain, listed, hidden]) await connection?.close();
    });

    it("what a section lists passes, as it does without a gate", async () => {
      const expected = await askAll(plain);
      expect(await askAll(listed)).toEqual(expected);
      expect(JSON.stringify(expected)).toMatch(/a note.*hello Ada.*memo:\/\//);
    });

    it("what a section does not list is denied by an error that says so", async () => {
      const { client } = listed;
      expect(await outcomeOf(client.readResource({ uri: "memo://one" }))).toEqual(notPermitted("resource"));
      expect(await outcomeOf(client.readResource({ uri: "note://../one" }))).toEqual(notPermitted("resource"));
      expect(await outcomeOf(client.getPrompt({ name: "no_such_prompt" }))).toEqual(notPermitted("prompt"));
    });

    it("what is hidden is on no list, and denied", async () => {
      const { client } = hidden;
      expect(await outcomeOf(client.listResources())).toMatchObject({ result: { resources: [] } });
      expect(await outcomeOf(client.listResourceTemplates())).toMatchObject({ result: { resourceTemplates: [] } });
      expect(await outcomeOf(client.listPrompts())).toMatchObject({ result: { prompts: [] } });
      expect(await outcomeOf(client.readResource({ uri: "note://one" }))).toEqual(notPermitted("resource"));
      expect(await outcomeOf(client.getPrompt({ name: "greet" }))).toEqual(notPermitted("prompt"));
    });

    if (cell.revision === "2025-11-25") {
      it("a subscription is judged as reading is", async () => {
        const subscribe = (connection: Connection, uri: string) =>
          outcomeOf(connection.client.subscribeResource({ uri }));
        // The SDKs' own server has no subscriptions: what reaches it is answered that there is no such method.
        const expected = await subscribe(plain, "note://one");
        expect(await subscribe(listed, "note://one")).toEqual(expected);
        expect(await subscribe(listed, "memo://one")).toEqual(notPermitted("resource"));
        expect(await subscribe(hidden, "note://one")).toEqual(notPermitted("resource"));
        expect(expected).not.toEqual(notPermitted("resource"));
      });

      it("a method that the policy denies is one that the server does not have", async () => {
        expect(await outcomeOf(listed.client.setLoggingLevel("info"))).toMatchObject({
          error: { code: METHOD_NOT_FOUND },
        });
        expect(await outcomeOf(hidden.client.setLoggingLevel("info"))).toMatchObject({ result: {} });
      });
    }

    if (cell.conversation !== "none") {
      it.each(["ask", "sample"])(
        "what a tool (%s) wants of the client is refused, and the client never asked",
        async (tool) => {
          const refused = JSON.stringify(await outcomeOf(listed.callTool(tool)));
          expect(refused).not.toMatch(/Ada|"word"|\\"word/);
          expect(refused).toMatch(
            cell.conversation === "requests" ? /decline|rejected|still required input/ : /POLICY DENIED/,
          );
          expect(JSON.stringify(await outcomeOf(hidden.callTool(tool)))).toMatch(/Ada|word/);
          expect(await outcomeOf(listed.callTool("echo", { text: "after" }))).toMatchObject({ result: {} });
        },
      );
    }
  });
}

async function askAll({ client }: Connection): Promise<readonly Outcome[]> {
  return [
    await outcomeOf(client.readResource({ uri: "note://one" })),
    await outcomeOf(client.getPrompt({ name: "greet", arguments: { who: "Ada" } })),
    await outcomeOf(client.listResources()),
    await outcomeOf(client.listPrompts()),
    await outcomeOf(client.listResourceTemplates()),
  ];
}

function notPermitted(kind: "resource" | "prompt"): unknown {
  const message = expect.stringContaining(`[POLICY DENIED] this ${kind} is not permitted by policy`);
  const data = { "callgate/denial": { code: "not_permitted", retryable: false } };
  return { error: { code: INVALID_PARAMS, message, data } };
}
