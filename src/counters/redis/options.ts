import { OptionsError } from "../../errors.js";
import { nearest } from "../../internal/nearest.js";
import { quote } from "../../internal/quote.js";
import { type IdSource, randomId } from "../../internal/random-id.js";
import type { CounterStore } from "../store.js";
import type { RedisClient } from "./client.js";

export interface RedisStoreOptions {
  /** A connected client of ioredis or node-redis, single or cluster. The store does not close it. */
  readonly client: RedisClient;
  /** What every key begins with, in braces, so that all are in one slot. Default `callgate`. */
  readonly prefix?: string | undefined;
  /** How long an answer is waited for, in milliseconds. Default 250. */
  readonly deadlineMs?: number | undefined;
  /** Whose time rules: the server's (`backend`, the default), or that given with each call. */
  readonly clock?: CounterStore["clock"] | undefined;
  /** Refuses to work on a server that may evict counters: one whose `maxmemory-policy` is not `noeviction`. */
  readonly durable?: boolean | undefined;
  /** The most counters kept at once. Default 1,000,000. A full store denies new counters. */
  readonly maxKeys?: number | undefined;
  /** The most of them one grant may fill. Default a tenth of `maxKeys`. */
  readonly maxKeysPerGrant?: number | undefined;
  /** Told what an operator should know, once for each thing. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Source of the ids of reservations: letters, digits, `-` and `_`. Default: 128 random bits. */
  readonly ids?: IdSource | undefined;
}

/** The options, all of them there. */
export type RedisSettings = Required<{ [name in keyof RedisStoreOptions]: NonNullable<RedisStoreOptions[name]> }>;

const LONGEST_PREFIX = 64;
/** The longest a timer can wait. */
const LONGEST_WAIT = 2_147_483_647;

type Check = readonly [expected: string, holds: (value: unknown) => boolean];

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
const isFunction = (value: unknown): boolean => typeof value === "function";

const CHECKS: { readonly [name in keyof RedisStoreOptions]-?: Check } = {
  client: ["a client of ioredis or node-redis", (v) => typeof v === "object" && v !== null],
  prefix: [`a name of 1 to ${LONGEST_PREFIX} characters without braces`, isPrefix],
  deadlineMs: ["a whole number of milliseconds of 1 or more", (v) => isWhole(v) && (v as number) <= LONGEST_WAIT],
  clock: ['"backend" or "caller"', (v) => v === "backend" || v === "caller"],
  durable: ["true or false", (v) => typeof v === "boolean"],
  maxKeys: ["a whole number of 1 or more", isWhole],
  maxKeysPerGrant: ["a whole number of 1 or more", isWhole],
  onWarning: ["a function", isFunction],
  ids: ["a function", isFunction],
};

/** @throws OptionsError for an option that is unknown, mistyped or missing. */
export function checkRedisOptions(options: RedisStoreOptions): RedisSettings {
  if (typeof options !== "object" || options === null)
    throw new OptionsError("options must be an object with a `client`");
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name)) throw unknownOption(name);
    const [expected, holds] = CHECKS[name as keyof RedisStoreOptions];
    if (value !== undefined && !holds(value)) throw new OptionsError(`option \`${name}\` must be ${expected}`);
  }
  const given: RedisStoreOptions = Object.assign(Object.create(null), options);
  const { client, maxKeys = 1_000_000 } = given;
  if (client === undefined) throw new OptionsError("option `client` is missing");
  return {
    client,
    prefix: given.prefix ?? "callgate",
    deadlineMs: given.deadlineMs ?? 250,
    clock: given.clock ?? "backend",
    durable: given.durable ?? false,
    maxKeys,
    maxKeysPerGrant: given.maxKeysPerGrant ?? Math.ceil(maxKeys / 10),
    onWarning: given.onWarning ?? (() => undefined),
    ids: given.ids ?? randomId,
  };
}

function unknownOption(name: string): OptionsError {
  const near = nearest(name, Object.keys(CHECKS));
  return new OptionsError(`unknown option ${quote(name)}${near === undefined ? "" : `, did you mean \`${near}\`?`}`);
}

function isPrefix(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_PREFIX && !/[{}]/.test(value);
}
