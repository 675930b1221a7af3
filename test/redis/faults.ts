import { rmSync } from "node:fs";
import { type RedisServer, until } from "../services/redis.js";

/** Makes a server answer with an error, from a working state; what is returned makes it work again. */
export interface Fault {
  readonly code: string;
  readonly meaning: string;
  readonly provoke: (server: RedisServer) => Promise<() => Promise<unknown>>;
}

/** Errors of one server. */
export const FAULTS: readonly Fault[] = [
  {
    code: "READONLY",
    meaning: "the server is a replica, which takes no writes",
    // Of a primary that is not there: it was one itself a moment ago.
    provoke: ({ admin }) => undone(admin, ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]),
  },
  {
    code: "MASTERDOWN",
    meaning: "the server is a replica that has lost its primary",
    provoke: async ({ admin }) => {
      await admin.call("CONFIG", "SET", "replica-serve-stale-data", "no");
      return undone(admin, ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]);
    },
  },
  {
    code: "LOADING",
    meaning: "the server is still loading its data",
    provoke: async (server) => {
      await server.admin.call("DEBUG", "POPULATE", "3000");
      await server.admin.call("SAVE");
      await server.kill();
      const slow = ["--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"];
      await server.restart(slow, /Server initialized/);
      return async () => undefined;
    },
  },
  {
    code: "BUSY",
    meaning: "the server runs a script that does not end",
    provoke: async ({ admin }) => {
      await admin.call("CONFIG", "SET", "busy-reply-threshold", "1");
      const other = admin.duplicate();
      const endless = other.eval("while true do end", 0).catch(() => undefined);
      const isBusy = () =>
        admin.ping().then(
          () => false,
          () => true,
        );
      await until(isBusy);
      return async () => {
        await admin.call("SCRIPT", "KILL");
        await endless;
        other.disconnect();
      };
    },
  },
  {
    code: "OOM",
    meaning: "the server is out of memory",
    provoke: ({ admin }) => undone(admin, ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]),
  },
  {
    code: "MISCONF",
    meaning: "the server cannot save its data, so it takes no writes",
    provoke: async ({ admin, directory }) => {
      rmSync(directory, { recursive: true });
      await admin.call("CONFIG", "SET", "save", "3600 1");
      await admin.call("BGSAVE");
      await until(async () => (await admin.info("persistence")).includes("rdb_last_bgsave_status:err"));
      return () => admin.call("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
    },
  },
  {
    code: "NOREPLICAS",
    meaning: "the server has too few replicas, so it takes no writes",
    provoke: ({ admin }) =>
      undone(admin, ["CONFIG", "SET", "min-replicas-to-write", "1"], ["CONFIG", "SET", "min-replicas-to-write", "0"]),
  },
  {
    code: "NOPERM",
    meaning: "the client's user may not run the script, or a command in it",
    provoke: ({ admin }) =>
      undone(admin, ["ACL", "SETUSER", "default", "-evalsha"], ["ACL", "SETUSER", "default", "+@all"]),
  },
];

/** Errors of a node of a cluster, to a client that knows nothing of clusters. */
export const CLUSTER_FAULTS: readonly Fault[] = [
  {
    code: "ASK",
    meaning: "the slot of the counters is being moved: give the store a cluster client",
    provoke: async ({ admin }) => {
      await admin.call("FLUSHALL");
      return migrating(admin);
    },
  },
  {
    code: "TRYAGAIN",
    meaning: "the slot of the counters is being moved",
    provoke: async ({ admin }) => {
      await admin.call("DEL", "{callgate:1}:shares");
      return migrating(admin);
    },
  },
  {
    code: "CLUSTERDOWN",
    meaning: "the cluster does not serve the slot of the counters",
    provoke: async ({ admin }) => {
      const slot = await slotOfStore(admin);
      return undone(admin, ["CLUSTER", "DELSLOTS", slot], ["CLUSTER", "ADDSLOTS", slot]);
    },
  },
  {
    code: "MOVED",
    meaning: "the counters are on another node: give the store a cluster client",
    provoke: async ({ admin }) => {
      await admin.call("FLUSHALL");
      const [slot, own, other] = [
        await slotOfStore(admin),
        String(await admin.call("CLUSTER", "MYID")),
        await neighbour(admin),
      ];
      return undone(admin, ["CLUSTER", "SETSLOT", slot, "NODE", other], ["CLUSTER", "SETSLOT", slot, "NODE", own]);
    },
  },
];

type Admin = RedisServer["admin"];
type Words = readonly [string, ...string[]];

/** Does something, and says how to undo it. */
async function undone(admin: Admin, act: Words, undo: Words): Promise<() => Promise<unknown>> {
  await admin.call(...act);
  return () => admin.call(...undo);
}

async function migrating(admin: Admin): Promise<() => Promise<unknown>> {
  const slot = await slotOfStore(admin);
  const other = await neighbour(admin);
  return undone(admin, ["CLUSTER", "SETSLOT", slot, "MIGRATING", other], ["CLUSTER", "SETSLOT", slot, "STABLE"]);
}

/** The slot that the keys of a store with the usual prefix are in. */
export async function slotOfStore(admin: Admin): Promise<string> {
  return String(await admin.call("CLUSTER", "KEYSLOT", "{callgate:1}:ends"));
}

/** The id of another node of the cluster. */
async function neighbour(admin: Admin): Promise<string> {
  const nodes = String(await admin.call("CLUSTER", "NODES")).split("\n");
  return nodes.find((line) => line !== "" && !line.includes("myself"))?.split(" ")[0] ?? "";
}
