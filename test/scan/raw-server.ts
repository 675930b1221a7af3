import type { ScanTransport } from "callgate";

type Message = { readonly id?: unknown; readonly method?: string; readonly params?: Record<string, unknown> };
type Answer = { readonly result: unknown } | { readonly error: unknown };

/** What a server of no SDK answers to each method; what is not there it does not know. */
export type Answers = { readonly [method: string]: (params: Record<string, unknown>) => Answer | undefined };

const NOT_FOUND: Answer = { error: { code: -32601, message: "Method not found" } };

/** A server of no SDK, and the transport that leads to it. It keeps what it was sent. */
export class RawServer {
  readonly received: Message[] = [];
  readonly revisions: string[] = [];
  closed = 0;
  onmessage?: (message: unknown) => void;
  onclose?: () => void;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  get transport(): ScanTransport {
    return this as ScanTransport;
  }

  async start(): Promise<void> {}

  async send(message: Message): Promise<void> {
    this.received.push(message);
    if (message.id === undefined || message.method === undefined) return;
    const answer = Object.hasOwn(this.#answers, message.method)
      ? this.#answers[message.method]?.(message.params ?? {})
      : NOT_FOUND;
    if (answer !== undefined) this.onmessage?.({ jsonrpc: "2.0", id: message.id, ...answer });
  }

  async close(): Promise<void> {
    this.closed += 1;
    this.onclose?.();
  }

  setProtocolVersion(version: string): void {
    this.revisions.push(version);
  }
}

export const initialize = (): Answer => ({
  result: {
    protocolVersion: "2025-06-18",
    capabilities: { tools: {}, prompts: {}, resources: {} },
    serverInfo: { name: "raw", version: "3" },
  },
});

/** A server with sessions that lists these tools on one page. */
export function serverOf(tools: readonly unknown[], more: Answers = {}): RawServer {
  return new RawServer({ initialize, "tools/list": () => ({ result: { tools } }), ...more });
}
