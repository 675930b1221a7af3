import type { Asked } from "../enforce/admission.js";
import type { Engine } from "../enforce/engine.js";
import type { Asking } from "../enforce/identify.js";
import type { CallKind } from "../evaluate/decision.js";
import { own } from "../internal/own.js";
import { isModern } from "./answer.js";
import { isObject, type Params } from "./message.js";

/** Which end of MCP is guarded: the one that asks, or the one that is asked. */
export type WireSide = "client" | "server";

/** What a transport hands over beside a message, of both SDK lines, as far as it says who is asking. */
interface MessageExtra {
  readonly authInfo: unknown;
  /** v1: an object with `headers`. */
  readonly requestInfo: unknown;
  /** v2: a Fetch API request. */
  readonly request: unknown;
}

/** One connection of a wrapped target: what the gate may know of the requests on it. */
export class Connection {
  readonly side: WireSide;
  readonly server: string | undefined;
  /** Unguessable. */
  readonly id: string;
  readonly #engine: Engine;
  readonly #transport: { readonly sessionId?: unknown };

  constructor(side: WireSide, engine: Engine, server: string | undefined, transport: object, id: string) {
    this.side = side;
    this.server = server ?? engine.server;
    this.#engine = engine;
    this.#transport = transport;
    this.id = id;
  }

  /** Who asks, as far as the transport can tell; nothing of it is taken from the message. */
  asking(kind: CallKind, name: string, params: Params, extra: unknown): Asking {
    const from = readExtra(extra);
    const onServer = this.side === "server";
    return {
      caller: {
        side: this.side,
        authInfo: onServer ? from.authInfo : undefined,
        headers: onServer ? headersOf(from) : undefined,
        sessionId: this.#sessionId(),
        server: this.server,
        request: { kind, name },
      },
      session: this.#session(params, from),
      given: undefined,
    };
  }

  /** A method that is looked at beside a request, as the gate is asked about it. */
  askedFor(call: Asked["call"], asking: Asking, requestId: Asked["requestId"]): Asked {
    const { caller, session, given } = asking;
    return { caller, session, given, call, requestId, ambiguous: false, stateless: false, dead: () => false };
  }

  /** A host that may make a server for every request: nothing that lives on the server object outlives the request. */
  isStateless(extra: unknown): boolean {
    return this.side === "server" && isHttp(readExtra(extra)) && this.#sessionId() === undefined;
  }

  refused(refusal: Parameters<Engine["recorder"]["refusal"]>[2]): void {
    this.#engine.recorder.refusal(this.side, this.server ?? "", refusal);
  }

  /** Whether anybody gets notices. */
  get isHeard(): boolean {
    return this.#engine.recorder.isHeard;
  }

  notice(...[code, message, tools]: [code: NoticeArgs[2], message: string, tools?: readonly string[]]): void {
    this.#engine.recorder.notice(this.side, this.server ?? "", code, message, tools);
  }

  /** The connection's own where it has one; HTTP has one only as a stateful session, 2026-07-28 has none. */
  #session(params: Params, extra: MessageExtra): string | undefined {
    if (this.side === "client") return this.id;
    const sessionId = this.#sessionId();
    if (sessionId !== undefined) return sessionId;
    return isHttp(extra) || isModern(params) ? undefined : this.id;
  }

  #sessionId(): string | undefined {
    const { sessionId } = this.#transport;
    return typeof sessionId === "string" && sessionId !== "" ? sessionId : undefined;
  }
}

type NoticeArgs = Parameters<Engine["recorder"]["notice"]>;

function readExtra(extra: unknown): MessageExtra {
  const from = isObject(extra) ? extra : {};
  return { authInfo: own(from, "authInfo"), requestInfo: own(from, "requestInfo"), request: own(from, "request") };
}

function isHttp(extra: MessageExtra): boolean {
  return extra.requestInfo !== undefined || extra.request !== undefined;
}

function headersOf({
  requestInfo,
  request,
}: MessageExtra): { readonly [name: string]: string | readonly string[] | undefined } | undefined {
  const carrier = requestInfo ?? request;
  // A Fetch API request has its headers on its prototype.
  const headers = isObject(carrier) ? carrier.headers : undefined;
  if (!isObject(headers)) return undefined;
  const copy: Record<string, string | readonly string[] | undefined> = Object.create(null);
  const entries =
    Symbol.iterator in headers ? (headers as unknown as Iterable<[string, string]>) : Object.entries(headers);
  for (const [name, value] of entries) copy[name.toLowerCase()] = value as string;
  return copy;
}
