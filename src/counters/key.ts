import { sha256Hex } from "../internal/digest.js";
import { type Window, windowName } from "../internal/window.js";

/** What a counter belongs to. Its window is a part of it, so that a changed window starts a new counter. */
export interface CounterOwner {
  readonly server: string;
  readonly scope: "grant" | "session" | "global";
  /** The grant or the session; `""` for scope `global`. */
  readonly owner: string;
  readonly counter: string;
  readonly window: Window;
}

const LONGEST = 256;

/** What some storage cannot keep, or keeps as something else: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** Names a counter of one owner, whatever arguments it is kept by. Equal for two exactly when all parts are. */
export function counterGroup(owner: CounterOwner): string {
  return storable(groupText(owner));
}

/**
 * Names what a counter of one owner holds for one set of `by` values: parts with their lengths, so that no two counters
 * share a key, whatever their names hold, and values as JSON, so that `1` is not `"1"`. A key that would be long, or
 * that not every storage can keep, is its SHA-256.
 */
export function counterKey(owner: CounterOwner, by: readonly unknown[] = []): string {
  return storable(by.length === 0 ? groupText(owner) : groupText(owner) + JSON.stringify(by));
}

function groupText({ server, scope, owner, counter, window }: CounterOwner): string {
  const { length } = counter;
  return `${windowName(window)}:${scope}:${server.length}:${server}${owner.length}:${owner}${length}:${counter}`;
}

/** The text itself where every storage can keep it, and tell it from any other; its digest where not. */
export function storable(text: string): string {
  return text.length <= LONGEST && !UNSTORABLE.test(text) ? text : `sha256:${sha256Hex(JSON.stringify(text))}`;
}
