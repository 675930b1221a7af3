import { OptionsError } from "../errors.js";
import { hmacSha256Hex } from "../internal/digest.js";
import { nearest } from "../internal/nearest.js";
import { parsePath } from "../internal/path.js";
import { quote } from "../internal/quote.js";
import type { AuditSink } from "./event.js";
import type { RecordPath } from "./recorded.js";

/**
 * `strict`: no record, no call. `best-effort`: calls never wait for a sink; events queue up to a bound, and what does not fit
 * is counted and reported.
 */
export type AuditMode = "strict" | "best-effort";

/** How events are recorded. A function alone is `{ sink: fn }` without the events `start` and `stop`. */
export interface AuditOptions {
  /** Every one receives every event; in mode `strict` a call runs when all have recorded its decision. */
  readonly sink: AuditSink | readonly AuditSink[];
  /** Default: `strict`. */
  readonly mode?: AuditMode | undefined;
  /** How many events may wait for a sink. One more is dropped or, in mode `strict`, denies its call. Default: 10,000. */
  readonly queue?: number | undefined;
  /** Arguments whose values are recorded, `args.amount`. What looks like a secret is redacted all the same. Default: none. */
  readonly record?: readonly string[] | undefined;
  /** Secret of at least 16 bytes under which decisions carry a digest of the arguments. Takes time by their size. Default: no digest. */
  readonly digestKey?: string | Uint8Array | undefined;
}

/** The options as they are used. */
export interface Audit {
  readonly sinks: readonly AuditSink[];
  readonly mode: AuditMode;
  readonly queue: number;
  readonly record: readonly RecordPath[];
  readonly digest: ((text: string) => string) | undefined;
  /** Whether the sinks are told of the start and the stop. */
  readonly lifeCycle: boolean;
}

const QUEUE = 10_000;
const LONGEST_QUEUE = 10_000_000;
const SHORTEST_KEY = 16;

const KEYS = ["sink", "mode", "queue", "record", "digestKey"];

/** @throws OptionsError for an option that is unknown or cannot be honoured. */
export function readAudit(audit: AuditSink | AuditOptions): Audit {
  const given: AuditOptions = typeof audit === "function" ? { sink: audit } : { ...audit };
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) {
    const near = nearest(unknown, KEYS);
    const hint = near === undefined ? "" : `, did you mean \`${near}\`?`;
    throw new OptionsError(`unknown option ${quote(`audit.${unknown}`)}${hint}`);
  }
  const { mode = "strict", queue = QUEUE, record = [], digestKey } = given;
  const sinks: readonly unknown[] = Array.isArray(given.sink) ? [...given.sink] : [given.sink];
  if (sinks.length === 0 || !sinks.every((sink) => typeof sink === "function"))
    throw mustBe("sink", "a function or a list of them");
  if (mode !== "strict" && mode !== "best-effort") throw mustBe("mode", '"strict" or "best-effort"');
  if (!Number.isInteger(queue) || queue < 1 || queue > LONGEST_QUEUE)
    throw mustBe("queue", "a whole number from 1 to 10,000,000");
  if (!Array.isArray(record)) throw mustBe("record", "a list of paths");
  return {
    sinks: sinks as readonly AuditSink[],
    mode,
    queue,
    record: record.map(readRecordPath),
    digest: digestKey === undefined ? undefined : hmacSha256Hex(readKey(digestKey)),
    lifeCycle: typeof audit !== "function",
  };
}

function readRecordPath(text: unknown): RecordPath {
  if (typeof text !== "string") throw mustBe("record", "a list of paths");
  const parsed = parsePath(text);
  if (!parsed.ok) throw new OptionsError(`option \`audit.record\`: ${quote(text)}: ${parsed.message}`);
  if (parsed.path.root !== "args")
    throw new OptionsError(`option \`audit.record\`: ${quote(text)} is not under \`args\``);
  return { text, path: parsed.path };
}

function readKey(key: unknown): Uint8Array {
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  if (!(bytes instanceof Uint8Array) || bytes.length < SHORTEST_KEY) {
    throw mustBe("digestKey", `a text or bytes, at least ${SHORTEST_KEY} of them`);
  }
  return bytes.slice();
}

function mustBe(name: string, expected: string): OptionsError {
  return new OptionsError(`option \`audit.${name}\` must be ${expected}`);
}
