import { StoreError } from "../../errors.js";
import { quote } from "../../internal/quote.js";

/** What error codes of Redis mean for the store, and what to do about it. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ["ASK", "the slot of the counters is being moved: give the store a cluster client"],
  ["BUSY", "the server runs a script that does not end"],
  ["CLUSTERDOWN", "the cluster does not serve the slot of the counters"],
  ["CROSSSLOT", "the counters are not in one slot: a `keyPrefix` of the client must hold no braces but a hash tag"],
  ["LOADING", "the server is still loading its data"],
  ["MASTERDOWN", "the server is a replica that has lost its primary"],
  ["MISCONF", "the server cannot save its data, so it takes no writes"],
  ["MOVED", "the counters are on another node: give the store a cluster client"],
  ["NOAUTH", "the server wants a password, which the client does not give"],
  ["NOPERM", "the client's user may not run the script, or a command in it"],
  ["NOREPLICAS", "the server has too few replicas, so it takes no writes"],
  ["OOM", "the server is out of memory"],
  ["READONLY", "the server is a replica, which takes no writes"],
  ["TRYAGAIN", "the slot of the counters is being moved"],
  ["WRONGPASS", "the client's user or password is wrong"],
  ["WRONGTYPE", "a key of the store holds what the store did not write"],
]);

/** The code that a reply of Redis begins with. Before Redis 7, that of a command in a script stands further inside. */
const CODE = /^(?:ERR Error running script.*: -)?([A-Z][A-Z0-9_]+)(?: |$)/;

/** What looks like an address that may have a password in it. */
const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/\S*/gi;

/** Whether Redis says that it does not know the script yet. */
export function isMissingScript(error: unknown): boolean {
  return codeOf(error) === "NOSCRIPT";
}

/** The failure of a client, in words for an operator. */
export function failureOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const meaning = MEANINGS.get(code ?? "");
  if (meaning !== undefined)
    return new StoreError("store_failed", `redis answered ${code}: ${meaning}`, { cause: error });
  return new StoreError("store_failed", `redis failed: ${ownWords(error)}`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? CODE.exec(error.message)?.[1] : undefined;
}

function ownWords(error: unknown): string {
  if (!(error instanceof Error)) return "without an error";
  const { code } = error as { readonly code?: unknown };
  const words = error.message === "" ? String(code ?? error.name) : error.message;
  return quote(words.replace(ADDRESS, "(address)"));
}
