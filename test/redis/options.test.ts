import { createHash } from "node:crypto";
import { createRedisStore, type RedisStoreOptions } from "callgate/redis";
import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import { describe, expect, test } from "vitest";
import { failureOf, isMissingScript } from "../../src/counters/redis/failure.js";
import { SCRIPT } from "../../src/counters/redis/script.js";
import { sha1Hex } from "../../src/internal/sha1.js";

const client = createClient();

describe("createRedisStore", () => {
  test.each<[string, object, string]>([
    ["no client", {}, "option `client` is missing"],
    ["no object", null as unknown as object, "options must be an object with a `client`"],
    ["a client that is none", { client: {} }, "option `client` must be a client of ioredis or node-redis"],
    ["an address", { client: "redis://localhost" }, "option `client` must be a client of ioredis or node-redis"],
    [
      "another client",
      { client: { eval: () => 1, get: () => 1 } },
      "option `client` must be a client of ioredis or node-redis",
    ],
    ["an unknown option", { client, deadline: 5 }, "unknown option `deadline`, did you mean `deadlineMs`?"],
    ["a far one", { client, ttl: 5 }, "unknown option `ttl`"],
    ["braces", { client, prefix: "a{b}" }, "option `prefix` must be a name of 1 to 64 characters without braces"],
    ["no name", { client, prefix: "" }, "option `prefix` must be a name of 1 to 64 characters without braces"],
    ["no time", { client, deadlineMs: 0 }, "option `deadlineMs` must be a whole number of milliseconds of 1 or more"],
    [
      "for ever",
      { client, deadlineMs: 2 ** 31 },
      "option `deadlineMs` must be a whole number of milliseconds of 1 or more",
    ],
    ["a clock", { client, clock: { now: () => 1 } }, 'option `clock` must be "backend" or "caller"'],
    ["a word for yes", { client, durable: "yes" }, "option `durable` must be true or false"],
    ["half a key", { client, maxKeys: 0.5 }, "option `maxKeys` must be a whole number of 1 or more"],
    ["no share", { client, maxKeysPerGrant: 0 }, "option `maxKeysPerGrant` must be a whole number of 1 or more"],
    ["a list", { client, onWarning: [] }, "option `onWarning` must be a function"],
    ["an id", { client, ids: "one" }, "option `ids` must be a function"],
  ])("refuses %s", (_name, options, message) => {
    expect(() => createRedisStore(options as RedisStoreOptions)).toThrow(
      expect.objectContaining({ code: "invalid_options", message }),
    );
  });

  test("takes the clients of both libraries as they are, connected or not, and asks them nothing", () => {
    const lazy = { lazyConnect: true } as const;
    const clients = [
      new Redis(lazy),
      new Cluster([{ port: 1 }], lazy),
      createClient(),
      createCluster({ rootNodes: [{ url: "redis://localhost:1" }] }),
      createClientPool(),
      createSentinel({ name: "primary", sentinelRootNodes: [{ host: "localhost", port: 1 }] }),
    ];
    for (const each of clients) expect(createRedisStore({ client: each }).clock).toBe("backend");
  });

  test("takes no source of ids whose ids are none", async () => {
    const store = createRedisStore({ client, ids: () => "a b" });
    await expect(store.reserve([], { now: 0 })).rejects.toMatchObject({
      code: "store_failed",
      message: "the source of ids gave none that can be used",
    });
  });
});

describe("the script", () => {
  test("is known by the SHA-1 that Redis knows it by", () => {
    expect(sha1Hex(SCRIPT)).toBe(createHash("sha1").update(SCRIPT).digest("hex"));
  });
});

describe("a failure", () => {
  test.each<[string, unknown, string]>([
    ["of a command", new Error("OOM command not allowed"), "redis answered OOM: the server is out of memory"],
    [
      "of a command in a script, before Redis 7",
      new Error(
        "ERR Error running script (call to f_1): @user_script:7: -READONLY You can't write against a read only replica.",
      ),
      "redis answered READONLY: the server is a replica, which takes no writes",
    ],
    ["of an unknown kind", new Error("ERR what\nis this"), "redis failed: `ERR what\\u{a}is this`"],
    [
      "with an address",
      new Error("cannot reach redis://user:secret@host:1/0, sorry"),
      "redis failed: `cannot reach (address) sorry`",
    ],
    ["with a code alone", Object.assign(new Error(""), { code: "ECONNREFUSED" }), "redis failed: `ECONNREFUSED`"],
    ["that is no error", "redis://user:secret@host", "redis failed: without an error"],
  ])("%s is told in words for an operator", (_name, error, message) => {
    expect(failureOf(error)).toMatchObject({ code: "store_failed", message });
  });

  test.each<[unknown, boolean]>([
    [new Error("NOSCRIPT No matching script. Please use EVAL."), true],
    [new Error("ERR NOSCRIPT"), false],
    [new Error("no script"), false],
    ["NOSCRIPT No matching script", false],
  ])("only one says that the script is not there: %s", (error, missing) => {
    expect(isMissingScript(error)).toBe(missing);
  });
});
