import type { AuditSink, Side } from "../audit/event.js";
import type { CounterStore } from "../counters/store.js";
import { OptionsError } from "../errors.js";
import type { CallKind } from "../evaluate/decision.js";
import type { Clock } from "../internal/clock.js";
import type { MaybePromise } from "../internal/maybe.js";
import { nearest } from "../internal/nearest.js";
import { own } from "../internal/own.js";
import { quote } from "../internal/quote.js";
import type { IdSource } from "../internal/random-id.js";
import type { Policy } from "../policy/document.js";
import { isAccepted, parsePolicy } from "../policy/parse.js";
import { readHostSchemas, type StandardSchema } from "./standard-schema.js";

/** What a resolver may look at to say who is asking. Nothing in it comes from the message's own claims. */
export interface CallerInfo {
  readonly side: Side;
  /** What the server's authentication put on the request. */
  readonly authInfo: unknown;
  /** Headers of the HTTP request that carried the message, names in lower case. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined } | undefined;
  /** The session of a stateful HTTP transport. */
  readonly sessionId: string | undefined;
  /** The operator's name for the upstream server. */
  readonly server: string | undefined;
  readonly request: { readonly kind: CallKind; readonly name: string };
}

/** Answers for one request. One that throws, rejects or does not settle within `timeouts.resolve` denies the call. */
export type Resolver<T> = (caller: CallerInfo) => MaybePromise<T>;

export type Facts = { readonly [name: string]: unknown };

/** `policy` lists what is not hidden and is as it was pinned; `callable` also leaves out what the caller could never call. */
export type ListingMode = "policy" | "callable";

export interface ListingOptions {
  /** Default `policy`. */
  readonly mode?: ListingMode | undefined;
  /**
   * Writes hidden characters out, as `\u{202e}`, wherever they stand in a listed tool: zero-width, bidirectional, tag
   * and control characters. A tool that needs them in a name or a schema is not callable then. Default false.
   */
  readonly sanitize?: boolean | undefined;
}

export interface GateOptions {
  /** The policy, or the policy of each grant. A grant without one is denied everything. */
  readonly policy: Policy | ((grant: string) => MaybePromise<Policy | undefined>);
  /** Where counters are kept. Default: a memory store of this gate's own. */
  readonly store?: CounterStore | undefined;
  /**
   * What the arguments of tools must fit beside the policy, by the name of the tool: schemas of zod, valibot, arktype or
   * any other library of Standard Schema. Names are exact, never patterns. Arguments that a schema would change do not fit it; one
   * that throws, or does not answer within `timeouts.resolve`, denies the call.
   */
  readonly args?: { readonly [tool: string]: StandardSchema } | undefined;
  /** Who is asking. Default: everyone is the grant `default`. No answer, `""` or more than 256 bytes denies. */
  readonly grant?: string | Resolver<string | undefined> | undefined;
  /** The session of a request, where the transport's own will not do. No answer means none. */
  readonly session?: Resolver<string | undefined> | undefined;
  /** What rules read as `context.name`. */
  readonly facts?: Facts | Resolver<Facts | undefined> | undefined;
  /** The operator's name for the server that is guarded. Part of counter keys. */
  readonly server?: string | undefined;
  readonly audit?: AuditSink | undefined;
  /** What lists show of tools, by its mode or in full. Default `policy`, as it is. */
  readonly listing?: ListingMode | ListingOptions | undefined;
  readonly clock?: Clock | undefined;
  /** Source of the ids that join events and name sessions; each must be new. Default: 128 random bits. */
  readonly ids?: IdSource | undefined;
  /** Milliseconds to wait for each; a call that waits longer is denied. Defaults 5,000, 250 and 1,000. */
  readonly timeouts?: { readonly resolve?: number; readonly store?: number; readonly audit?: number } | undefined;
  /** Bounds on one message: how deep it nests (default 128) and how many values it holds (default 1,000,000). */
  readonly caps?: { readonly depth?: number; readonly values?: number } | undefined;
}

/** Bytes of UTF-8 that a grant, a session or a server name may have; a UTF-16 unit is at most three of them. */
const LONGEST_NAME = 256;
const SURELY_SHORT = Math.floor(LONGEST_NAME / 3);

type Check = readonly [expected: string, holds: (value: unknown) => boolean];

const isFunction = (value: unknown): boolean => typeof value === "function";
const isObject = (value: unknown): boolean => value !== null && typeof value === "object";
const hasMethod = (value: unknown, name: string): boolean =>
  isObject(value) && isFunction(Reflect.get(value as object, name));
const STORE_METHODS = ["reserve", "release", "renew", "read", "reset"];
/** The longest a timer can wait; Node makes a longer one ring at once. */
const LONGEST_WAIT = 2_147_483_647;

const amounts =
  (...names: string[]) =>
  (value: unknown): boolean =>
    isObject(value) &&
    Object.entries(value as object).every(
      ([name, n]) => names.includes(name) && Number.isInteger(n) && n >= 1 && n <= LONGEST_WAIT,
    );
const isName = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && (value.length <= SURELY_SHORT || utf8Length(value) <= LONGEST_NAME);

const isMode = (value: unknown): boolean => value === "policy" || value === "callable";
const isListing = (value: unknown): boolean =>
  isMode(value) ||
  (isObject(value) &&
    !Array.isArray(value) &&
    Object.entries(value as object).every(
      ([name, v]) =>
        v === undefined || (name === "mode" && isMode(v)) || (name === "sanitize" && typeof v === "boolean"),
    ));

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["policy", ["a parsed policy, or a function from a grant to one", (v) => isFunction(v) || isObject(v)]],
  ["store", ["a counter store", (v) => STORE_METHODS.every((name) => hasMethod(v, name))]],
  ["args", ["an object of Standard Schemas by the names of tools", (v) => isObject(v) && !Array.isArray(v)]],
  ["grant", ["a name of 1 to 256 bytes, or a function", (v) => isFunction(v) || isName(v)]],
  ["session", ["a function", isFunction]],
  ["facts", ["an object, or a function", (v) => isFunction(v) || (isObject(v) && !Array.isArray(v))]],
  ["server", ["a name of 1 to 256 bytes", isName]],
  ["audit", ["a function", isFunction]],
  ["listing", ['"policy", "callable", or an object with `mode` and `sanitize`', isListing]],
  ["clock", ["an object with `now()`", (v) => hasMethod(v, "now")]],
  ["ids", ["a function", isFunction]],
  ["timeouts", ["`resolve`, `store`, `audit` in whole milliseconds", amounts("resolve", "store", "audit")]],
  ["caps", ["`depth` and `values` as whole numbers", amounts("depth", "values")]],
]);

/**
 * The options by their own keys, checked: what is unknown or cannot be honoured is an error, never passed over.
 *
 * @throws OptionsError, and PolicyError for a policy that `parsePolicy` refuses.
 */
export function checkOptions(options: GateOptions): GateOptions {
  if (!isObject(options)) throw new OptionsError("options must be an object with a `policy`");
  const checked: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(options)) {
    const check = CHECKS.get(name);
    if (check === undefined) {
      const near = nearest(name, CHECKS.keys());
      throw new OptionsError(`unknown option ${quote(name)}${near === undefined ? "" : `, did you mean \`${near}\`?`}`);
    }
    if (value === undefined) continue;
    if (!check[1](value)) throw new OptionsError(`option \`${name}\` must be ${check[0]}`);
    checked[name] = value;
  }
  if (checked.args !== undefined) checked.args = readHostSchemas(checked.args as object);
  const { policy } = checked;
  if (policy === undefined) throw new OptionsError("option `policy` is missing");
  // A document that is not a policy yet becomes one now: what its author changes later has no effect.
  if (typeof policy !== "function" && !isAccepted(policy as Policy)) checked.policy = parsePolicy(policy);
  return checked as unknown as GateOptions;
}

/** Whether a resolver's answer can name a grant or a session: a string of 1 to 256 UTF-8 bytes. */
export function isUsableName(value: unknown): value is string {
  return isName(value);
}

function utf8Length(text: string): number {
  return text.length > LONGEST_NAME ? text.length : new TextEncoder().encode(text).length;
}

/** What lists show, with what was not said filled in. */
export interface Listing {
  readonly mode: ListingMode;
  readonly sanitize: boolean;
}

export function listingOf({ listing = "policy" }: GateOptions): Listing {
  if (typeof listing === "string") return { mode: listing, sanitize: false };
  return { mode: own(listing, "mode") ?? "policy", sanitize: own(listing, "sanitize") ?? false };
}
