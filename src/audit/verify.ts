import { sha256Hex } from "../internal/digest.js";
import { isSignedEd25519 } from "../internal/ed25519.js";
import { type ChainHead, checkpointText, GENESIS } from "./chain.js";

export interface VerifyOptions {
  /** The head of the chain before the first of these lines. Default: the lines begin the chain. */
  readonly after?: ChainHead | undefined;
  /** A head that was kept elsewhere, which these lines must reach: by it a cut end is seen. */
  readonly head?: ChainHead | undefined;
  /** Public key of Web Crypto for Ed25519. With it only signed checkpoints count, and a wrong signature is a failure. */
  readonly publicKey?: CryptoKey | undefined;
}

/**
 * What is wrong with a record. `edited`: its bytes have changed. `removed`: records before it are gone. `reordered`: it is
 * not where it was, or there twice. `truncated`: it is cut, or the lines end too early. `bad_checkpoint`: it vouches for
 * something else, or its signature is not by this key.
 */
export type AuditFault = "edited" | "removed" | "reordered" | "truncated" | "bad_checkpoint";

export type AuditVerification =
  | {
      readonly ok: true;
      /** How many records there are, checkpoints included. */
      readonly records: number;
      /** The last record: what a chain goes on after, and what to keep elsewhere. */
      readonly head: ChainHead;
      /** The last head that a checkpoint vouches for. What comes later could have been cut off, or come from anybody. */
      readonly sealed: ChainHead | undefined;
    }
  | {
      readonly ok: false;
      readonly fault: AuditFault;
      /** The first line that is wrong, from 1; after a cut end the line that should have followed. */
      readonly line: number;
      readonly message: string;
    };

interface Link {
  readonly line: number;
  readonly link: number;
  readonly previous: string;
  readonly hash: string;
  readonly record: { readonly [key: string]: unknown };
}

type Fault = Extract<AuditVerification, { readonly ok: false }>;

const HASH = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s;

/**
 * Reads the lines of a chained record and names the first that was edited, removed, reordered or cut. Without `head` or a
 * signed checkpoint it cannot see that whole records at the end are gone, nor that all of it was written anew.
 */
export async function verifyAudit(
  lines: string | Iterable<string> | AsyncIterable<string>,
  options: VerifyOptions = {},
): Promise<AuditVerification> {
  const { links, cut } = await readLinks(lines);
  const known = new Map<number, string>();
  let head = options.after ?? GENESIS;
  let sealed: ChainHead | undefined;
  known.set(head.link, head.hash);
  for (const [index, link] of links.entries()) {
    const wrong = faultOfPlace(links, index, head) ?? (await faultOfCheckpoint(link, known, options.publicKey));
    if (wrong !== undefined) return wrong;
    head = { link: link.link, hash: link.hash };
    known.set(head.link, head.hash);
    if (link.record.type === "checkpoint") sealed = link.record.head as ChainHead;
  }
  if (cut !== undefined) return cut;
  return faultOfEnd(head, known, options.head, links) ?? { ok: true, records: links.length, head, sealed };
}

/** The lines up to the first that is none of a chain, and what is wrong with that one. */
async function readLinks(
  lines: string | Iterable<string> | AsyncIterable<string>,
): Promise<{ readonly links: readonly Link[]; readonly cut: Fault | undefined }> {
  const links: Link[] = [];
  let line = 0;
  let bad: number | undefined;
  for await (const text of typeof lines === "string" ? lines.split("\n") : lines) {
    line++;
    if (text === "") continue;
    if (bad !== undefined) return { links, cut: fault("edited", bad, "not the record that was written") };
    const link = readLink(text.replace(/\r?\n?$/, ""), line);
    if (link === undefined) bad = line;
    else links.push(link);
  }
  // A broken line in the middle was changed; one at the very end may as well have been cut.
  return { links, cut: bad === undefined ? undefined : fault("truncated", bad, "the last record is cut or changed") };
}

function readLink(text: string, line: number): Link | undefined {
  const [, body, hash = ""] = HASH.exec(text) ?? [];
  if (body === undefined || sha256Hex(`${body}}`) !== hash) return undefined;
  const record = parseRecord(`${body}}`);
  if (record === undefined) return undefined;
  const { link, previous } = record;
  if (!Number.isSafeInteger(link) || typeof previous !== "string") return undefined;
  return { line, link: link as number, previous, hash, record };
}

function parseRecord(text: string): Link["record"] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? (value as Link["record"]) : undefined;
  } catch {
    return undefined;
  }
}

function faultOfPlace(links: readonly Link[], index: number, head: ChainHead): Fault | undefined {
  const { line, link, previous } = links[index] as Link;
  const expected = head.link + 1;
  if (link < expected) return fault("reordered", line, `record ${link} stands where record ${expected} should`);
  if (link > expected) {
    const moved = links.some((other) => other.link === expected);
    if (moved) return fault("reordered", line, `record ${link} stands before record ${expected}`);
    return fault("removed", line, `record ${expected} is not there`);
  }
  // Whoever changes a record and its digest leaves the digest that the next one has of it.
  if (previous === head.hash) return undefined;
  return fault("edited", links[index - 1]?.line ?? line, `record ${link} follows another record ${head.link}`);
}

async function faultOfCheckpoint(
  { line, record }: Link,
  known: ReadonlyMap<number, string>,
  publicKey: CryptoKey | undefined,
): Promise<Fault | undefined> {
  if (record.type !== "checkpoint") return undefined;
  const { link, hash } = Object(record.head) as Partial<ChainHead>;
  if (link === undefined || hash === undefined || known.get(link) !== hash) {
    return fault("bad_checkpoint", line, "the checkpoint is of another record");
  }
  if (publicKey === undefined) return undefined;
  const signed = await isSignedEd25519(publicKey, checkpointText({ link, hash }), String(record.signature));
  return signed ? undefined : fault("bad_checkpoint", line, "the checkpoint is not signed by this key");
}

function faultOfEnd(
  head: ChainHead,
  known: ReadonlyMap<number, string>,
  expected: ChainHead | undefined,
  links: readonly Link[],
): Fault | undefined {
  if (expected === undefined || known.get(expected.link) === expected.hash) return undefined;
  const last = links.at(-1)?.line ?? 0;
  if (expected.link > head.link) return fault("truncated", last + 1, `record ${head.link + 1} is not there`);
  const line = links.find(({ link }) => link === expected.link)?.line ?? 1;
  return fault("edited", line, `record ${expected.link} is another than the one that was kept`);
}

function fault(kind: AuditFault, line: number, message: string): Fault {
  return { ok: false, fault: kind, line, message };
}
