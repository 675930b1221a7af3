import type { Settle } from "../enforce/admission.js";
import type { Asking } from "../enforce/identify.js";
import type { RequestId } from "./message.js";

/** A request that waits for its answer. */
export interface LiveRequest {
  readonly id: RequestId;
  readonly method: string;
  readonly asking: Asking;
  /** Handed on; until then it is held, and no answer to it can be real. */
  forwarded: boolean;
  /** Given up by its sender: if it is still held, it is never handed on, and nobody waits for an answer. */
  dead: boolean;
  /** Ends the charge of an admitted call. */
  settle: Settle | undefined;
  /** The task that the request asks about. */
  taskId: string | undefined;
  /** Stops listening for the sender's abort. */
  unlisten: (() => void) | undefined;
}

/**
 * The requests of one connection that wait for their answers, by exact id: 1 and "1" are two ids here, although SDK
 * clients take an answer to either for both.
 */
export class LiveRequests {
  readonly #requests = new Map<RequestId, LiveRequest>();

  has(id: RequestId): boolean {
    return this.#requests.has(id);
  }

  add(id: RequestId, method: string, asking: Asking): LiveRequest {
    const request: LiveRequest = {
      id,
      method,
      asking,
      forwarded: false,
      dead: false,
      settle: undefined,
      taskId: undefined,
      unlisten: undefined,
    };
    this.#requests.set(id, request);
    return request;
  }

  /** The request that an answer with this id ends; it waits no longer. */
  takeAnswered(id: unknown): LiveRequest | undefined {
    const request = this.#requests.get(id as RequestId);
    if (request?.forwarded !== true) return undefined;
    this.drop(request);
    return request;
  }

  /** Ends a request whose sender gave it up. Says whether it was still held. */
  giveUp(id: unknown): "held" | "forwarded" | "unknown" {
    const request = this.#requests.get(id as RequestId);
    if (request === undefined) return "unknown";
    request.dead = true;
    this.drop(request);
    if (!request.forwarded) return "held";
    request.settle?.("cancelled");
    return "forwarded";
  }

  /** Ends the wait, without a word on how it ended. */
  drop(request: LiveRequest): void {
    request.unlisten?.();
    // The id may be live again for another request.
    if (this.#requests.get(request.id) === request) this.#requests.delete(request.id);
  }

  /** The connection is gone: what is held dies, what was handed on may have run. */
  closeAll(): void {
    for (const request of [...this.#requests.values()]) {
      request.dead = true;
      this.drop(request);
      request.settle?.("closed");
    }
  }
}
