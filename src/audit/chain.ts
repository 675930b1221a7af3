import { sha256Hex } from "../internal/digest.js";
import { signEd25519 } from "../internal/ed25519.js";
import { attempt, chain, isPromiseLike, type MaybePromise } from "../internal/maybe.js";
import type { AuditEvent, AuditSink } from "./event.js";
import { jsonLine } from "./jsonl.js";

/** A place in a chain: the number of a record and its digest. Keep one elsewhere, and nothing up to it can be changed unseen. */
export interface ChainHead {
  readonly link: number;
  readonly hash: string;
}

/** Where chained records go: `createJsonlSink`, `createJsonlFile`, or whatever keeps their lines. */
export interface ChainSink {
  (record: object): MaybePromise<void>;
  readonly flush?: (() => MaybePromise<void>) | undefined;
}

export interface ChainOptions {
  /** The head of the chain that this one goes on: `head` of `verifyAudit` over what there is. Default: a new chain. */
  readonly after?: ChainHead | undefined;
  /** A checkpoint after so many records, and one at every flush. Default: 1,000. */
  readonly every?: number | undefined;
  /** Private key of Web Crypto for Ed25519. With it checkpoints are signed. */
  readonly signingKey?: CryptoKey | undefined;
}

/** What a checkpoint says beside its place in the chain. It vouches for `head` and everything before. */
export interface Checkpoint {
  readonly schema: 1;
  readonly type: "checkpoint";
  /** Of the last event. */
  readonly time: number;
  readonly head: ChainHead;
  /** Ed25519 over `checkpointText(head)`, in hexadecimal. */
  readonly signature: string | undefined;
}

/** The head before the first record of a chain. */
export const GENESIS: ChainHead = Object.freeze({ link: 0, hash: "" });

const EVERY = 1_000;

/** What the signature of a checkpoint is over. */
export function checkpointText({ link, hash }: ChainHead): string {
  return `callgate audit checkpoint 1\n${link}\n${hash}`;
}

/**
 * Makes a sink that chains what it passes on: each record carries its number (`link`), the digest of the record before it
 * (`previous`) and its own (`hash`, SHA-256 over its line up to there). Records go to `sink` one at a time; one that is
 * not recorded is no part of the chain. The lines must be kept as they are: `verifyAudit` reads them byte for byte.
 */
export function chainAudit(sink: ChainSink, options: ChainOptions = {}): AuditSink {
  const links = new Chain(sink, options);
  return Object.assign((event: AuditEvent) => links.add(event), { flush: () => links.flush() });
}

class Chain {
  readonly #sink: ChainSink;
  readonly #every: number;
  readonly #key: CryptoKey | undefined;
  #head: ChainHead;
  #time = 0;
  #sinceCheckpoint = 0;
  #sealing: MaybePromise<void> = undefined;
  /** The record that is being written and those behind it; `undefined` when there is none. */
  #tail: Promise<unknown> | undefined;

  constructor(sink: ChainSink, { after: head = GENESIS, every = EVERY, signingKey }: ChainOptions) {
    this.#sink = sink;
    this.#every = every;
    this.#key = signingKey;
    this.#head = head;
  }

  add(event: AuditEvent): MaybePromise<void> {
    return chain(this.#inTurn(event), () => {
      this.#time = event.time;
      this.#sinceCheckpoint++;
      if (this.#sinceCheckpoint >= this.#every) this.#sealUnlessSealing();
    });
  }

  async flush(): Promise<void> {
    await this.#tail;
    await this.#sealing;
    if (this.#sinceCheckpoint > 0) await this.#seal();
    await this.#sink.flush?.();
  }

  /** Writes a checkpoint of what is recorded by now; with a key when it is signed, and others need not wait for that. */
  #seal(): MaybePromise<void> {
    const head = this.#head;
    const covered = this.#sinceCheckpoint;
    const write = (signature: string | undefined): MaybePromise<void> => {
      const checkpoint: Checkpoint = { schema: 1, type: "checkpoint", time: this.#time, head, signature };
      return chain(this.#inTurn(checkpoint), () => {
        this.#sinceCheckpoint -= covered;
      });
    };
    return this.#key === undefined ? write(undefined) : signEd25519(this.#key, checkpointText(head)).then(write);
  }

  /** As `#seal`, unless that is going on. The event before it is recorded whatever becomes of it: the next one tries again. */
  #sealUnlessSealing(): void {
    if (this.#sealing !== undefined) return;
    const done = (): void => {
      this.#sealing = undefined;
    };
    this.#sealing = attempt<void>(() => this.#seal(), done);
    if (isPromiseLike(this.#sealing)) void this.#sealing.then(done);
  }

  /** Appends at once when nothing is being written, and else when its turn has come. */
  #inTurn(record: object): MaybePromise<void> {
    const written = this.#tail === undefined ? this.#append(record) : this.#tail.then(() => this.#append(record));
    if (!isPromiseLike(written)) return undefined;
    const tail = written.then(
      () => undefined,
      () => undefined,
    );
    this.#tail = tail;
    void tail.then(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    return written;
  }

  #append(record: object): MaybePromise<void> {
    const link = this.#head.link + 1;
    const body = { ...record, link, previous: this.#head.hash };
    const hash = sha256Hex(jsonLine(body));
    const recorded: unknown = this.#sink(Object.freeze({ ...body, hash }));
    const advance = (): void => {
      this.#head = { link, hash };
    };
    if (isPromiseLike(recorded)) return Promise.resolve(recorded).then(advance);
    advance();
  }
}
