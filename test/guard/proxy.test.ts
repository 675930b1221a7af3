import { parsePolicy, wrapServer, wrapTransport } from "callgate";
import { describe, expect, test } from "vitest";
import { answer, call, notPermitted, request } from "./messages.ts";
import { OK_ONLY, RawServer, RawTransport } from "./raw-transport.ts";

type OnMessage = (message: unknown, extra?: unknown) => void;

const options = () => ({ policy: parsePolicy(OK_ONLY) });

/** As the HTTP transports of both SDK lines: private state, and handlers that are accessors of the prototype. */
class Guarded {
  #onmessage: OnMessage | undefined;
  #onclose: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  readonly #sent: unknown[] = [];
  #session: string | undefined;

  get onmessage(): OnMessage | undefined {
    return this.#onmessage;
  }
  set onmessage(handler: OnMessage | undefined) {
    this.#onmessage = handler;
  }
  get onclose(): (() => void) | undefined {
    return this.#onclose;
  }
  set onclose(handler: (() => void) | undefined) {
    this.#onclose = handler;
  }
  get sessionId(): string | undefined {
    return this.#session;
  }
  async start(): Promise<void> {
    this.#session = "s1";
  }
  async send(message: unknown): Promise<void> {
    this.#sent.push(message);
  }
  async close(): Promise<void> {
    this.#onclose?.();
  }
  sent(): readonly unknown[] {
    return this.#sent;
  }
  deliver(message: unknown, extra?: unknown): void {
    this.#onmessage?.(message, extra);
  }
  static readonly kind: string = "guarded";
}

describe("a transport with private members and accessors", () => {
  test("is guarded as a client's, and its own methods and getters still work through the wrap", async () => {
    const raw = new Guarded();
    const wrapped = wrapTransport(raw, options());
    const told: unknown[] = [];
    wrapped.onmessage = (message) => void told.push(message);
    expect(wrapped.sessionId).toBeUndefined();
    await wrapped.start();
    await wrapped.send(call(1, "secret") as never);
    await wrapped.send(call(2, "ok") as never);
    wrapped.deliver(answer(2, { content: [] }));
    expect(wrapped.sessionId).toBe("s1");
    expect(wrapped.sent()).toEqual([call(2, "ok")]);
    expect(told).toEqual([notPermitted(1), answer(2, { content: [] })]);
  });

  test("is guarded as a server's", async () => {
    const raw = new Guarded();
    const received: unknown[] = [];
    const server = wrapServer(
      {
        async connect(transport: Guarded): Promise<void> {
          transport.onmessage = (message) => void received.push(message);
          await transport.start();
        },
      },
      options(),
    );
    await server.connect(raw);
    raw.deliver(call(1, "secret"));
    raw.deliver(call(2, "ok"));
    expect(received).toEqual([call(2, "ok")]);
    expect(raw.sent()).toEqual([notPermitted(1)]);
  });

  test("passes for what it wraps: instance, constructor, prototype, members", () => {
    const raw = new Guarded();
    const wrapped = wrapTransport(raw, options());
    expect(wrapped).toBeInstanceOf(Guarded);
    expect(wrapped.constructor).toBe(Guarded);
    expect((wrapped.constructor as typeof Guarded).kind).toBe("guarded");
    expect(Object.getPrototypeOf(wrapped)).toBe(Guarded.prototype);
    expect("deliver" in wrapped).toBe(true);
    expect("stderr" in wrapped).toBe(false);
  });
});

describe("handlers and members of a wrapped transport", () => {
  test("hazard 1: the message handler that is read is the one that was set, not the guard's", () => {
    const wrapped = wrapTransport(new RawTransport(), options());
    const handler: OnMessage = () => undefined;
    expect(wrapped.onmessage).toBeUndefined();
    wrapped.onmessage = handler;
    expect(wrapped.onmessage).toBe(handler);
    wrapped.onmessage = undefined;
    expect(wrapped.onmessage).toBeUndefined();
  });

  test.each(["onclose", "onerror"] as const)("the `%s` that is read is the one that was set", (name) => {
    const wrapped = wrapTransport(new RawTransport(), options());
    const handler = (): void => undefined;
    wrapped[name] = handler;
    expect(wrapped[name]).toBe(handler);
  });

  test("an observer of the close that was there before the wrap still hears of it, and can be chained", async () => {
    const raw = new RawTransport();
    const heard: string[] = [];
    raw.onclose = () => void heard.push("before");
    const wrapped = wrapTransport(raw, options());
    await wrapped.close();
    const before = wrapped.onclose;
    wrapped.onclose = () => {
      before?.();
      heard.push("after");
    };
    await wrapped.close();
    expect(heard).toEqual(["before", "before", "after"]);
  });

  test("errors of the transport reach the handler that the consumer set", () => {
    const raw = new RawTransport();
    const wrapped = wrapTransport(raw, options());
    const errors: Error[] = [];
    wrapped.onerror = (error) => void errors.push(error);
    raw.onerror?.(new Error("wire"));
    expect(errors).toEqual([new Error("wire")]);
  });

  test("`start` and `close` put in place by a consumer are its own, and the originals can be put back", async () => {
    const raw = new RawTransport();
    const wrapped = wrapTransport(raw, options());
    const { start, close } = wrapped;
    let starts = 0;
    wrapped.start = async () => void starts++;
    await wrapped.start();
    expect([starts, raw.starts]).toEqual([1, 0]);
    wrapped.start = start;
    wrapped.close = close;
    await wrapped.start();
    await wrapped.close();
    expect([raw.starts, raw.closes]).toEqual([1, 1]);
  });

  test("O04: a `send` put in place by a consumer that calls the original is guarded", async () => {
    const raw = new RawTransport();
    const wrapped = wrapTransport(raw, options());
    const send = wrapped.send.bind(wrapped);
    const seen: unknown[] = [];
    wrapped.send = async (message, extra) => {
      seen.push(message);
      await send(message, extra);
    };
    wrapped.onmessage = () => undefined;
    await wrapped.start();
    await wrapped.send(call(1, "secret"));
    await wrapped.send(call(2, "ok"));
    expect(seen).toHaveLength(2);
    expect(raw.sent).toEqual([call(2, "ok")]);
  });

  test("a transport that calls its own `send` again is not judged twice", async () => {
    class Retrying extends RawTransport {
      override async send(message: unknown, again?: unknown): Promise<void> {
        if (again === undefined) return this.send(message, "again");
        this.sent.push(message);
      }
    }
    const raw = new Retrying();
    const limits = [{ counter: "n", window: "day", max: 1 }] as const;
    const wrapped = wrapTransport(raw, {
      policy: parsePolicy({ version: "1", default: "deny", tools: { ok: { limits } } }),
    });
    await wrapped.start();
    await wrapped.send(call(1, "ok"));
    expect(raw.sent).toEqual([call(1, "ok")]);
  });

  test("a member of its own that a consumer sets is set on the transport", () => {
    const raw = new RawTransport();
    const wrapped = wrapTransport(raw, options()) as RawTransport & { protocolVersion?: string };
    wrapped.protocolVersion = "2026-07-28";
    expect((raw as typeof wrapped).protocolVersion).toBe("2026-07-28");
  });

  test("a method is the same function each time it is read", () => {
    const wrapped = wrapTransport(new Guarded(), options());
    expect(wrapped.deliver).toBe(wrapped.deliver);
    expect(wrapped.send).toBe(wrapped.send);
  });

  test("what comes beside a message passes as it is, by identity", async () => {
    const raw = new RawTransport();
    const server = wrapServer(new RawServer(), options());
    await server.connect(raw);
    const extra = { authInfo: { token: "t" }, classification: { era: "modern" } };
    raw.onmessage?.(call(1, "ok"), extra);
    raw.onmessage?.(request(2, "ping"), extra);
    expect(server.extras.every((given) => given === extra)).toBe(true);
    expect(server.extras).toHaveLength(2);
  });

  test("O04: a `send` that was taken off the wrapped transport is guarded too", async () => {
    const raw = new RawTransport();
    const wrapped = wrapTransport(raw, options());
    const { send } = wrapped;
    await wrapped.start();
    await send(call(1, "secret"));
    expect(raw.sent).toEqual([]);
  });
});
