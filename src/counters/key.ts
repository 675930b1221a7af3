import { sha256Hex } from "../internal/digest.js";

/** What a counter belongs to. Its window is a part of it, so that a changed window starts a new counter. */
export interface CounterOwner {
  readonly server: string;
  readonly scope: "grant" | "session" | "global";
  /** The grant or the session; `""` for scope `global`. */
  readonly owner: string;
  readonly counter: string;
  readonly windowMs: number;
}

const LONGEST = 256;

/** What some storage cannot keep, or keeps as something else: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/**
 * The key of a counter: parts with their lengths, so that no two counters share one, whatever their names hold.
 * A key that would be long, or that not every storage can keep, is its SHA-256.
 */
export function counterKey({ server, scope, owner, counter, windowMs }: CounterOwner): string {
  const key = `${windowMs}:${scope}:${server.length}:${server}${owner.length}:${owner}${counter}`;
  return key.length <= LONGEST && !UNSTORABLE.test(key) ? key : `sha256:${sha256Hex(JSON.stringify(key))}`;
}
