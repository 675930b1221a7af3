import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";

/** A Postgres server of a test's own: in a directory of its own, reached by a socket in it, gone with its starter. */
export interface PostgresServer {
  /** How to reach it: as its superuser, without a password. Plain data, for other processes too. */
  readonly config: { readonly host: string; readonly user: string; readonly database: string };
  stop(): Promise<void>;
}

/** Where the programs of the newest Postgres on this machine are, if there is one. */
const programs = ((): string | undefined => {
  const packaged = "/usr/lib/postgresql";
  const versions = existsSync(packaged) ? readdirSync(packaged) : [];
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(packaged, version, "bin"));
  return [...folders, ...(process.env.PATH ?? "").split(delimiter)].find(
    (folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
  );
})();

/** Whether a run must fail that finds no server. */
const required = process.env.CALLGATE_REQUIRE_SERVICES === "1";

/** Whether tests that need a server are left out, and what their names then end with. */
export const withoutPostgres: boolean = programs === undefined && !required;
export const postgresNote: string = withoutPostgres ? " (no Postgres server found)" : "";

/** Postgres refuses to run as root: whose processes it then is. */
function runsAs(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const found = ["postgres", "nobody"].map((name) => users.find((line) => line.startsWith(`${name}:`))).find(Boolean);
  if (found === undefined) throw new Error("Postgres does not run as root, and there is no other user");
  const [, , uid, gid] = found.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/** Ends the server and removes its files when the input ends: with `stop`, or with the process that has started it. */
const SCRIPT = `
"$1" -D "$2/data" -k "$2" "\${@:3}" >"$2/log" 2>&1 &
read -r _
kill -QUIT $! && wait
rm -rf "$2"
`;

/** Starts a server; `settings` as in `postgresql.conf`. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const options = ["--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", "--username=callgate"];
  return start(settings, "initdb", options);
}

/** Starts a read-only replica of a server, which follows it. `select pg_promote()` makes it a server of its own. */
export async function startReplica({ config }: PostgresServer): Promise<PostgresServer> {
  const source = ["-h", config.host, "-U", config.user, "-R", "-X", "stream", "-c", "fast", "--no-sync"];
  return start({}, "pg_basebackup", source);
}

/** Starts a server on the data that a program of Postgres makes. */
async function start(
  settings: Readonly<Record<string, string>>,
  maker: string,
  options: readonly string[],
): Promise<PostgresServer> {
  if (programs === undefined) throw new Error("no Postgres server found, and CALLGATE_REQUIRE_SERVICES is 1");
  const directory = mkdtempSync(join(tmpdir(), "callgate-pg-"));
  const data = join(directory, "data");
  mkdirSync(data, { mode: 0o700 });
  const identity = runsAs();
  for (const path of [directory, data]) {
    if (identity.uid !== undefined) chownSync(path, identity.uid, identity.gid as number);
  }
  try {
    execFileSync(join(programs, maker), ["-D", data, ...options], { ...identity, cwd: data, stdio: "ignore" });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const all = { listen_addresses: "", fsync: "off", max_connections: "120", ...settings };
  const given = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn("bash", ["-c", SCRIPT, "postgres", join(programs, "postgres"), directory, ...given], {
    ...identity,
    cwd: directory,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const config = { host: directory, user: "callgate", database: "postgres" };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.stdin.end();
    await ended;
  };
  try {
    await untilReady(config);
  } catch (error) {
    await stop();
    throw error;
  }
  return { config, stop };
}

async function untilReady(config: ClientConfig): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new Client(config);
    client.on("error", () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (attempt === 300) throw new Error("Postgres does not start", { cause: error });
      await wait(50);
    }
  }
}
