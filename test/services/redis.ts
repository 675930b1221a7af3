import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

/** A `redis-server` of the test's own, with nothing in it. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Where it saves. */
  readonly directory: string;
  /** A connection for the test itself, made when it is first asked for. */
  readonly admin: Redis;
  /** Stops the process where it stands: connections stay open, and nobody answers. */
  pause(): void;
  resume(): void;
  /** Ends it without a word, as `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and directory, and waits until it says what `until` looks for. */
  restart(settings?: readonly string[], until?: RegExp): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Whether there is a `redis-server` to start. Where `CALLGATE_REQUIRE_SERVICES` is 1 there has to be one. */
export const hasRedis: boolean =
  process.env.CALLGATE_REQUIRE_SERVICES === "1" || spawnSync("redis-server", ["--version"]).status === 0;

/** What is to be said in the name of a test that is skipped without it. */
export const redisMissing: string = hasRedis ? "" : " (no Redis server found)";

const READY = /Ready to accept connections/;

/** Starts a server with these settings, as `--name value`. */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), "callgate-redis-"));
  const port = await freePort();
  const fixed = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory, "--save", "", ...settings];
  let child = await launch(fixed, READY);
  let admin: Redis | undefined;
  // Nothing that a test forgets outlives it.
  const atExit = (): boolean => child.kill("SIGKILL");
  process.once("exit", atExit);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    directory,
    get admin(): Redis {
      if (admin === undefined) {
        admin = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
        admin.on("error", () => undefined);
      }
      return admin;
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill,
    restart: async (more = [], until = READY) => {
      child = await launch([...fixed, ...more], until);
    },
    stop: async () => {
      admin?.disconnect();
      await kill();
      process.removeListener("exit", atExit);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Starts three servers that share the slots of a cluster, and waits until each knows it. */
export async function startRedisCluster(): Promise<readonly RedisServer[]> {
  const settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const servers = await Promise.all([0, 1, 2].map(() => startRedis(settings)));
  const ranges = [
    [0, 5_460],
    [5_461, 10_922],
    [10_923, 16_383],
  ];
  for (const [index, { admin }] of servers.entries()) {
    await admin.call("CLUSTER", "ADDSLOTSRANGE", ...(ranges[index] ?? []).map(String));
    await admin.call("CLUSTER", "SET-CONFIG-EPOCH", `${index + 1}`);
  }
  for (const { port } of servers.slice(1)) await servers[0]?.admin.call("CLUSTER", "MEET", "127.0.0.1", `${port}`);
  for (const { admin } of servers) {
    await until(async () => {
      const info = String(await admin.call("CLUSTER", "INFO"));
      return info.includes("cluster_state:ok") && info.includes("cluster_known_nodes:3");
    });
  }
  return servers;
}

/** Waits until `holds`, looking again and again. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries === 2_000) throw new Error("it never came");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function launch(settings: readonly string[], until: RegExp): Promise<ChildProcess> {
  const child = spawn("redis-server", [...settings], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)));
    child.stdout?.on("data", (data: Buffer) => {
      output += data;
      if (until.test(output)) resolve(child);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  // The port of a cluster's bus is 10,000 higher.
  return port <= 55_000 ? port : freePort();
}
