import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { backendCalled } from "./backends.js";
import { LIMITS, type LimitName } from "./limits.js";
import type { WorkerAnswer, WorkerOrder } from "./worker.js";

/** What became of one race. */
export interface RaceResult {
  readonly limit: LimitName;
  readonly calls: number;
  readonly passed: number;
  /** Calls that passed and should not have; calls that should have passed and did not. */
  readonly over: number;
  readonly under: number;
  readonly failed: readonly string[];
  /** What the counters hold at the end, as it should be: the limit, the plain count, both after all was given back. */
  readonly values: readonly number[];
  readonly expectedValues: readonly number[];
}

/** Processes that wait to race on one backend. */
export interface Racers {
  race(limit: LimitName): Promise<RaceResult>;
  end(): Promise<void>;
}

/** Far more than any limit lets through, whatever the number of processes. */
const CALLS = 200;

/** How long until a race begins, so that all processes know of it. */
const SOON_MS = 20;

const repository = fileURLToPath(new URL("../../", import.meta.url));
const worker = fileURLToPath(new URL("worker.ts", import.meta.url));
const env = { ...process.env, TSX_TSCONFIG_PATH: `${repository}test/tsconfig.json`, NODE_NO_WARNINGS: "1" };

/** Starts a backend, and processes that are ready to race on it. */
export async function startRacers(name: string, processes: number): Promise<Racers> {
  const running = await backendCalled(name).start();
  const children: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(children.map(stop));
    await running.stop();
  };
  try {
    for (let seed = 1; seed <= processes; seed++) children.push(startWorker([name, running.spec, String(seed)]));
    await Promise.all(children.map((child) => answerOf(child, "ready")));
  } catch (error) {
    await end();
    throw error;
  }
  let races = 0;
  return { race: (limit) => runRace(children, limit, `race ${++races}`), end };
}

async function runRace(children: readonly ChildProcess[], limit: LimitName, race: string): Promise<RaceResult> {
  const { amount, passes } = LIMITS[limit];
  const now = Date.now();
  const attempts = Math.ceil(CALLS / children.length);
  const startAt = now + SOON_MS;
  const raced = await Promise.all(
    children.map((child) => ask(child, { order: "race", limit, race, attempts, now, startAt }, "raced")),
  );
  const passed = raced.reduce((sum, each) => sum + each.passed, 0);
  const [first] = children as [ChildProcess];
  const read = async () => (await ask(first, { order: "read", limit, race, now }, "values")).values;
  const atTheEnd = await read();
  const released = await Promise.all(children.map((child) => ask(child, { order: "release" }, "released")));
  return {
    limit,
    calls: attempts * children.length,
    passed,
    over: Math.max(0, passed - passes),
    under: Math.max(0, passes - passed),
    failed: [...raced, ...released].flatMap((each) => each.failed),
    values: [...atTheEnd, ...(await read())],
    expectedValues: [passes * amount, passes, 0, 0],
  };
}

function startWorker(args: readonly string[]): ChildProcess {
  return fork(worker, args, {
    cwd: repository,
    env,
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function ask<Answer extends WorkerAnswer["answer"]>(
  child: ChildProcess,
  order: WorkerOrder,
  answer: Answer,
): Promise<Extract<WorkerAnswer, { answer: Answer }>> {
  const answered = answerOf(child, answer);
  child.send(order);
  return answered;
}

async function answerOf<Answer extends WorkerAnswer["answer"]>(
  child: ChildProcess,
  answer: Answer,
): Promise<Extract<WorkerAnswer, { answer: Answer }>> {
  const ended = new AbortController();
  const [message] = await Promise.race([
    once(child, "message", ended) as Promise<[WorkerAnswer]>,
    once(child, "exit", ended).then(([code]) => {
      throw new Error(`a racing process ended with ${code}`);
    }),
  ]).finally(() => ended.abort());
  if (message.answer !== answer) throw new Error(`a racing process said ${message.answer}, not ${answer}`);
  return message as Extract<WorkerAnswer, { answer: Answer }>;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (child.connected) child.disconnect();
  await exited;
}
