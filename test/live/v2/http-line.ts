import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { NodeStreamableHTTPServerTransport, toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { type HttpHandler, listen } from "../http-host.ts";
import { authOf, bearer, type HttpLine } from "../http-line.ts";
import { connectClient, type Era } from "./client.ts";
import { createLowServer } from "./server.ts";

function dialer(era: Era): HttpLine["dial"] {
  return (url, hooks, ledger, token) => {
    const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: bearer(token) } });
    return connectClient(transport, era, hooks, ledger, []);
  };
}

export const v2LegacyHttpLine: HttpLine = {
  name: "v2 on 2025-11-25, Streamable HTTP",
  revision: "2025-11-25",
  host: (hooks, ledgerFor) =>
    listen(async (request, response) => {
      const transport = new NodeStreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = hooks.server(createLowServer(ledgerFor(response)));
      response.on("close", () => void server.close());
      await server.connect(transport);
      const auth = authOf(request.headers.authorization);
      await transport.handleRequest(Object.assign(request, auth && { auth }), response);
    }),
  dial: dialer("2025-11-25"),
};

export const v2ModernHttpLine: HttpLine = {
  name: "v2 on 2026-07-28, createMcpHandler",
  revision: "2026-07-28",
  host: (hooks, ledgerFor) =>
    listen((request, response) => {
      const handler = createMcpHandler(() => hooks.server(createLowServer(ledgerFor(response))), {
        responseMode: "json",
      });
      const auth = authOf(request.headers.authorization);
      const serve = toNodeHandler(handler) as HttpHandler;
      return serve(Object.assign(request, auth && { auth }), response);
    }),
  dial: dialer("2026-07-28"),
};
