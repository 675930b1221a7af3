import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { PolicyDocument } from "callgate";
import type { AgentMessage } from "./agent.ts";
import { Report } from "./report.ts";

const AGENTS = 4;
const ATTEMPTS = 12;
const MAX = 20;

// As long as can be, so that no window ends while the agents run.
const policy: PolicyDocument = {
  version: "1",
  default: "deny",
  tools: { search: { limits: [{ counter: "searches", window: "8784h", max: MAX }] } },
};

const agent = fileURLToPath(new URL("agent.ts", import.meta.url));

/** Four processes share one SQLite file, and then one Redis, against one limit. */
export async function shareLimits(): Promise<number> {
  const report = new Report();
  const directory = await mkdtemp(join(tmpdir(), "callgate-demo-"));
  try {
    await race(report, "sqlite", join(directory, "counters.db"));
    report.print(`${AGENTS} processes, one SQLite file, one limit of ${MAX}`);
    const server = await startRedis(directory);
    if (server === undefined) {
      console.log("\nNo redis-server was found here, so nothing is shown over Redis.");
    } else {
      await race(report, "redis", server.socket).finally(server.stop);
      report.print(`${AGENTS} processes, one Redis, one limit of ${MAX}`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return report.surprises;
}

/** Lets the agents ask all at once, and reports who got what. */
async function race(report: Report, kind: "sqlite" | "redis", place: string): Promise<void> {
  const args = [kind, place, JSON.stringify(policy), String(ATTEMPTS)];
  const agents = Array.from({ length: AGENTS }, () => fork(agent, args));
  try {
    await Promise.all(agents.map(heard));
    const answers = agents.map(heard);
    for (const each of agents) each.send("go");
    const results = (await Promise.all(answers)) as Exclude<AgentMessage, "ready">[];
    for (const [index, { passed, denied }] of results.entries()) {
      const asked = `asked ${passed + denied} times`;
      report.fact(`process ${index + 1} ${asked}`, `${passed} passed`, `${passed} passed`);
    }
    const together = results.reduce((sum, { passed }) => sum + passed, 0);
    report.fact(`together ${AGENTS * ATTEMPTS} times`, `${together} passed`, `${MAX} passed`);
  } finally {
    for (const each of agents) each.kill();
  }
}

/** What a process says next; an error if it ends before it says anything. */
async function heard(child: ChildProcess): Promise<AgentMessage> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as AgentMessage));
    child.once("exit", (code) => reject(new Error(`a process ended with ${code}`)));
  });
}

/** A server of the demo's own, behind a socket file, where there is a `redis-server` on the path. */
async function startRedis(directory: string): Promise<{ readonly socket: string; stop(): Promise<void> } | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const program = folders.map((folder) => join(folder, "redis-server")).find((file) => existsSync(file));
  if (program === undefined) return undefined;
  const socket = join(directory, "redis.sock");
  const settings = ["--port", "0", "--unixsocket", socket, "--dir", directory, "--save", ""];
  const server = spawn(program, settings, { stdio: "ignore" });
  const exited = once(server, "exit");
  const stop = async (): Promise<void> => {
    server.kill();
    await exited;
  };
  for (let tries = 0; !existsSync(socket); tries++) {
    if (tries === 500 || server.exitCode !== null) {
      await stop();
      throw new Error("redis-server does not start");
    }
    await wait(10);
  }
  return { socket, stop };
}
