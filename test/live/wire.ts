/** The least both SDKs' transports have in common; declared as methods, so that either one's own types fit. */
export interface WireTransport {
  start(): Promise<void>;
  send(message: unknown, options?: unknown): Promise<void>;
  close(): Promise<void>;
  onmessage?(message: unknown, extra?: unknown): void;
  onclose?(): void;
}

export interface WireMessage {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** One end of a connection driven by hand: it may send what no SDK would. */
export interface WirePeer {
  /** Hands `message` to the transport as it is, whatever it is. */
  send(message: unknown): Promise<void>;
  /** Sends a well-formed request and resolves to the first answer with exactly its id. */
  ask(id: string | number, method: string, params?: unknown): Promise<WireMessage>;
  /** Resolves to the first message that `matches`, one that already came included. */
  until(matches: (message: WireMessage) => boolean): Promise<WireMessage>;
  readonly received: readonly WireMessage[];
  close(): Promise<void>;
}

export async function createPeer(
  transport: WireTransport,
  answer: (message: WireMessage, send: (message: unknown) => Promise<void>) => unknown = () => undefined,
): Promise<WirePeer> {
  const received: WireMessage[] = [];
  const waiting = new Set<(message: WireMessage) => void>();
  const send = (message: unknown): Promise<void> => transport.send(message);
  transport.onmessage = (message) => {
    received.push(message as WireMessage);
    for (const look of [...waiting]) look(message as WireMessage);
    answer(message as WireMessage, send);
  };
  await transport.start();
  const until: WirePeer["until"] = (matches) => {
    const known = received.find(matches);
    if (known) return Promise.resolve(known);
    return new Promise((resolve) => {
      const look = (message: WireMessage): void => {
        if (!matches(message)) return;
        waiting.delete(look);
        resolve(message);
      };
      waiting.add(look);
    });
  };
  return {
    received,
    send,
    until,
    ask: async (id, method, params) => {
      await send({ jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) });
      return until((message) => message.id === id && message.method === undefined);
    },
    close: () => transport.close(),
  };
}
