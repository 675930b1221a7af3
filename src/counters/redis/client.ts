import { OptionsError, StoreError } from "../../errors.js";
import { quote } from "../../internal/quote.js";

/** What is used of a client of ioredis: `Redis` or `Cluster`. */
export interface IoredisClient {
  readonly status: string;
  connect(): Promise<unknown>;
  eval(script: string, keys: number, ...keysAndValues: string[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...keysAndValues: string[]): Promise<unknown>;
}

/** What is used of a client of node-redis: `createClient`, `createCluster`, `createClientPool` or `createSentinel`. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  readonly isReady?: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of ioredis or of node-redis, for one server or a cluster. */
export type RedisClient = IoredisClient | NodeRedisClient;

/** Any client, as the store uses it. */
export interface ScriptClient {
  /** Nothing where commands go out at once; else why not, or the wait for a first connection. */
  ready(): undefined | Promise<unknown>;
  eval(script: string, keys: readonly string[], values: readonly string[]): Promise<unknown>;
  evalSha(sha: string, keys: readonly string[], values: readonly string[]): Promise<unknown>;
}

/** @throws OptionsError for what is no client of either library. */
export function scriptClient(client: RedisClient): ScriptClient {
  if (offers(client, "evalsha", "eval", "connect") && typeof Reflect.get(client, "status") === "string")
    return ofIoredis(client as IoredisClient);
  if (offers(client, "evalSha", "eval") && typeof Reflect.get(client, "isOpen") === "boolean")
    return ofNodeRedis(client as NodeRedisClient);
  throw new OptionsError("option `client` must be a client of ioredis or node-redis");
}

function offers(client: unknown, ...methods: readonly string[]): client is object {
  return (
    typeof client === "object" &&
    client !== null &&
    methods.every((name) => typeof Reflect.get(client, name) === "function")
  );
}

function ofIoredis(client: IoredisClient): ScriptClient {
  let connecting: Promise<unknown> | undefined;
  return {
    // In any other state commands would go into the offline queue. `wait` is that of a client nobody has asked to connect.
    ready: () => {
      if (client.status === "ready") return undefined;
      if (client.status === "wait") {
        connecting = client.connect().finally(() => {
          connecting = undefined;
        });
      }
      if (connecting === undefined) throw notConnected(client.status);
      return connecting;
    },
    eval: (script, keys, values) => client.eval(script, keys.length, ...keys, ...values),
    evalSha: (sha, keys, values) => client.evalsha(sha, keys.length, ...keys, ...values),
  };
}

function ofNodeRedis(client: NodeRedisClient): ScriptClient {
  return {
    ready: () => {
      // A pool has no `isReady`, nor have clusters before node-redis 6.
      if (client.isReady ?? client.isOpen) return undefined;
      throw notConnected(client.isOpen ? "reconnecting" : "closed");
    },
    eval: (script, keys, values) => client.eval(script, { keys: [...keys], arguments: [...values] }),
    evalSha: (sha, keys, values) => client.evalSha(sha, { keys: [...keys], arguments: [...values] }),
  };
}

function notConnected(status: string): StoreError {
  return new StoreError("store_failed", `the client of redis is not connected: it is ${quote(status)}`);
}
