import { isObject, type RequestId } from "./message.js";

/** Requests that the guard itself asks of the called, and whose answers nobody else sees. */
export class OwnRequests {
  readonly #waiting = new Map<RequestId, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #forward: (message: object, extra: unknown) => unknown;
  readonly #prefix: string;
  #last = 0;

  /** @param connection what no caller can guess: a request of the caller with the same id could answer ours. */
  constructor(connection: string, forward: (message: object, extra: unknown) => unknown) {
    this.#prefix = `callgate:${connection}`;
    this.#forward = forward;
  }

  has(id: RequestId): boolean {
    return this.#waiting.has(id);
  }

  /** Settles with the result; rejects on an error, and when the connection closes. How long to wait is up to who asks. */
  ask(method: string, params: object, extra: unknown): Promise<unknown> {
    const id = `${this.#prefix}:${++this.#last}`;
    const message = { jsonrpc: "2.0", id, method, params };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // An async function, so that what is thrown at once rejects as well.
      const sent = async (): Promise<unknown> => this.#forward(message, extra);
      sent().catch((error: unknown) => {
        this.#waiting.delete(id);
        reject(error instanceof Error ? error : new Error("a request of the guard was not sent"));
      });
    });
  }

  /** Whether a response was to such a request. */
  takeAnswer(id: unknown, result: unknown, error: unknown): boolean {
    const asked = this.#waiting.get(id as RequestId);
    if (asked === undefined) return false;
    this.#waiting.delete(id as RequestId);
    if (error === undefined && isObject(result)) asked.resolve(result);
    else asked.reject(new Error("a request of the guard was answered by an error"));
    return true;
  }

  close(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error("the connection closed"));
    this.#waiting.clear();
  }
}
