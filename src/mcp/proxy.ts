import { attempt, isPromiseLike } from "../internal/maybe.js";
import { own } from "../internal/own.js";
import { Connection, type WireSide } from "./connection.js";
import { Guard, type Link } from "./guard.js";
import type { GuardHost } from "./host.js";
import { isObject } from "./message.js";

/** A transport of either SDK line, as far as the guard uses it. */
interface Wire {
  start(): Promise<void>;
  send(message: unknown, options?: unknown): Promise<void>;
  close(...args: unknown[]): Promise<void>;
  onmessage?: ((message: unknown, extra?: unknown) => void) | undefined;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  readonly sessionId?: unknown;
}

/**
 * A Proxy over a transport with a guard in between. It passes for the transport it wraps (`instanceof`, private
 * members, members it has never heard of), because SDKs look at all of them.
 */
export function guardTransport<T extends object>(
  target: T,
  side: WireSide,
  host: GuardHost,
  server: string | undefined,
): T {
  const wire = target as unknown as Wire;
  const { engine } = host;
  const consumer: Pick<Wire, "onmessage" | "onclose"> = {};
  const connection = new Connection(side, engine, server, target, engine.newConnectionId());

  /** The guard never throws into whoever calls it: what fails after the judgement goes where errors go. */
  const report = (error: unknown): void => {
    void attempt(
      () => wire.onerror?.(error instanceof Error ? error : new Error(String(error))),
      () => undefined,
    );
  };
  const toConsumer = (message: object, extra?: unknown): void => consumer.onmessage?.(message, extra);
  const toWire = (message: object, options?: unknown): Promise<void> => wire.send(message, options);
  const link: Link =
    side === "client"
      ? { forward: toWire, answer: (message, extra) => void attempt<void>(() => toConsumer(message, extra), report) }
      : { forward: toConsumer, answer: toWire };
  const guard = new Guard(host, connection, link);

  const onmessage = (message: unknown, extra?: unknown): void => {
    const handled = attempt<void>(
      () => (side === "client" ? guard.fromCalled(message, extra) : guard.fromCaller(message, extra)),
      report,
    );
    if (isPromiseLike(handled)) handled.then(undefined, report);
  };
  const send = async (message: unknown, options?: unknown): Promise<void> =>
    side === "client" ? guard.fromCaller(message, options, abortSignalOf(options)) : guard.fromCalled(message, options);
  const onclose = (): void => {
    guard.close();
    consumer.onclose?.();
  };
  // Observers that were there before stay: SDKs chain what they find.
  consumer.onmessage = wire.onmessage;
  consumer.onclose = wire.onclose;
  if (consumer.onmessage !== undefined) wire.onmessage = onmessage;
  wire.onclose = onclose;

  /** Members that the guard answers itself. Consumers put their own in their place; that is theirs to do. */
  const members = new Map<PropertyKey, unknown>([
    ["send", send],
    [
      "start",
      () => {
        guard.open();
        return wire.start();
      },
    ],
    [
      "close",
      (...args: unknown[]) => {
        guard.close();
        return wire.close(...args);
      },
    ],
  ]);
  /** What consumers put on the transport: they read back what they put there. */
  const assigned = new Map<PropertyKey, unknown>();
  const bound = new Map<PropertyKey, readonly [source: unknown, bound: unknown]>();

  return new Proxy(target, {
    get(inner, key) {
      if (key === "onmessage" || key === "onclose") return consumer[key];
      if (members.has(key)) return members.get(key);
      const value: unknown = Reflect.get(inner, key, inner);
      if (typeof value !== "function" || key === "constructor" || assigned.get(key) === value) return value;
      const known = bound.get(key);
      if (known?.[0] === value) return known[1];
      // Methods run on the transport itself: a Proxy has none of its private fields.
      const method = value.bind(inner);
      bound.set(key, [value, method]);
      return method;
    },
    set(inner, key, value) {
      if (key === "onmessage") {
        consumer.onmessage = value;
        return Reflect.set(inner, key, typeof value === "function" ? onmessage : value, inner);
      }
      if (key === "onclose") {
        consumer.onclose = value;
        return Reflect.set(inner, key, onclose, inner);
      }
      if (members.has(key)) {
        members.set(key, value);
        return true;
      }
      assigned.set(key, value);
      return Reflect.set(inner, key, value, inner);
    },
  });
}

/** v2 names it `requestSignal`; others `signal`. */
function abortSignalOf(options: unknown): AbortSignal | undefined {
  if (!isObject(options)) return undefined;
  const signal = own(options, "requestSignal") ?? own(options, "signal");
  // By its shape: a signal of another realm is no instance of ours.
  return isObject(signal) && typeof signal.addEventListener === "function"
    ? (signal as unknown as AbortSignal)
    : undefined;
}
