import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Program } from "../backends/program.js";
import { backendCalled } from "../backends/table.js";
import { LIMITS, type LimitName } from "./limits.js";
import type { WorkerAnswer, WorkerOrder } from "./worker.js";

/** What became of one race. */
export interface RaceResult {
  readonly limit: LimitName;
  readonly calls: number;
  /** How many calls passed, and how many had to. */
  readonly passed: number;
  readonly passes: number;
  /** Calls that passed and should not have; calls that should have passed and did not. */
  readonly over: number;
  readonly under: number;
  readonly failed: readonly string[];
  /** What the counters hold at the end, and should: the limit, the plain count, both after all was given back. */
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

/** What each of the processes runs, below `test/`. */
export const WORKER = "exactness/worker.ts";

/** Starts a backend, and processes that are ready to race on it: every call in them goes through a gate. */
export async function startRacers(worker: Program, name: string, processes: number, seed: number): Promise<Racers> {
  const backend = backendCalled(name);
  const children: ChildProcess[] = [];
  const stops: (() => unknown)[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(children.map(stop));
    for (const stopOne of stops) await stopOne();
  };
  try {
    const running = await backend.start();
    stops.push(() => running.stop());
    for (let index = 0; index < processes; index++) {
      children.push(worker.start([name, running.spec, String(seed + index)]));
    }
    await Promise.all(children.map((child) => answerOf(child, "ready")));
  } catch (error) {
    await end();
    throw error;
  }
  let races = 0;
  const shares = backend.isShared ? [children] : children.map((child) => [child]);
  return { race: (limit) => runRace(shares, limit, `race ${++races}`), end };
}

/** One race of all processes. Those of one share have one limit together. */
async function runRace(
  shares: readonly (readonly ChildProcess[])[],
  limit: LimitName,
  race: string,
): Promise<RaceResult> {
  const { amount, passes } = LIMITS[limit];
  const children = shares.flat();
  const attempts = Math.ceil(CALLS / children.length);
  const order: WorkerOrder = { order: "race", limit, race, attempts, startAt: Date.now() + SOON_MS };
  const raced = await Promise.all(shares.map((share) => Promise.all(share.map((child) => ask(child, order, "raced")))));
  const passed = raced.map((share) => share.reduce((sum, each) => sum + each.passed, 0));
  const [first] = children as [ChildProcess];
  const read = async () => (await ask(first, { order: "read", limit, race }, "values")).values;
  const atTheEnd = await read();
  const released = await Promise.all(children.map((child) => ask(child, { order: "release" }, "released")));
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, one) => total + one, 0);
  return {
    limit,
    calls: attempts * children.length,
    passed: sum(passed),
    passes: passes * shares.length,
    over: sum(passed.map((some) => Math.max(0, some - passes))),
    under: sum(passed.map((some) => Math.max(0, passes - some))),
    failed: [...raced.flat(), ...released].flatMap((each) => each.failed),
    values: [...atTheEnd, ...(await read())],
    expectedValues: [Math.round(passes * amount * 1_000_000) / 1_000_000, passes, 0, 0],
  };
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
