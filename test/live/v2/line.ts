import { InMemoryTransport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Line } from "../line.ts";
import { connectClient } from "./client.ts";
import { createLowServer } from "./server.ts";

export const v2LegacyLine: Line<InMemoryTransport> = {
  name: "v2 on 2025-11-25",
  revision: "2025-11-25",
  linkedPair: () => InMemoryTransport.createLinkedPair(),
  async serve(far, hooks, ledger) {
    const server = hooks.server(createLowServer(ledger));
    await server.connect(far);
    return () => server.close();
  },
  dial: (near, hooks, ledger) => connectClient(near, "2025-11-25", hooks, ledger, []),
};

export const v2ModernLine: Line<InMemoryTransport> = {
  name: "v2 on 2026-07-28",
  revision: "2026-07-28",
  linkedPair: () => InMemoryTransport.createLinkedPair(),
  async serve(far, hooks, ledger) {
    const entry = serveStdio(() => hooks.server(createLowServer(ledger)), { transport: far });
    return () => entry.close();
  },
  dial: (near, hooks, ledger) => connectClient(near, "2026-07-28", hooks, ledger, []),
};
