import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Address } from "../backends/backend.js";

/** Which way: from the client, or from the server. */
export type Way = "questions" | "answers";

/** What a wire does to what it carries. */
export type Fault =
  | { readonly kind: "none" }
  /** All of it arrives, so much later. */
  | { readonly kind: "latency"; readonly ms: number }
  /** Nothing arrives before the wire is whole again, and then all of it does. */
  | { readonly kind: "stalled" }
  /** Connections break, and new ones too. */
  | { readonly kind: "cut" }
  /** What is sent is lost, and nobody is told. A connection of that time stays dead when the wire is whole again. */
  | { readonly kind: "half_open"; readonly lost: readonly Way[] }
  /** So many bytes one way pass on each connection, and then it breaks. */
  | { readonly kind: "drop_after"; readonly of: Way; readonly bytes: number }
  /** The server's side is closed, and the client is told so much later. */
  | { readonly kind: "slow_close"; readonly ms: number };

/** A wire to a server, through a port of this host. */
export interface TcpProxy {
  readonly port: number;
  /** From now on the wire has this fault. */
  become(fault: Fault): void;
  /** The wire is whole again. */
  heal(): void;
  close(): Promise<void>;
}

const WHOLE: Fault = { kind: "none" };

export async function startTcpProxy(target: Address): Promise<TcpProxy> {
  let fault = WHOLE;
  let wake: () => void = () => undefined;
  let changed = Promise.resolve();
  const links = new Set<Link>();
  const server = createServer((near) => {
    const link = new Link(near, connect(target), () => links.delete(link));
    links.add(link);
    link.meet(fault, changed);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const become = (next: Fault): void => {
    fault = next;
    wake();
    changed = new Promise((resolve) => {
      wake = resolve;
    });
    for (const link of links) link.meet(fault, changed);
  };
  return {
    port: (server.address() as AddressInfo).port,
    become,
    heal: () => become(WHOLE),
    close: async () => {
      become({ kind: "cut" });
      server.close();
      await once(server, "close");
    },
  };
}

/** One connection through the wire. */
class Link {
  readonly #near: Socket;
  readonly #far: Socket;
  #fault = WHOLE;
  #changed = Promise.resolve();
  /** What is lost for good. */
  readonly #dead = new Set<Way>();
  /** Bytes that may still pass. */
  #left = 0;

  constructor(near: Socket, far: Socket, onClose: () => void) {
    this.#near = near;
    this.#far = far;
    for (const socket of [near, far]) socket.on("error", () => undefined);
    this.#carry("questions", near, far);
    this.#carry("answers", far, near);
    near.once("close", () => {
      far.destroy();
      onClose();
    });
    far.once("close", () => {
      if (this.#fault.kind !== "slow_close") near.destroy();
    });
  }

  meet(fault: Fault, changed: Promise<void>): void {
    this.#fault = fault;
    this.#changed = changed;
    if (fault.kind === "cut") this.#break();
    if (fault.kind === "half_open") for (const way of fault.lost) this.#dead.add(way);
    if (fault.kind === "drop_after") this.#left = fault.bytes;
    if (fault.kind === "slow_close") {
      this.#far.destroy();
      setTimeout(() => this.#near.end(), fault.ms);
    }
  }

  #break(): void {
    this.#near.resetAndDestroy();
    this.#far.destroy();
  }

  /** Passes one way on, in order, with what the fault of the moment does to it. */
  #carry(way: Way, from: Socket, to: Socket): void {
    let passed: Promise<unknown> = Promise.resolve();
    from.on("data", (data) => {
      const fault = this.#fault;
      const write = (some: Buffer): void => void (to.writable && to.write(some));
      const after = (wait: Promise<unknown>): void => {
        passed = passed.then(() => wait).then(() => write(data));
      };
      if (this.#dead.has(way) || fault.kind === "slow_close") return;
      if (fault.kind === "latency") return after(pause(fault.ms));
      if (fault.kind === "stalled") return after(this.#changed);
      if (fault.kind === "drop_after" && fault.of === way) {
        write(data.subarray(0, this.#left));
        this.#left -= data.length;
        if (this.#left <= 0) setImmediate(() => this.#break());
        return;
      }
      after(Promise.resolve());
    });
    from.once("end", () => void passed.then(() => to.end()));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
