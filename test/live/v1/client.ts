import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { type Connection, closeAll, type Hooks, type ListedTool } from "../cell.ts";
import type { Ledger } from "../ledger.ts";

export interface V1Connection extends Connection {
  readonly client: Client;
}

/** A client that answers what the fixture server asks for. */
export function createClient(): Client {
  const client = new Client(
    { name: "live-client", version: "1.0.0" },
    { capabilities: { elicitation: {}, sampling: {} } },
  );
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: { name: "Ada" } }));
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: "fixture",
    role: "assistant",
    content: { type: "text", text: "word" },
  }));
  return client;
}

export async function connectClient(
  transport: Transport,
  hooks: Hooks,
  ledger: Ledger,
  closers: readonly (() => unknown)[],
): Promise<V1Connection> {
  const client = createClient();
  const logs: unknown[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params));
  await client.connect(hooks.client(transport));
  return {
    client,
    logs,
    callTool: (name, args = {}, options = {}) => client.callTool({ name, arguments: args }, undefined, options),
    listTools: () => listEveryPage(client),
    effects: () => ledger.effects(),
    until: (effect) => ledger.until(effect),
    close: () => closeAll([...closers, () => client.close()]),
  };
}

async function listEveryPage(client: Client): Promise<readonly ListedTool[]> {
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}
