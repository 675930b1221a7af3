import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface HttpHost {
  readonly url: URL;
  close(): Promise<void>;
}

/** A real HTTP server on a free port of 127.0.0.1. */
export async function listen(handler: HttpHandler): Promise<HttpHost> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
