import { randomId } from "../internal/random-id.js";
import { isObject } from "./message.js";

type Forward = (message: object, extra: unknown) => unknown;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  unlisten(): void;
}

/** Requests that the guard itself asks of the called, and whose answers nobody else sees. */
export class OwnRequests {
  readonly #waiting = new Map<unknown, Waiting>();
  readonly #forward: Forward;
  /** What no caller can guess: a request of the caller with the same id could answer ours. */
  readonly #prefix: string = `callgate:${randomId()}:`;
  #last = 0;
  #closed = false;

  constructor(forward: Forward) {
    this.#forward = forward;
  }

  /** Whether an id is one of those that are kept for such requests: asked already, given up or still to come. */
  owns(id: unknown): boolean {
    return typeof id === "string" && id.startsWith(this.#prefix);
  }

  /** Settles with the result; rejects on an error, when the connection closes, and when the signal gives up waiting. */
  ask(method: string, params: object, extra: unknown, signal: AbortSignal): Promise<unknown> {
    const id = `${this.#prefix}${++this.#last}`;
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error("the connection is closed");
      const giveUp = (): void => this.#end(id)?.reject(signal.reason);
      signal.addEventListener("abort", giveUp, { once: true });
      const unlisten = (): void => signal.removeEventListener("abort", giveUp);
      this.#waiting.set(id, { resolve, reject, unlisten });
      // An async function, so that what is thrown at once rejects as well.
      const sent = async (): Promise<unknown> => this.#forward({ jsonrpc: "2.0", id, method, params }, extra);
      sent().catch((error: unknown) => this.#end(id)?.reject(error));
    });
  }

  /** Ends the request that a response answers, if anybody still waits for it. */
  answer(id: unknown, result: unknown): void {
    const asked = this.#end(id);
    if (isObject(result)) asked?.resolve(result);
    else asked?.reject(new Error("the server answered a request of the guard by an error"));
  }

  close(): void {
    this.#closed = true;
    for (const id of [...this.#waiting.keys()]) this.#end(id)?.reject(new Error("the connection closed"));
  }

  #end(id: unknown): Waiting | undefined {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    asked?.unlisten();
    return asked;
  }
}
