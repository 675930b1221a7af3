import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import type { Line } from "../line.ts";
import { connectClient } from "./client.ts";
import { createLowServer } from "./server.ts";

export const v1Line: Line<InMemoryTransport> = {
  name: "v1",
  revision: "2025-11-25",
  linkedPair: () => InMemoryTransport.createLinkedPair(),
  async serve(far, hooks, ledger) {
    const server = hooks.server(createLowServer(ledger));
    await server.connect(far);
    return () => server.close();
  },
  dial: (near, hooks, ledger) => connectClient(near, hooks, ledger, []),
};
