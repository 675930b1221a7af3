import { StoreError } from "../../errors.js";
import { quote } from "../../internal/quote.js";
import type { Reading } from "../store.js";

/** What the script said. */
export interface Answer {
  readonly status: "ok" | "refused" | "full" | "ended" | "late";
  /** Milliseconds since the epoch, by the server's clock. */
  readonly serverTime: number;
  /** The server's `maxmemory-policy`, where it was asked. */
  readonly policy: string | undefined;
  /** Of `refused`, the index of the charge. */
  readonly refused: number;
  readonly readings: readonly Reading[];
  /** What a release of each charge must show; `undefined` for one that left nothing to give back. */
  readonly marks: readonly (string | undefined)[];
}

const STATUSES: ReadonlySet<string> = new Set<Answer["status"]>(["ok", "refused", "full", "ended", "late"]);
const WORDS_PER_COUNTER = 3;
/** Stands for no mark: no id has it. */
const UNMARKED = ".";

/**
 * The answer in what a client gave back, whether it makes strings or buffers of it.
 *
 * @throws StoreError for what is no answer, and for one that says that there is none.
 */
export function readAnswer(reply: unknown, keys: readonly string[]): Answer {
  const [status = "", time, policy, detail = "", ...words] = String(reply).split(" ");
  const serverTime = whole(time);
  if (status === "evicts") throw evicts(policy ?? "");
  if (status === "corrupt") throw corrupt(keys[2 * (whole(detail) + 1)] ?? "", words.join(" "));
  if (!STATUSES.has(status) || words.length % WORDS_PER_COUNTER !== 0) throw noAnswer();
  const readings: Reading[] = [];
  const marks: (string | undefined)[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_COUNTER) {
    readings.push({ value: whole(words[at]), resetsAt: whole(words[at + 1]) });
    marks.push(words[at + 2] === UNMARKED ? undefined : words[at + 2]);
  }
  return {
    status: status as Answer["status"],
    serverTime,
    policy: policy === "-" ? undefined : policy,
    refused: status === "refused" ? whole(detail) : -1,
    readings,
    marks,
  };
}

function whole(word: string | undefined): number {
  const number = Number(word);
  if (word === undefined || word === "" || !Number.isSafeInteger(number) || number < 0) throw noAnswer();
  return number;
}

function noAnswer(): StoreError {
  return new StoreError("store_failed", "redis gave no usable answer");
}

function evicts(policy: string): StoreError {
  const now = policy === "unknown" ? "cannot be read" : `is ${quote(policy)}`;
  return new StoreError("store_failed", `durable use needs \`maxmemory-policy noeviction\`, which ${now}`);
}

function corrupt(key: string, field: string): StoreError {
  const what = field === "type" ? "is not a hash" : `has no usable field ${quote(field)}`;
  return new StoreError("store_failed", `a counter of redis is corrupt: the key ${quote(key)} ${what}`);
}
