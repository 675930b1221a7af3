import { CallgateError } from "../errors.js";
import { withDeadline } from "../internal/deadline.js";
import { own } from "../internal/own.js";
import { quote } from "../internal/quote.js";

/** A client transport of either SDK line that nobody is connected to yet. */
export interface ScanTransport {
  start(): Promise<void>;
  send(message: never, options?: never): Promise<void>;
  close(): Promise<void>;
  onmessage?: ((message: never, extra?: never) => void) | undefined;
  onclose?: (() => void) | undefined;
  setProtocolVersion?(version: string): void;
}

interface Wire {
  start(): Promise<void>;
  send(message: object): Promise<void>;
  close(): Promise<void>;
  onmessage?: (message: unknown) => void;
  onclose?: () => void;
  setProtocolVersion?(version: string): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A request that was not taken: answered with an error, or refused by the transport, as HTTP does with a status. */
class RefusedError extends Error {
  readonly code: unknown;

  constructor(refusal: unknown) {
    const message = memberOf(refusal, "message");
    super(typeof message === "string" ? message : "an error without a message", { cause: refusal });
    this.name = "RefusedError";
    this.code = memberOf(refusal, "code");
  }
}

const SESSION_REVISION = "2025-11-25";
const STATELESS_REVISION = "2026-07-28";
const CLIENT = { name: "callgate", version: "1" };
const METHOD_NOT_FOUND = -32601;

/** How each request says who asks since 2026-07-28, when there is no session to remember it. */
const SELF_DESCRIPTION = {
  "io.modelcontextprotocol/protocolVersion": STATELESS_REVISION,
  "io.modelcontextprotocol/clientInfo": CLIENT,
  "io.modelcontextprotocol/clientCapabilities": {},
};

/**
 * Asks a server things over a transport, without an SDK: in a session as of 2025-11-25, or where the server has none, request by
 * request as of 2026-07-28. It offers the server nothing, and refuses what the server asks but `ping`.
 */
export class Session {
  readonly #wire: Wire;
  readonly #timeout: number;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #meta: object | undefined;
  /** What the server says of itself, and what it says that it can do. */
  serverInfo: unknown;
  capabilities: unknown;

  private constructor(transport: ScanTransport, timeout: number) {
    this.#wire = transport as unknown as Wire;
    this.#timeout = timeout;
  }

  /** @throws CallgateError with the code `scan_failed` when the server cannot be reached or speaks no MCP. */
  static async open(transport: ScanTransport, timeout: number): Promise<Session> {
    const session = new Session(transport, timeout);
    try {
      await session.#shakeHands();
      return session;
    } catch (cause) {
      await session.close();
      throw new CallgateError("scan_failed", "the server could not be connected to", { cause });
    }
  }

  async request(method: string, params: object): Promise<unknown> {
    const id = ++this.#last;
    const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const asked = this.#meta === undefined ? params : { ...params, _meta: this.#meta };
    try {
      const sent = this.#wire.send({ jsonrpc: "2.0", id, method, params: asked });
      // What is not sent is not answered, but an answer may come before the sending has ended.
      const failed = sent.then(
        () => answered,
        (error) => Promise.reject(new RefusedError(error)),
      );
      return await withDeadline(Promise.race([answered, failed]), this.#timeout, () => noAnswer(method));
    } finally {
      this.#waiting.delete(id);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#wire.close();
    } catch {
      // What was to be learned is learned.
    }
  }

  async #shakeHands(): Promise<void> {
    this.#wire.onmessage = (message) => this.#receive(message);
    this.#wire.onclose = () => this.#end();
    await this.#wire.start();
    try {
      await this.#initialize();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.#meta = SELF_DESCRIPTION;
      this.#wire.setProtocolVersion?.(STATELESS_REVISION);
      const result = await this.request("server/discover", {});
      this.serverInfo = memberOf(memberOf(result, "_meta"), "io.modelcontextprotocol/serverInfo");
      this.capabilities = memberOf(result, "capabilities");
    }
  }

  async #initialize(): Promise<void> {
    const params = { protocolVersion: SESSION_REVISION, capabilities: {}, clientInfo: CLIENT };
    const result = await this.request("initialize", params);
    this.serverInfo = memberOf(result, "serverInfo");
    this.capabilities = memberOf(result, "capabilities");
    const revision = memberOf(result, "protocolVersion");
    if (typeof revision === "string") this.#wire.setProtocolVersion?.(revision);
    await this.#wire.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }

  #receive(message: unknown): void {
    const id = memberOf(message, "id");
    const method = memberOf(message, "method");
    if (method !== undefined) {
      if (id !== undefined) this.#refuse(id, method);
      return;
    }
    const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) return;
    const error = memberOf(message, "error");
    if (error === undefined) waiting.resolve(memberOf(message, "result"));
    else waiting.reject(new RefusedError(error));
  }

  #refuse(id: unknown, method: unknown): void {
    const answer =
      method === "ping" ? { result: {} } : { error: { code: METHOD_NOT_FOUND, message: "Method not found" } };
    this.#wire.send({ jsonrpc: "2.0", id, ...answer }).catch(() => undefined);
  }

  #end(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error("the server closed the connection"));
  }
}

function noAnswer(method: string): Error {
  return new Error(`the server did not answer ${quote(method)} in time`);
}

function memberOf(value: unknown, key: string): unknown {
  return value !== null && typeof value === "object" ? own(value, key as never) : undefined;
}
