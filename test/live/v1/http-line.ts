import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { listen } from "../http-host.ts";
import { authOf, bearer, type HttpLine } from "../http-line.ts";
import { connectClient } from "./client.ts";
import { createLowServer } from "./server.ts";

export const v1HttpLine: HttpLine = {
  name: "v1, Streamable HTTP",
  revision: "2025-11-25",
  host: (hooks, ledgerFor) =>
    listen(async (request, response) => {
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = hooks.server(createLowServer(ledgerFor(response)));
      response.on("close", () => void server.close());
      await server.connect(transport);
      const auth = authOf(request.headers.authorization);
      await transport.handleRequest(Object.assign(request, auth && { auth }), response);
    }),
  dial: (url, hooks, ledger, token) => {
    const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: bearer(token) } });
    return connectClient(transport, hooks, ledger, []);
  },
};
