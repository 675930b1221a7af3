import { Client, type Transport } from "@modelcontextprotocol/client";
import { type Connection, closeAll, type Hooks } from "../cell.ts";
import type { Ledger } from "../ledger.ts";

export interface V2Connection extends Connection {
  readonly client: Client;
}

/** The 2025 protocol is what a client speaks that was not told otherwise; 2026-07-28 is pinned. */
export type Era = "2025-11-25" | "2026-07-28";

/** A client that answers what the fixture server asks for. */
export function createClient(era: Era): Client {
  const client = new Client(
    { name: "live-client", version: "1.0.0" },
    {
      capabilities: { elicitation: {}, sampling: {} },
      ...(era === "2026-07-28" && { versionNegotiation: { mode: { pin: era } } }),
    },
  );
  client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { name: "Ada" } }));
  client.setRequestHandler("sampling/createMessage", () => ({
    model: "fixture",
    role: "assistant",
    content: { type: "text", text: "word" },
  }));
  return client;
}

export async function connectClient(
  transport: Transport,
  era: Era,
  hooks: Hooks,
  ledger: Ledger,
  closers: readonly (() => unknown)[],
): Promise<V2Connection> {
  const client = createClient(era);
  const logs: unknown[] = [];
  client.setNotificationHandler("notifications/message", ({ params }) => void logs.push(params));
  await client.connect(hooks.client(transport));
  return {
    client,
    logs,
    callTool: (name, args = {}, options = {}) => client.callTool({ name, arguments: args }, options),
    listTools: async () => (await client.listTools()).tools,
    effects: () => ledger.effects(),
    until: (effect) => ledger.until(effect),
    close: () => closeAll([...closers, () => client.close()]),
  };
}
