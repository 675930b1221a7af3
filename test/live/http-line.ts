import type { ServerResponse } from "node:http";
import type { Connection, Hooks } from "./cell.ts";
import type { HttpHost } from "./http-host.ts";
import type { Ledger } from "./ledger.ts";

/** One SDK on one protocol revision over Streamable HTTP without sessions: a fresh server for every request. */
export interface HttpLine {
  readonly name: string;
  readonly revision: "2025-11-25" | "2026-07-28";
  /**
   * Serves the fixture's low-level server, answering in plain JSON once a handler is done. The bearer token of a
   * request, unverified, is its `authInfo.clientId`. `ledgerFor` may do to the response what it likes.
   */
  host(hooks: Hooks, ledgerFor: (response: ServerResponse) => Ledger): Promise<HttpHost>;
  dial(url: URL, hooks: Hooks, ledger: Ledger, token?: string): Promise<Connection>;
}

/** What a server's authentication would put on a request. */
export function authOf(
  authorization: string | undefined,
): { token: string; clientId: string; scopes: string[] } | undefined {
  if (authorization === undefined) return undefined;
  const token = authorization.slice("Bearer ".length);
  return { token, clientId: token, scopes: [] };
}

/** Request headers that carry `token`. */
export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
