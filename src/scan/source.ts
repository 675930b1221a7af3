import { OptionsError } from "../errors.js";
import { withDeadline } from "../internal/deadline.js";
import { type ScanTransport, Session } from "./session.js";

/** A connected client of either SDK line, as far as a scan asks it. */
export interface ScanClient {
  listTools(params?: never, options?: never): Promise<unknown>;
  listPrompts?(params?: never, options?: never): Promise<unknown>;
  listResources?(params?: never, options?: never): Promise<unknown>;
  listResourceTemplates?(params?: never, options?: never): Promise<unknown>;
  getServerVersion?(): unknown;
  getServerCapabilities?(): unknown;
}

/** The lists of MCP: the method that asks for each, what a client calls it, and how a server says that it has it. */
const LISTS = {
  tools: { method: "tools/list", member: "listTools", capability: "tools" },
  prompts: { method: "prompts/list", member: "listPrompts", capability: "prompts" },
  resources: { method: "resources/list", member: "listResources", capability: "resources" },
  resourceTemplates: { method: "resources/templates/list", member: "listResourceTemplates", capability: "resources" },
} as const;

export type ListName = keyof typeof LISTS;

/** Whatever can be asked for pages of lists. */
export interface Source {
  /** What the server says of itself. */
  readonly serverInfo: unknown;
  /** Whether the server says that it has the list, or nobody knows what it says. */
  announces(list: ListName): boolean;
  /** One page; `undefined` where the source has no way to ask. Rejects with what the server answers. */
  page(list: ListName, cursor: string | undefined): Promise<unknown>;
  /** Lets go of what the scan itself has opened. */
  close(): Promise<void>;
}

/** @throws OptionsError for what is neither a client nor a transport. */
export async function openSource(source: ScanClient | ScanTransport, timeout: number): Promise<Source> {
  if (has(source, "listTools")) return fromClient(source as ScanClient, timeout);
  if (!has(source, "start") || !has(source, "send")) {
    throw new OptionsError("scanServer takes a connected client, or a transport that nobody is connected to");
  }
  return fromSession(await Session.open(source as ScanTransport, timeout));
}

function fromSession(session: Session): Source {
  return {
    serverInfo: session.serverInfo,
    announces: announcedIn(session.capabilities),
    page: (list, cursor) => session.request(LISTS[list].method, cursor === undefined ? {} : { cursor }),
    close: () => session.close(),
  };
}

/** Clients of 2.x may keep lists; a scan wants what the server says now. */
const UNCACHED = { cacheMode: "bypass" };

function fromClient(client: ScanClient, timeout: number): Source {
  return {
    serverInfo: client.getServerVersion?.(),
    announces: announcedIn(client.getServerCapabilities?.()),
    page: async (list, cursor) => {
      const ask = client[LISTS[list].member];
      if (typeof ask !== "function") return undefined;
      const params = cursor === undefined ? undefined : { cursor };
      const asked = ask.call(client, params as never, UNCACHED as never);
      return withDeadline(asked, timeout, () => new Error(`the client did not answer ${list} in time`));
    },
    close: async () => undefined,
  };
}

function announcedIn(capabilities: unknown): Source["announces"] {
  if (capabilities === null || typeof capabilities !== "object") return () => true;
  return (list) => Object.hasOwn(capabilities, LISTS[list].capability);
}

function has(value: unknown, method: string): boolean {
  return value !== null && typeof value === "object" && typeof Reflect.get(value, method) === "function";
}
